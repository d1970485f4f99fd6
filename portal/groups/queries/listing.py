"""The list of groups: a page of it, how many there are, and how many people are in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryGroupProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.queries.people import REMEMBERED
from portal.core.abilities import Ability
from portal.core.enums import GroupPurpose
from portal.core.keyset import (
    FIRST,
    Count,
    Page,
    Position,
    Sort,
    count_up_to,
    page_statement,
    read_page,
    within,
)
from portal.core.search import contains, tidy, words_in
from portal.core.unchanged import while_unchanged
from portal.projects.models import Project

NEWEST = Sort("-created", (BeneficiaryGroup.created_at, BeneficiaryGroup.id), descending=True)
BY_NAME = (BeneficiaryGroup.name, BeneficiaryGroup.id)
SORTS = {
    sort.name: sort
    for sort in (
        NEWEST,
        Sort("created", (BeneficiaryGroup.created_at, BeneficiaryGroup.id)),
        Sort("name", BY_NAME),
        Sort("-name", BY_NAME, descending=True),
    )
}


@dataclass(frozen=True)
class GroupFilter:
    """Which groups a list shows: those with all words of `q` in their name, of one purpose, in one project; those that
    are deleted instead of those that are not."""

    q: str = ""
    purpose: GroupPurpose | None = None
    project: UUID | None = None
    deleted: bool = False


def chosen_groups(chosen: GroupFilter, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The groups that a filter finds among those the reader may see; columns are added by the caller."""
    gone = (
        BeneficiaryGroup.deleted_at.is_not(None) if chosen.deleted else BeneficiaryGroup.deleted_at.is_(None)
    )
    name = literal(" ") + func.portal_fold(BeneficiaryGroup.name, type_=Text)
    statement = select(BeneficiaryGroup.id).where(
        gone, *(contains(name, word) for word in words_in(tidy(chosen.q)))
    )
    if chosen.purpose:
        statement = statement.where(BeneficiaryGroup.group_purpose == chosen.purpose)
    if chosen.project:
        part = BeneficiaryGroupProject
        inside = select(part.id).where(
            part.beneficiary_group_id == BeneficiaryGroup.uuid,
            part.project_id == chosen.project,
            part.deleted_at.is_(None),
        )
        statement = statement.where(inside.correlate(BeneficiaryGroup).exists())
    return ability.accessible(statement, "read", BeneficiaryGroup)


def page_of_groups(
    session: Session, chosen: GroupFilter, ability: Ability, sort: Sort = NEWEST, position: Position = FIRST
) -> Page:
    """One page of the list in one statement: uuid, name, purpose, projects (names or None), created."""
    remembered = _page_statement.__wrapped__ if chosen.q else _page_statement
    statement = partial(remembered, chosen, ability, sort)
    return read_page(session.connection(), statement, sort, within(position, 0))


@lru_cache(REMEMBERED)
def _page_statement(
    chosen: GroupFilter, ability: Ability, sort: Sort, shape: Position
) -> Select[*tuple[Any, ...]]:
    shown = chosen_groups(chosen, ability).with_only_columns(
        BeneficiaryGroup.uuid,
        BeneficiaryGroup.name,
        BeneficiaryGroup.group_purpose.label("purpose"),
        _projects(ability).label("projects"),
        BeneficiaryGroup.created_at.label("created"),
    )
    return page_statement(shown, sort, shape)


def count_groups(session: Session, chosen: GroupFilter, ability: Ability) -> Count:
    """How many the filter finds, up to 10,000."""
    return while_unchanged(
        session,
        (count_groups, chosen, ability),
        lambda: count_up_to(session, chosen_groups(chosen, ability)),
    )


def count_members(session: Session, groups: Sequence[UUID], ability: Ability) -> Mapping[UUID, int]:
    """How many people are in each of the groups, of those whom the reader may see. A group without any has no entry.

    Counted as they are now; who turns pages while nothing is written does not have them counted again.
    """
    if not groups:
        return {}
    asked = tuple(groups)
    return while_unchanged(
        session, (count_members, asked, ability), lambda: _ask_members(session, asked, ability)
    )


def _ask_members(session: Session, groups: tuple[UUID, ...], ability: Ability) -> Mapping[UUID, int]:
    statement = _members_statement(ability).where(GroupedBeneficiary.beneficiary_group_id.in_(groups))
    return {row[0]: row[1] for row in session.execute(statement)}


@lru_cache(64)
def _members_statement(ability: Ability) -> Select[UUID, int]:
    group = GroupedBeneficiary.beneficiary_group_id
    statement = select(group, func.count()).where(GroupedBeneficiary.deleted_at.is_(None)).group_by(group)
    if ability.everywhere("read", Beneficiary):  # then the index of memberships alone can tell
        return statement
    person = and_(Beneficiary.uuid == GroupedBeneficiary.beneficiary_id, Beneficiary.deleted_at.is_(None))
    return ability.accessible(statement.join(Beneficiary, person), "read", Beneficiary)


@lru_cache(64)
def _projects(ability: Ability) -> ColumnElement[Any]:
    part = BeneficiaryGroupProject
    return (
        select(func.array_agg(aggregate_order_by(Project.name, Project.name)))
        .join(part, part.project_id == Project.uuid)
        .where(
            part.beneficiary_group_id == BeneficiaryGroup.uuid,
            part.deleted_at.is_(None),
            Project.deleted_at.is_(None),
            ability.condition("read", Project),
        )
        .correlate(BeneficiaryGroup)
        .scalar_subquery()
    )
