"""Making a project and changing what is known of it."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.errors import Conflict, Refusal, sentence
from portal.projects.facts import ProjectFacts
from portal.projects.models import Project
from portal.projects.queries.currencies import is_known

CLOSED = sentence("This project is closed. Open it again to change it.")


def make_project(
    session: Session, facts: ProjectFacts, ability: Ability, *, by: int, uuid: UUID | None = None
) -> Project:
    """A new project that is not ready yet.

    Raises Refusal at its field for a currency that is none, and where `ability` does not reach the new project: who
    works in some projects only makes no others; Conflict where there is one of this uuid.
    """
    project = Project(uuid=uuid, created_by=by, **_columns(session, facts, None))
    try:
        with session.begin_nested():
            session.add(project)
    except IntegrityError as clash:
        raise Conflict("This project was made already.") from clash
    own = select(Project.id).where(Project.id == project.id)
    if session.scalar(ability.accessible(own, "create", Project)) is None:
        raise Refusal("Your role lets you work in some projects only, so you make no new ones.")
    return project


def edit_project(session: Session, project: Project, facts: ProjectFacts, *, version: int, by: int) -> bool:
    """Change what is known of a project; whether anything is different. The caller has locked the row.

    Raises Conflict when somebody changed it since `version`, and where it is closed; Refusal at its field for a
    currency that is none.
    """
    if project.version != version:
        raise Conflict("Somebody changed this project while you did.")
    if project.closed:
        raise Conflict(CLOSED)
    columns = _columns(session, facts, project.currency)
    different = {name: value for name, value in columns.items() if getattr(project, name) != value}
    if not different:
        return False
    for name, value in different.items():
        setattr(project, name, value)
    project.version = version + 1
    project.updated_by = by
    project.updated_at = func.now()
    session.flush()
    return True


def _columns(session: Session, facts: ProjectFacts, stood: str | None) -> dict[str, Any]:
    """The facts as columns. A currency that stood there before may stay, whatever became of its token."""
    currency = facts.currency
    if currency is not None and currency != stood and not is_known(session, currency):
        raise Refusal("There is no such currency or token.", "currency")
    return {**vars(facts), "extras": facts.extras or None}
