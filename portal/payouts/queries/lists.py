"""Payout lists: the list of them, one with all that is told of it, and what can be chosen for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.core.keyset import Count, Page, Position, Sort, count_up_to, page_of
from portal.core.unchanged import while_unchanged
from portal.payouts.models import PayoutApproval, PayoutList, PayoutRow
from portal.payouts.moves import State
from portal.projects.models import Project
from portal.projects.queries.choosing import open_projects
from portal.users.models import User
from portal.vendors.models import Vendor

NEWEST = Sort("-created", (PayoutList.created_at, PayoutList.uuid), descending=True)


@dataclass(frozen=True)
class ListFilter:
    """Which lists are shown; an empty field does not narrow."""

    project: UUID | None = None
    state: State | None = None


def _chosen(
    chosen: ListFilter, ability: Ability, statement: Select[*tuple[Any, ...]]
) -> Select[*tuple[Any, ...]]:
    if chosen.project:
        statement = statement.where(PayoutList.project_id == chosen.project)
    if chosen.state:
        statement = statement.where(PayoutList.state == chosen.state)
    return ability.accessible(statement, "read", PayoutList)


def page_of_lists(session: Session, chosen: ListFilter, ability: Ability, position: Position) -> Page:
    """The lists that the reader may see, the newest first, each with its project and who made it."""
    statement = (
        select(
            PayoutList.uuid,
            PayoutList.title,
            PayoutList.state,
            PayoutList.currency,
            PayoutList.total,
            PayoutList.payable,
            PayoutList.created_at.label("created_at"),
            Project.name.label("project_name"),
            User.name.label("by"),
        )
        .join(Project, Project.uuid == PayoutList.project_id)
        .join(User, User.id == PayoutList.created_by)
    )
    return page_of(session, _chosen(chosen, ability, statement), NEWEST, position)


def count_lists(session: Session, chosen: ListFilter, ability: Ability) -> Count:
    """How many there are, up to 10,000."""
    return while_unchanged(
        session,
        (count_lists, chosen, ability),
        lambda: count_up_to(session, _chosen(chosen, ability, select(PayoutList.uuid))),
    )


def list_with(uuid: UUID) -> Select[PayoutList]:
    """The list of that uuid."""
    return select(PayoutList).where(PayoutList.uuid == uuid)


def told_of(session: Session, uuid: UUID) -> Row[*tuple[Any, ...]]:
    """What a list's pages say beside its own columns: names of its project, group, vendor and people, and how many rows
    it has, how many of them cannot be paid and how many are held out."""
    maker, editor, submitter, decider = (aliased(User) for _ in range(4))
    former = aliased(PayoutList)
    rows = select(func.count()).where(PayoutRow.list_id == uuid).scalar_subquery()
    out = select(func.count()).where(PayoutRow.list_id == uuid)
    held = PayoutRow.held_by.is_not(None)
    return session.execute(
        select(
            Project.name.label("project"),
            Project.status.label("project_status"),
            BeneficiaryGroup.name.label("group"),
            Vendor.name.label("vendor"),
            former.title.label("former"),
            maker.name.label("maker"),
            editor.name.label("editor"),
            submitter.name.label("submitter"),
            decider.name.label("decider"),
            rows.label("rows"),
            out.where(PayoutRow.verdict == "BAD").scalar_subquery().label("bad"),
            out.where(held, PayoutRow.verdict == "OK").scalar_subquery().label("held"),
        )
        .select_from(PayoutList)
        .join(Project, Project.uuid == PayoutList.project_id)
        .join(Vendor, Vendor.uuid == PayoutList.vendor_id)
        .join(maker, maker.id == PayoutList.created_by)
        .join(editor, editor.id == PayoutList.edited_by)
        .outerjoin(submitter, submitter.id == PayoutList.submitted_by)
        .outerjoin(decider, decider.id == PayoutList.decided_by)
        .outerjoin(BeneficiaryGroup, BeneficiaryGroup.uuid == PayoutList.group_id)
        .outerjoin(former, former.uuid == PayoutList.follows_id)
        .where(PayoutList.uuid == uuid)
    ).one()


def approvals_of(session: Session, uuid: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Every approval that was given to a list, void ones too, with who gave it; the latest last."""
    return session.execute(
        select(
            PayoutApproval.approver_id.label("approver_id"),
            PayoutApproval.step,
            PayoutApproval.total,
            PayoutApproval.payable,
            PayoutApproval.created_at.label("created_at"),
            PayoutApproval.voided_at.label("voided_at"),
            PayoutApproval.voided_why.label("voided_why"),
            User.name.label("name"),
        )
        .join(User, User.id == PayoutApproval.approver_id)
        .where(PayoutApproval.list_id == uuid)
        .order_by(PayoutApproval.id)
    ).all()


def holds_of(session: Session, uuid: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who held how many people out, as far as they still are, and when the last of them; the latest last."""
    last = func.max(PayoutRow.held_at)
    return session.execute(
        select(User.name, last.label("held_at"), func.count().label("people"))
        .join(User, User.id == PayoutRow.held_by)
        .where(PayoutRow.list_id == uuid, PayoutRow.held_by.is_not(None))
        .group_by(PayoutRow.held_by, User.name)
        .order_by(last, User.name)
    ).all()


def followers_of(session: Session, uuid: UUID, ability: Ability) -> Sequence[Row[*tuple[Any, ...]]]:
    """The lists that pay again what failed of this one, as far as the reader may see them."""
    statement = select(PayoutList.uuid, PayoutList.title, PayoutList.state).where(
        PayoutList.follows_id == uuid
    )
    found = ability.accessible(statement, "read", PayoutList)
    return session.execute(found.order_by(PayoutList.created_at)).all()


def paid_lists(ability: Ability) -> Select[UUID, str]:
    """The lists that were paid, of those that the reader may see."""
    paid = select(PayoutList.uuid, PayoutList.title.label("name")).where(PayoutList.state == State.APPROVED)
    return ability.accessible(paid, "read", PayoutList)


def projects_to_pay_in(ability: Ability) -> Select[UUID, str]:
    """The active projects that the reader may see."""
    return open_projects(ability).where(Project.status == ProjectStatus.ACTIVE)


def projects_of_lists(ability: Ability) -> Select[UUID, str]:
    """The projects that the reader may see, whether they have lists yet or not; of deleted ones those that have."""
    some = select(literal(1)).where(PayoutList.project_id == Project.uuid).exists()
    known = or_(Project.deleted_at.is_(None), some)
    return select(Project.uuid, Project.name).where(known, ability.condition("read", Project))
