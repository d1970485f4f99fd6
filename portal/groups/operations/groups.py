"""Making groups, changing what they are called and are for, deleting and restoring them."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.abilities import Ability
from portal.core.enums import GroupPurpose
from portal.core.errors import Conflict, Refusal
from portal.groups.queries.group import group_named


@dataclass(frozen=True)
class GroupFacts:
    """What a group is: its name, and what it is for, if anything."""

    name: str
    purpose: GroupPurpose | None = None


def make_group(session: Session, facts: GroupFacts, *, uuid: UUID | None = None) -> BeneficiaryGroup:
    """A new group without members. Raises Refusal when the name is taken, also by a deleted group."""
    check_name(session, facts.name)
    group = BeneficiaryGroup(uuid=uuid, name=facts.name, group_purpose=facts.purpose)
    _save(session, group)
    return group


def check_reach(session: Session, group: BeneficiaryGroup, ability: Ability) -> None:
    """Who may make some groups only, such as those of their projects, makes no others. Raises Refusal for another."""
    own = select(BeneficiaryGroup.id).where(BeneficiaryGroup.uuid == group.uuid)
    if session.scalar(ability.accessible(own, "create", BeneficiaryGroup)) is None:
        raise Refusal("Your role lets you make some groups only, and this is none of them.", "project")


def edit_group(session: Session, group: BeneficiaryGroup, facts: GroupFacts, version: int) -> None:
    """Change what a group is called and is for. The caller has locked the row.

    Raises Conflict when somebody changed it since `version`, Refusal when the name is taken.
    """
    if group.version != version:
        raise Conflict("Somebody changed this group while you did.")
    check_name(session, facts.name, group.uuid)
    group.name, group.group_purpose, group.version = facts.name, facts.purpose, version + 1
    _save(session, group)


def delete_group(session: Session, group: UUID) -> None:
    """Delete a group: its members stay registered and stay in its projects; it takes nobody in any more.

    Raises Conflict when it is deleted already.
    """
    _move(session, group, deleted=True)


def restore_group(session: Session, group: UUID) -> None:
    """Bring a deleted group back with its members and projects. Raises Conflict when it is not deleted."""
    _move(session, group, deleted=False)


def check_name(session: Session, name: str, besides: UUID | None = None) -> None:
    """Raises Refusal when another group has this name, also a deleted one."""
    with session.no_autoflush:
        found = group_named(session, name, besides)
    if found is None:
        return
    if found.deleted_at is None:
        raise Refusal("There is a group of this name already.", "name")
    raise Refusal("A deleted group has this name. Restore it, or choose another name.", "name")


def _save(session: Session, group: BeneficiaryGroup) -> None:
    try:
        with session.begin_nested():
            session.add(group)
    except IntegrityError as clash:
        raise Refusal("There is a group of this name already.", "name") from clash


def _move(session: Session, group: UUID, *, deleted: bool) -> None:
    now: Mapping[str, object] = {"deleted_at": func.now() if deleted else None, "updated_at": func.now()}
    moved = session.scalar(
        update(BeneficiaryGroup)
        .where(BeneficiaryGroup.uuid == group, BeneficiaryGroup.deleted_at.is_(None) == deleted)
        .values(**now, version=BeneficiaryGroup.version + 1)
        .returning(BeneficiaryGroup.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        if deleted:
            raise Conflict("This group is deleted already.")
        raise Conflict("This group is not deleted, or no longer.")
