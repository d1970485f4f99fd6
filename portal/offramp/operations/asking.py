"""Asking now what became of a request, without waiting for the next time."""

from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, NotFound
from portal.offramp.operations.retrying import NOT_FAILED
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, wake


def ask_now(session: Session, uuid: UUID, *, by: int) -> None:
    """Have a worker look after a request at once, in the name of the user `by`.

    Raises Conflict where it has come to an end, NotFound where there is no such request.
    """
    request = hold(session, uuid)
    if request is None:
        raise NotFound
    if request.status in (OfframpStatus.COMPLETED, OfframpStatus.FAILED):
        raise Conflict(NOT_FAILED[request.status])
    tell(session, uuid, Kind.CHECKED, by=by)
    wake(session, uuid)
