"""A hotline's files and their rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select, true
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.keyset import Page, Position, Sort, page_of
from portal.grievances.models import Grievance
from portal.intake.hotline import Verdict
from portal.intake.models import HotlineFile, HotlineRow
from portal.projects.models import Project
from portal.users.models import User

IN_ORDER = Sort("number", (HotlineRow.number,))
NEWEST = (HotlineFile.created_at.desc(), HotlineFile.uuid)


def file_with(uuid: UUID) -> Select[HotlineFile]:
    """SQL: the file of a uuid."""
    return select(HotlineFile).where(HotlineFile.uuid == uuid)


def may_see(file: HotlineFile, ability: Ability, user: int) -> bool:
    """Whether a file is for somebody: who brought it, or who may read whatever callers may have said in it; and who
    may take calls in its project."""
    if not ability.can("import", Grievance(project_id=file.project_id, is_sensitive=False)):
        return False
    reads_all = Grievance(project_id=file.project_id, is_sensitive=True)
    return file.created_by == user or ability.can("read", reads_all)


def projects_to_take_for(session: Session, ability: Ability) -> list[tuple[UUID, str]]:
    """The projects under way for which somebody may take calls: uuid and name."""
    statement = select(Project).where(Project.deleted_at.is_(None), Project.status == "ACTIVE")
    found = session.scalars(ability.accessible(statement, "read", Project).order_by(Project.name))
    return [
        (project.uuid, project.name)
        for project in found
        if ability.can("import", Grievance(project_id=project.uuid, is_sensitive=False))
    ]


def recent_files(session: Session, ability: Ability, user: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The newest fifty files that somebody brought, or may read.

    Each has uuid, file_name, project, state, counts, created_at, by.
    """
    projects = [uuid for uuid, _name in projects_to_take_for(session, ability)]
    reads = [uuid for uuid in projects if ability.can("read", Grievance(project_id=uuid, is_sensitive=True))]
    return session.execute(
        select(
            HotlineFile.uuid,
            HotlineFile.file_name,
            Project.name.label("project"),
            HotlineFile.state,
            HotlineFile.counts,
            HotlineFile.created_at,
            User.name.label("by"),
        )
        .join(Project, Project.uuid == HotlineFile.project_id)
        .join(User, User.id == HotlineFile.created_by)
        .where(
            HotlineFile.project_id.in_(projects),
            or_(HotlineFile.created_by == user, HotlineFile.project_id.in_(reads)),
        )
        .order_by(*NEWEST)
        .limit(50)
    ).all()


def same_file(session: Session, project: UUID, digest: str) -> UUID | None:
    """The file of a project that holds the very same and was not given up, if there is one."""
    return session.scalars(
        select(HotlineFile.uuid)
        .where(HotlineFile.project_id == project, HotlineFile.file_hash == digest)
        .order_by(*NEWEST)
        .limit(1)
    ).one_or_none()


def page_of_rows(session: Session, file: UUID, verdict: Verdict | None, position: Position) -> Page:
    """A page of a file's rows in its order."""
    row = HotlineRow
    narrowed = row.verdict == verdict if verdict else true()
    statement = select(
        row.number,
        row.words,
        row.name,
        row.contact,
        row.email,
        row.called_at,
        row.category,
        row.verdict,
        row.case_uuid,
    ).where(row.file_id == file, narrowed)
    return page_of(session, statement, IN_ORDER, position)
