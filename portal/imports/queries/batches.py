"""Batches: the list of them, one of them, and the mapping remembered for a shape of file."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.core.keyset import Page, Position, Sort, page_of
from portal.imports.models import ImportBatch, ImportMapping
from portal.projects.models import Project
from portal.users.models import User

NEWEST = Sort("-created", (ImportBatch.created_at, ImportBatch.uuid), descending=True)


def page_of_batches(session: Session, ability: Ability, position: Position) -> Page:
    """The imports the reader may see, the newest first, with who began them."""
    statement = select(
        ImportBatch.uuid,
        ImportBatch.file_name.label("file_name"),
        ImportBatch.state,
        ImportBatch.row_count.label("row_count"),
        ImportBatch.counts,
        ImportBatch.created_at.label("created_at"),
        User.name.label("by"),
    ).outerjoin(User, User.id == ImportBatch.created_by)
    return page_of(session, ability.accessible(statement, "read", ImportBatch), NEWEST, position)


def batch(session: Session, uuid: UUID, ability: Ability, action: str = "read") -> ImportBatch:
    """One import. Raises NotFound when there is none that the reader may do `action` to."""
    statement = ability.accessible(select(ImportBatch).where(ImportBatch.uuid == uuid), action, ImportBatch)
    found: ImportBatch | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def batch_with_file(session: Session, file_hash: str, ability: Ability) -> ImportBatch | None:
    """The latest import of a file with this very content that was taken and not undone."""
    statement = (
        select(ImportBatch)
        .where(ImportBatch.file_hash == file_hash, ImportBatch.state == "TAKEN")
        .order_by(ImportBatch.created_at.desc())
        .limit(1)
    )
    found: ImportBatch | None = session.scalars(ability.accessible(statement, "read", ImportBatch)).first()
    return found


def remembered_mapping(session: Session, shape: str) -> dict[str, Any] | None:
    """The mapping last chosen for a file with these headers."""
    return session.scalar(select(ImportMapping.mapping).where(ImportMapping.shape == shape))


def is_open(session: Session, project: UUID) -> bool:
    """Whether people can still be brought into a project."""
    return session.scalar(select(exists().where(Project.uuid == project, *_OPEN))) is True


UNDER_WAY = ("UPLOADED", "CHECKING", "REVIEW", "TAKING", "UNDOING")


def count_under_way(project: UUID) -> Select[int]:
    """SQL: how many imports into a project are not through."""
    through = ImportBatch.state.in_(UNDER_WAY)
    return select(func.count()).select_from(ImportBatch).where(ImportBatch.project_id == project, through)


_OPEN = (Project.deleted_at.is_(None), Project.status != "CLOSED")
