"""The same deed for many requests: done for those of them for which it can be, the others stay as they are."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus, TransactionStatus
from portal.offramp.models import OfframpEvent, OfframpRequest
from portal.offramp.operations.telling import Kind
from portal.offramp.operations.working import wake
from portal.offramp.queries.attention import contested
from portal.transactions.models import Transaction


def can_be_retried() -> ColumnElement[bool]:
    """Condition: a request failed and can be tried again, as far as the rows say it; its project is asked besides."""
    stands = exists().where(
        Transaction.uuid == OfframpRequest.transaction_id,
        Transaction.status == TransactionStatus.APPROVED,
        Transaction.deleted_at.is_(None),
    )
    return and_(
        OfframpRequest.status == OfframpStatus.FAILED,
        OfframpRequest.ended_at.is_(None),
        OfframpRequest.deleted_at.is_(None),
        OfframpRequest.receiver_phone.is_not(None),
        or_(OfframpRequest.transaction_id.is_(None), stands),
        ~contested(OfframpRequest.uuid),
    )


def can_be_released(by: int) -> ColumnElement[bool]:
    """Condition: a request waits for somebody to let it go, and this user did not make it."""
    return and_(
        OfframpRequest.status == OfframpStatus.PENDING,
        OfframpRequest.deleted_at.is_(None),
        OfframpRequest.needs_release,
        OfframpRequest.released_by.is_(None),
        or_(OfframpRequest.created_by.is_(None), OfframpRequest.created_by != by),
    )


def retry_many(session: Session, chosen: Select[UUID], *, by: int) -> int:
    """Have the failed ones of the chosen requests sent again, in the name of the user `by`; how many those were.

    Raises what the database says of a closed project (`core.told`).
    """
    retried = _change(session, chosen, can_be_retried(), status=OfframpStatus.PENDING)
    _tell(session, retried, Kind.RETRIED, by)
    return len(retried)


def release_many(session: Session, chosen: Select[UUID], *, by: int) -> int:
    """Let those of the chosen requests go that wait for somebody else than their maker; how many those were."""
    released = _change(
        session, chosen, can_be_released(by), released_by=by, released_at=func.clock_timestamp()
    )
    _tell(session, released, Kind.RELEASED, by)
    return len(released)


def _change(
    session: Session, chosen: Select[UUID], can: ColumnElement[bool], **values: object
) -> Sequence[UUID]:
    """Those that were changed. They are locked in one order first: of two who do this at once one waits."""
    wanted = select(OfframpRequest.uuid).where(OfframpRequest.uuid.in_(chosen), can)
    held = session.scalars(wanted.order_by(OfframpRequest.uuid).with_for_update()).all()
    changing = (
        update(OfframpRequest)
        .where(OfframpRequest.uuid.in_(held), can)
        .values(updated_at=func.now(), **values)
        .returning(OfframpRequest.uuid)
        .execution_options(synchronize_session=False)
    )
    done = session.scalars(changing).all() if held else []
    session.expire_all()
    return done


def _tell(session: Session, offramps: Sequence[UUID], kind: Kind, by: int) -> None:
    if not offramps:
        return
    lines = [{"offramp_id": uuid, "kind": kind.value, "created_by": by} for uuid in offramps]
    session.execute(insert(OfframpEvent), lines)
    wake(session, *offramps)
