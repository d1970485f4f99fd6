"""The life of an action: drafted, begun, done, undone. Each move is a conditional UPDATE: of two, one gets it."""

from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.travelling import packed
from portal.bulk.kinds import NEEDS, Kind
from portal.bulk.models import BulkAction, BulkChange
from portal.core.errors import Conflict, sentence
from portal.jobs.models import Job

MOVED_ON = sentence("This action has moved on meanwhile. Reload the page to see where it stands.")
DRAFT_DAYS = 7
"""How long a draft that nobody confirmed is kept, in days."""
CHANGES_DAYS = 90
"""How long an action can be undone, in days; then whom it changed and what it searched for are forgotten."""
REOPENED = {"RUNNING": "DRAFT", "UNDOING": "DONE"}
"""Where an action goes back to when the job at work on it was cancelled or failed."""


def draft(session: Session, kind: Kind, chosen: PeopleFilter, *, created_by: int) -> UUID:
    """A new action that nothing has come of yet."""
    uuid: UUID = session.scalars(
        insert(BulkAction)
        .values(kind=kind.value, filter=packed(chosen), created_by=created_by)
        .returning(BulkAction.uuid)
    ).one()
    return uuid


def tell(session: Session, action: BulkAction, *, seen: int, value: Any) -> None:
    """Say what the action needs to know: its group, project, value or reason.

    `seen` is the version of the draft that the form was filled from. Raises Conflict when it is another by now.
    """
    column = {"group": "group_id", "project": "project_id"}.get(
        told := NEEDS[Kind(action.kind)].told or "", told
    )
    values = {column: value, "version": BulkAction.version + 1, "updated_at": func.now()}
    _move(session, action.uuid, ("DRAFT",), BulkAction.version == seen, **values)


def begin(session: Session, action: UUID, *, seen: int, expected: int | None, job: UUID) -> bool:
    """Let the job do the action. `expected` is how many whoever confirms it was told would change.

    False, and nothing changes, where it was begun already, so that two clicks are one. Raises Conflict where
    something else was chosen in the draft since its page was made (`seen`).
    """
    state, version = session.execute(
        select(BulkAction.state, BulkAction.version).where(BulkAction.uuid == action).with_for_update()
    ).one()
    if state != "DRAFT":
        return False
    if version != seen:
        raise Conflict(MOVED_ON)
    _move(session, action, ("DRAFT",), state="RUNNING", expected=expected, job_id=job, updated_at=func.now())
    return True


def begin_undoing(session: Session, action: UUID, *, job: UUID) -> bool:
    """Let the job undo the action. False, and nothing changes, where that was begun already."""
    state = session.scalar(select(BulkAction.state).where(BulkAction.uuid == action).with_for_update())
    if state in {"UNDOING", "UNDONE"}:
        return False
    _move(session, action, ("DONE",), state="UNDOING", job_id=job, updated_at=func.now())
    return True


def reopen(session: Session, action: UUID) -> None:
    """Bring an action whose job ended without success back to where it can be worked on.

    Raises Conflict while the job is at work, and when there is nothing to reopen.
    """
    at_work = exists().where(Job.uuid == BulkAction.job_id, Job.state.in_(("QUEUED", "RUNNING")))
    moved = session.execute(
        update(BulkAction)
        .where(BulkAction.uuid == action, BulkAction.state.in_(REOPENED), ~at_work)
        .values(
            state=case(REOPENED, value=BulkAction.state),
            version=BulkAction.version + 1,
            updated_at=func.now(),
        )
        .returning(BulkAction.uuid)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise Conflict("There is nothing to reopen: the work goes on, or has ended well.")


def hold(session: Session, action: UUID, state: str, job: UUID | None) -> BulkAction:
    """The action, held against others until the transaction ends, for the job that it was given to.

    Raises Conflict when it is in another state, or another job's by now. `job` None: the work runs without one.
    """
    found: BulkAction | None = session.scalar(
        select(BulkAction).where(BulkAction.uuid == action, BulkAction.state == state).with_for_update()
    )
    if found is None or (job is not None and found.job_id != job):
        raise Conflict(MOVED_ON)
    return found


def finish(session: Session, action: UUID, counts: dict[str, Any]) -> None:
    """The action is done; `counts` is what came of it."""
    values = {"counts": counts, "done_at": func.now(), "updated_at": func.now()}
    _move(session, action, ("RUNNING",), state="DONE", **values)


def finish_undoing(session: Session, action: UUID, undone: dict[str, Any]) -> None:
    """The action is undone; `undone` is what came of that."""
    values = {"undone": undone, "undone_at": func.now(), "updated_at": func.now()}
    _move(session, action, ("UNDOING",), state="UNDONE", **values)


def forget(session: Session) -> None:
    """Forget drafts that nobody confirmed, and of old actions whom they were about. The deed and its counts stay."""
    age = BulkAction.created_at < func.now() - func.make_interval(0, 0, 0, DRAFT_DAYS)
    session.execute(
        delete(BulkAction)
        .where(BulkAction.state == "DRAFT", age)
        .execution_options(synchronize_session=False)
    )
    old = BulkAction.done_at < func.now() - func.make_interval(0, 0, 0, CHANGES_DAYS)
    done = old & BulkAction.state.in_(("DONE", "UNDONE"))
    session.execute(
        delete(BulkChange)
        .where(BulkChange.action_id.in_(select(BulkAction.uuid).where(done)))
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(BulkAction)
        .where(done, or_(BulkAction.filter.is_not(None), BulkAction.reason.is_not(None)))
        .values(filter=None, reason=None, updated_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _move(session: Session, action: UUID, states: tuple[str, ...], *more: Any, **values: Any) -> None:
    moved = session.execute(
        update(BulkAction)
        .where(BulkAction.uuid == action, BulkAction.state.in_(states), *more)
        .values(**values)
        .returning(BulkAction.uuid)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        raise Conflict(MOVED_ON)
