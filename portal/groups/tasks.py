"""What of groups runs in the background: adding very many people, and taking very many into a project and out of it."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.db import db
from portal.core.errors import Refusal
from portal.groups.models import SavedFilter
from portal.groups.operations.assigning import assign_group, take_out
from portal.groups.operations.filling import run_filter
from portal.groups.queries.group import group_with, project_with
from portal.jobs.tasks import Progress, work
from portal.projects.models import Project
from portal.users.models import User
from portal.users.queries.held import ability_of

FILL, ASSIGN, END = "groups.fill", "groups.assign", "groups.end"
MOST_AT_ONCE = 5_000
"""As many people join or leave within a request; more do by a job."""


@work(FILL, _l("Adding people to a group"), labels={"added": _l("Added")})
def fill(
    progress: Progress, filter: str, by: int, keep: bool = True, link: str | None = None
) -> dict[str, Any]:
    """Add who matches a kept filter to its group, by what the user with the id `by` may do now; all in one commit.

    A filter that nobody wanted to `keep` is forgotten with it.
    """
    session = db.session()
    kept = session.get(SavedFilter, UUID(filter), with_for_update=True)
    user = session.get(User, by)
    if kept is None or user is None or user.deleted_at is not None:
        raise Refusal("The filter, or whoever asked for this, is no longer here.")
    ability = ability_of(session, user)
    if not ability.can("update", "BeneficiaryGroup"):
        raise Refusal("Whoever asked for this may no longer change groups.")
    progress.step("Adding the people")
    added = run_filter(session, kept, ability)
    if not keep:
        session.delete(kept)
    return _done(progress, session, {"added": added})


@work(ASSIGN, _l("Assigning a group to a project"), labels={"joined": _l("Joined the project")})
def assign(progress: Progress, group: str, project: str, by: int, link: str | None = None) -> dict[str, Any]:
    """Make a group's members a project's, by what the user with the id `by` may do now; all in one commit."""
    session = db.session()
    of, to = _allowed(session, group, project, by)
    progress.step("Adding the people")
    return _done(progress, session, {"joined": assign_group(session, of, to)})


@work(END, _l("Taking a group out of a project"), labels={"left": _l("Left the project")})
def end(
    progress: Progress, group: str, project: str, what: str, by: int, link: str | None = None
) -> dict[str, Any]:
    """Take a group out of a project as `EndForm` has it, by what the user may do now; all in one commit."""
    session = db.session()
    of, to = _allowed(session, group, project, by)
    progress.step("Taking the people out")
    return _done(progress, session, {"left": take_out(session, of, to, what)})


def _allowed(session: Session, group: str, project: str, by: int) -> tuple[UUID, UUID]:
    """The group and the project, where the user may still change the one and see the other; raises Refusal else."""
    user = session.get(User, by)
    if user is not None and user.deleted_at is None:
        ability, of, to = ability_of(session, user), UUID(group), UUID(project)
        may_change = ability.accessible(group_with(of), "update", BeneficiaryGroup)
        may_see = ability.accessible(project_with(to), "read", Project)
        if session.scalar(may_change) is not None and session.scalar(may_see) is not None:
            return of, to
    raise Refusal("The group or the project is no longer there for whoever asked for this.")


def _done(progress: Progress, session: Session, result: dict[str, Any]) -> dict[str, Any]:
    """Commit the work and the job's end as one."""
    progress.finish_with(session, result)
    session.commit()
    return result
