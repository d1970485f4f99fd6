"""Bulk actions: the list of them, and one."""

from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.bulk.models import BulkAction, BulkChange
from portal.core.abilities import Ability
from portal.core.keyset import Page, Position, Sort, page_of
from portal.projects.models import Project
from portal.users.models import User

NEWEST = Sort("-created", (BulkAction.created_at, BulkAction.uuid), descending=True)


def page_of_actions(session: Session, ability: Ability, reader: int, position: Position) -> Page:
    """The actions that the reader may see, the newest first, with their group or project and who began them.

    Drafts are seen by who made them.
    """
    statement = (
        select(
            BulkAction.uuid,
            BulkAction.kind,
            BulkAction.value,
            BulkAction.state,
            BulkAction.counts,
            BulkAction.created_at.label("created_at"),
            BeneficiaryGroup.name.label("group_name"),
            Project.name.label("project_name"),
            User.name.label("by"),
        )
        .join(User, User.id == BulkAction.created_by)
        .outerjoin(BeneficiaryGroup, BeneficiaryGroup.uuid == BulkAction.group_id)
        .outerjoin(Project, Project.uuid == BulkAction.project_id)
        .where(or_(BulkAction.state != "DRAFT", BulkAction.created_by == reader))
    )
    return page_of(session, ability.accessible(statement, "read", BulkAction), NEWEST, position)


def action_with(uuid: UUID, reader: int) -> Select[BulkAction]:
    """The action of that uuid, unless it is somebody else's draft."""
    return select(BulkAction).where(
        BulkAction.uuid == uuid, or_(BulkAction.state != "DRAFT", BulkAction.created_by == reader)
    )


def names_of(session: Session, action: BulkAction) -> tuple[str | None, str | None]:
    """What the action's group and project are called, also where they are deleted by now."""
    if action.group_id is None and action.project_id is None:
        return None, None
    row = session.execute(
        select(
            select(BeneficiaryGroup.name).where(BeneficiaryGroup.uuid == action.group_id).scalar_subquery(),
            select(Project.name).where(Project.uuid == action.project_id).scalar_subquery(),
        )
    ).one()
    return row[0], row[1]


def can_be_undone(session: Session, action: BulkAction) -> bool:
    """Whether it is done, changed somebody, and what it changed is still known."""
    if action.state != "DONE":
        return False
    return bool(session.scalar(select(exists().where(BulkChange.action_id == action.uuid))))


def count_at_work(project: UUID) -> Select[int]:
    """SQL: how many actions change who is in a project just now."""
    running = BulkAction.state.in_(("RUNNING", "UNDOING"))
    return select(func.count()).select_from(BulkAction).where(BulkAction.project_id == project, running)
