"""Who may give a role to others, and that somebody always stays who may do everything."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.abilities.granting import uncovered
from portal.core.errors import Overreach, Refusal
from portal.core.person import Person
from portal.users.models import Role, User, UserRole
from portal.users.queries.roles import rules_of
from portal.users.roles import ADMIN, spoken


def check_may_grant(ability: Ability, role: Role, projects: Sequence[UUID] | None = None) -> None:
    """Raise Overreach unless all that the role allows is allowed to the giver too, for these projects (None: all).

    `role` is loaded with its permissions.
    """
    _refuse_if_any(uncovered(ability.rules, rules_of(role), _as_limit(projects)), role)


def check_may_take(ability: Ability, role: Role, projects: Sequence[UUID] | None = None) -> None:
    """Raise Overreach unless the person may take the role, so limited, from somebody.

    Who could not have given it has no business there; and as taking what a role forbids gives something, they
    must be allowed that as well.
    """
    check_may_grant(ability, role, projects)
    freed = [allowing(rule) for rule in rules_of(role) if rule.inverted]
    _refuse_if_any(uncovered(ability.rules, freed, _as_limit(projects)), role)


def check_may_write(ability: Ability, role: str, before: Sequence[Rule], after: Sequence[Rule]) -> None:
    """Raise Overreach when rules changed so that they allow anybody what the writer may not do everywhere.

    What a role allowed and forbade before may stay as it is; a rule that forbids may go only if the writer may do
    what it forbade.
    """
    lacking = [rule for rule in uncovered(ability.rules, after) if not _stood(rule, before, after)]
    gone = [rule for rule in before if rule.inverted and rule not in after]
    lacking += uncovered(ability.rules, [allowing(rule) for rule in gone])
    if lacking:
        raise Overreach(
            "You cannot let the role %(role)s \u201c%(action)s %(subject)s\u201d: you may not do that everywhere "
            "yourself.",
            role=role,
            action=lacking[0].action,
            subject=lacking[0].subject,
        )


def allowing(rule: Rule) -> Rule:
    """The rule that allows what this one forbids."""
    return Rule(rule.action, rule.subject, conditions=rule.conditions)


def _stood(rule: Rule, before: Sequence[Rule], after: Sequence[Rule]) -> bool:
    """Whether the role had the rule before, and all that forbade afterwards still does."""
    still = [one for one in after[_position(rule, after) + 1 :] if one.inverted]
    return rule in before and all(
        one in still for one in before[_position(rule, before) + 1 :] if one.inverted
    )


def _position(rule: Rule, rules: Sequence[Rule]) -> int:
    """Where a rule stands; the last place, if it does twice, is what decides."""
    return len(rules) - 1 - list(reversed(rules)).index(rule)


def _as_limit(projects: Sequence[UUID] | None) -> list[str] | None:
    return None if projects is None else [str(project) for project in projects]


def _refuse_if_any(lacking: Sequence[Rule], role: Role) -> None:
    if lacking:
        raise Overreach(
            "You cannot give or take the role %(role)s: it concerns \u201c%(action)s %(subject)s\u201d, "
            "and you may not do that everywhere yourself.",
            field="role",
            role=spoken(role.name),
            action=lacking[0].action,
            subject=lacking[0].subject,
        )


def check_not_own(person: Person, user: User) -> None:
    """Raise Overreach when somebody is about to change the roles they hold themselves."""
    if person.id == user.id:
        raise Overreach(
            "You cannot change your own roles. Ask another administrator.",
            field="role",
            action="update",
            subject="Role",
        )


def keep_an_admin(session: Session) -> None:
    """Raise Refusal when nobody is left who is an administrator without end and everywhere.

    Call it after the change and in its transaction: of two that would each take the other's role, the second
    waits here for the first to end, and is then refused. The lock lasts until the transaction ends.
    """
    session.flush()
    session.execute(select(Role.id).where(Role.name == ADMIN).with_for_update(key_share=True))
    lasting = session.scalar(
        select(func.count())
        .select_from(UserRole)
        .join(Role, Role.id == UserRole.role_id)
        .join(User, User.id == UserRole.user_id)
        .where(
            Role.name == ADMIN,
            Role.expiry.is_(None),
            UserRole.expiry.is_(None),
            UserRole.conditions.is_(None),
            User.deleted_at.is_(None),
        )
    )
    if not lasting:
        raise Refusal("Somebody must stay an administrator, for all projects and without an end.")
