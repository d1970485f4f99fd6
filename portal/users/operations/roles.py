"""Roles: those of the set-up, and those that people make, edit and delete."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.errors import Conflict, Refusal
from portal.core.person import Person
from portal.users.models import Permission, Role, UserRole
from portal.users.operations.granting import check_may_grant, check_may_take, check_may_write
from portal.users.operations.rules import put_rules
from portal.users.queries.roles import Holder, role_named, rules_of
from portal.users.roles import ADMIN, SYSTEM_ROLES, spoken


@dataclass(frozen=True)
class RoleFacts:
    """What a role is but for its rules. `export_limit` is in rows, None for no limit."""

    name: str
    expiry: dt.datetime | None = None
    demands_second_factor: bool = False
    export_limit: int | None = None


def ensure_system_roles(session: Session) -> list[str]:
    """Make the roles that come with the portal, and bring their rules up to date; may be repeated at will.

    A role whose rules somebody has edited (`updatedBy` is set) keeps them. Returns the names of those changed.
    """
    return [name for name, rules in SYSTEM_ROLES.items() if _ensure_role(session, name, rules)]


def _ensure_role(session: Session, name: str, rules: list[Rule]) -> bool:
    made = session.scalar(
        upsert(Role).values(name=name, is_system=True).on_conflict_do_nothing().returning(Role.id)
    )
    role = role_named(session, name)
    if role is None:
        raise LookupError(f"role {name} was neither made nor found")
    if made is None and (role.updated_by is not None or rules_of(role) == rules):
        return False
    put_rules(session, role, rules)
    return True


def make_role(session: Session, person: Person, facts: RoleFacts, rules: Sequence[Rule]) -> Role:
    """A new role. Raises Refusal when the name is taken, and for rules that allow what the person may not do."""
    check_may_write(person.ability, facts.name, (), rules)
    role = Role(created_by=person.id, permissions=[])
    _put_facts(session, role, facts)
    put_rules(session, role, rules)
    return role


def edit_role(
    session: Session, person: Person, role: Role, facts: RoleFacts, rules: Sequence[Rule], version: int
) -> None:
    """Change a role and its rules. The caller has locked the row and loaded its permissions.

    Raises Conflict when somebody changed it since `version`; Refusal for a role that the person holds unless all that
    changes is that it demands a second factor from now on, for what a role of the set-up must keep, for a name that is
    taken, and for rules that allow what the person may not do.
    """
    if role.version != version:
        raise Conflict("Somebody changed this role while you did.")
    before = rules_of(role)
    changed = list(rules) != before
    if changed or not _only_demands(role, facts):
        _refuse_own(session, person, role)
    if role.is_system:
        _refuse_system(role, facts, changed=changed)
    check_may_write(person.ability, role.name, before, rules)
    if _loosens(role, facts):
        check_may_grant(person.ability, role)
    if changed or not role.is_system:
        role.updated_by = person.id  # from now on the set-up leaves the rules of a system role alone
    role.version = version + 1
    role.updated_at = func.now()
    _put_facts(session, role, facts)
    if changed:
        put_rules(session, role, rules)


def delete_role(
    session: Session, person: Person, role: Role, holders: Sequence[Holder], *, take: bool = False
) -> None:
    """Delete a role. The caller has locked the row, loaded its permissions and asked who holds it.

    With `take` it is taken from everybody first. Raises Refusal for a role of the set-up, for one that the person
    holds or could not give, and for one that somebody holds unless it is to be taken from them.
    """
    if role.is_system:
        raise Refusal("The role %(role)s came with the portal and cannot be deleted.", role=spoken(role.name))
    _refuse_own(session, person, role)
    check_may_take(person.ability, role)
    if holders and not take:
        raise Refusal("Somebody holds this role. Take it from them first.")
    session.execute(delete(UserRole).where(UserRole.role_id == role.id))
    session.execute(delete(Permission).where(Permission.role_id == role.id))
    session.execute(delete(Role).where(Role.id == role.id))


def _refuse_own(session: Session, person: Person, role: Role) -> None:
    held = exists().where(UserRole.user_id == person.id, UserRole.role_id == role.id)
    if session.scalar(select(held)):
        raise Refusal(
            "You hold the role %(role)s yourself. Somebody who does not has to change it.",
            role=spoken(role.name),
        )


def _refuse_system(role: Role, facts: RoleFacts, *, changed: bool) -> None:
    if facts.name != role.name:
        raise Refusal("A role that came with the portal keeps its name.", field="name")
    if facts.expiry is not None:
        raise Refusal("A role that came with the portal has no end.", field="expiry")
    if changed and role.name == ADMIN:
        raise Refusal(
            "The role %(role)s always allows everything. Make another role.", role=spoken(role.name)
        )


def _only_demands(role: Role, facts: RoleFacts) -> bool:
    """Whether the facts stay as they are but for the demand of a second factor, which is new: it only shuts out.

    Nobody else could make it of the administrators, whose role everybody holds who may change it.
    """
    before = RoleFacts(role.name, role.expiry, role.demands_second_factor, role.export_limit)
    return facts.demands_second_factor and facts == replace(before, demands_second_factor=True)


def _loosens(role: Role, facts: RoleFacts) -> bool:
    """Whether the facts let holders do more than before, or for longer."""
    later = facts.expiry is None or (role.expiry is not None and facts.expiry > role.expiry)
    more = facts.export_limit is None or (
        role.export_limit is not None and facts.export_limit > role.export_limit
    )
    return (
        (role.expiry is not None and later)
        or (role.export_limit is not None and more)
        or (role.demands_second_factor and not facts.demands_second_factor)
    )


def _put_facts(session: Session, role: Role, facts: RoleFacts) -> None:
    taken = select(Role.id).where(
        func.lower(Role.name) == facts.name.lower(), Role.id.is_distinct_from(role.id)
    )
    with session.no_autoflush:
        if session.scalar(select(taken.exists())):
            raise Refusal("There is a role of this name already.", field="name")
    try:
        with session.begin_nested():
            session.add(role)
            role.name = facts.name
            role.expiry = facts.expiry
            role.demands_second_factor = facts.demands_second_factor
            role.export_limit = facts.export_limit
    except IntegrityError as clash:
        raise Refusal("There is a role of this name already.", field="name") from clash
