"""Letting a large request go: by somebody else than its maker."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.telling import Kind, tell
from portal.offramp.operations.working import hold, wake


def release(session: Session, uuid: UUID, *, by: int) -> None:
    """Let a request go that waits for it, in the name of the user `by`.

    Raises Refusal to who made it; Conflict where it needs nobody, somebody did, or it is past that; NotFound where
    there is none.
    """
    request = hold(session, uuid)
    if request is None:
        raise NotFound
    if request.created_by == by:
        raise Refusal("Who made a request cannot let it go. Somebody else has to.")
    if not request.needs_release:
        raise Conflict("Nobody has to let this request go.")
    if request.released_by is not None or request.status != OfframpStatus.PENDING:
        raise Conflict("Somebody let this request go already.")
    session.execute(
        update(OfframpRequest)
        .where(OfframpRequest.uuid == uuid)
        .values(released_by=by, released_at=func.now(), updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    session.expire(request)
    tell(session, uuid, Kind.RELEASED, by=by)
    wake(session, uuid)
