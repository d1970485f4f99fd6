"""One deed for many cases: drafted, begun, done. Each move is a conditional UPDATE: of two, one gets it."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal, sentence
from portal.grievances.many import GrievanceAction, Kind
from portal.grievances.models import PRIORITIES, GrievanceCategory
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.travelling import packed, unpacked
from portal.grievances.queries.verdicts import Order
from portal.jobs.models import Job
from portal.users.models import User

MOVED_ON = sentence("This has moved on meanwhile. Reload the page to see where it stands.")
FORGOTTEN = sentence("Which cases this was about is no longer known. Choose them anew.")
DRAFT_DAYS = 7
"""How long a draft that nobody confirmed is kept, in days."""


def draft(
    session: Session,
    uuid: UUID,
    kind: Kind,
    chosen: CaseFilter,
    *,
    value: str | None,
    body: str | None,
    created_by: int,
) -> None:
    """Keep what somebody wants done, under a uuid; the same uuid once more changes nothing.

    `value` is a user's id (none: nobody is to be in charge), a priority, or the uuid of a category. Raises Refusal for
    one that there is not.
    """
    _told(session, kind, value, body)
    session.execute(
        insert(GrievanceAction)
        .values(
            uuid=uuid, kind=kind.value, filter=packed(chosen), value=value, body=body, created_by=created_by
        )
        .on_conflict_do_nothing(index_elements=["uuid"])
    )


def order_of(session: Session, action: GrievanceAction) -> Order:
    """What is to be done. Raises Refusal where its filter is forgotten, or what it names is gone."""
    try:
        chosen = unpacked(action.filter) if action.filter is not None else None
    except ValueError:
        chosen = None
    if chosen is None:
        raise Refusal(FORGOTTEN)
    kind = Kind(action.kind)
    user, category = _told(session, kind, action.value, action.body)
    return Order(kind, chosen, action.value, user, category, action.body)


def begin(session: Session, action: UUID, *, expected: int | None, job: UUID) -> bool:
    """Let the job do it. `expected` is how many whoever confirms was told would change. False, and nothing changes,
    where it was begun already, so that two clicks are one."""
    return _move(session, action, "DRAFT", state="RUNNING", expected=expected, job_id=job)


def reopen(session: Session, action: UUID) -> None:
    """Bring back to its draft what a job ended without doing. Raises Conflict while the job is at work."""
    at_work = (
        select(Job.uuid)
        .where(Job.uuid == GrievanceAction.job_id, Job.state.in_(("QUEUED", "RUNNING")))
        .exists()
    )
    if not _move(session, action, "RUNNING", ~at_work, state="DRAFT"):
        raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")


def hold(session: Session, action: UUID, job: UUID | None) -> GrievanceAction:
    """The action, held until the transaction ends, for the job that it was given to. Raises Conflict when it is not
    under way, or is another job's by now. `job` None: the work runs without one."""
    found: GrievanceAction | None = session.scalar(
        select(GrievanceAction)
        .where(GrievanceAction.uuid == action, GrievanceAction.state == "RUNNING")
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None or (job is not None and found.job_id != job):
        raise Conflict(MOVED_ON)
    return found


def finish(session: Session, action: UUID, counts: dict[str, Any]) -> None:
    """It is done; `counts` is what came of it. Whom it searched for and what it noted is forgotten with that."""
    done = {"counts": counts, "done_at": func.now(), "filter": None, "body": None}
    if not _move(session, action, "RUNNING", state="DONE", **done):
        raise Conflict(MOVED_ON)


def forget(session: Session) -> None:
    """Forget drafts that nobody confirmed."""
    age = GrievanceAction.created_at < func.now() - func.make_interval(0, 0, 0, DRAFT_DAYS)
    session.execute(
        delete(GrievanceAction)
        .where(GrievanceAction.state == "DRAFT", age)
        .execution_options(synchronize_session=False)
    )


def _told(
    session: Session, kind: Kind, value: str | None, body: str | None
) -> tuple[User | None, GrievanceCategory | None]:
    """The user or the category that is meant. Raises Refusal at the field of the kind."""
    if kind is Kind.ASSIGN and value is not None:
        user = session.get(User, int(value))
        if user is None or user.deleted_at is not None:
            raise Refusal("Choose somebody else: they have left.", field="assignee")
        return user, None
    if kind is Kind.CATEGORY:
        category = session.get(GrievanceCategory, UUID(value)) if value else None
        if category is None or not category.is_active:
            raise Refusal("Choose another category: this one is not in use.", field="category")
        return None, category
    if kind is Kind.PRIORITY and value not in PRIORITIES:
        raise Refusal("Choose a priority.", field="priority")
    if kind is Kind.NOTE and not body:
        raise Refusal("Write something.", field="note")
    return None, None


def _move(session: Session, action: UUID, before: str, *more: Any, **values: Any) -> bool:
    moved = session.execute(
        update(GrievanceAction)
        .where(GrievanceAction.uuid == action, GrievanceAction.state == before, *more)
        .values(updated_at=func.now(), **values)
        .returning(GrievanceAction.uuid)
        .execution_options(synchronize_session=False)
    ).first()
    return moved is not None
