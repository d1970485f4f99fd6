"""When a worker looks after a request: at once, later, or not before somebody has done something.

Everything here that decides for a request is called while its row is locked, so that nobody who wakes it at that moment
is overheard.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.offramp.models import OfframpAttempt, OfframpRequest, OfframpWork

FIRST = dt.timedelta(seconds=5)
"""How long to wait before a provider is asked again for the first time; each further time twice as long."""
LONGEST = dt.timedelta(minutes=15)
LEASE = dt.timedelta(seconds=45)
"""For how long a worker keeps a request that it took or is asking about: more than twice what an answer may take."""


@dataclass(frozen=True)
class Held:
    """A request that a worker has taken, and how often it was looked after in vain."""

    offramp: UUID
    tries: int


def claim(session: Session, lease: dt.timedelta = LEASE) -> Held | None:
    """Take the request that has waited longest of those that are due; None where none is."""
    now = func.clock_timestamp()
    due = (
        select(OfframpWork.offramp_id)
        .where(
            OfframpWork.next_at <= now, or_(OfframpWork.held_until.is_(None), OfframpWork.held_until <= now)
        )
        .order_by(OfframpWork.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = session.execute(
        update(OfframpWork)
        .where(OfframpWork.offramp_id == due)
        .values(held_until=now + lease)
        .returning(OfframpWork.offramp_id, OfframpWork.tries)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return Held(*taken) if taken else None


def keep(session: Session, offramp: UUID, lease: dt.timedelta = LEASE) -> None:
    """Keep a request that was taken for as long again: its provider is about to be asked something more."""
    session.execute(
        update(OfframpWork)
        .where(OfframpWork.offramp_id == offramp)
        .values(held_until=func.clock_timestamp() + lease)
        .execution_options(synchronize_session=False)
    )


def wake(session: Session, *offramps: UUID) -> None:
    """Have requests looked after at once."""
    if not offramps:
        return
    anew = {"next_at": func.clock_timestamp(), "tries": 0}
    session.execute(
        insert(OfframpWork)
        .values([{"offramp_id": uuid} for uuid in sorted(offramps)])
        .on_conflict_do_update(index_elements=["offrampId"], set_={"nextAt": anew["next_at"], "tries": 0})
    )


def later(session: Session, offramp: UUID, first: dt.timedelta = FIRST, *, anew: bool = False) -> None:
    """Have it looked after again when some time has passed: the more often it was in vain, the longer.

    `anew` where something has come of it: then the shortest time passes again.
    """
    told = {"offramp": offramp, "first": first, "longest": LONGEST, "anew": anew}
    session.execute(_LATER, told)


def at_once(session: Session, offramp: UUID) -> None:
    """Have it looked after at once by whoever comes first: who holds it is done with it."""
    wake(session, offramp)
    session.execute(
        update(OfframpWork)
        .where(OfframpWork.offramp_id == offramp)
        .values(held_until=None)
        .execution_options(synchronize_session=False)
    )


def rest(session: Session, offramp: UUID) -> None:
    """Have it left alone until somebody wakes it."""
    session.execute(
        delete(OfframpWork)
        .where(OfframpWork.offramp_id == offramp)
        .execution_options(synchronize_session=False)
    )


def hold(session: Session, uuid: UUID) -> OfframpRequest | None:
    """The request as it stands, locked until the transaction ends; None where there is none, or it was withdrawn."""
    return session.scalar(
        select(OfframpRequest)
        .where(OfframpRequest.uuid == uuid, OfframpRequest.deleted_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def held_for(session: Session, attempt: int) -> UUID:
    """The request of a try, locked until the transaction ends; what is told of it is told after that, since a line of
    its story takes a share of the same lock."""
    wanted = select(OfframpRequest.uuid).join(
        OfframpAttempt, OfframpAttempt.offramp_id == OfframpRequest.uuid
    )
    return session.scalars(
        wanted.where(OfframpAttempt.id == attempt).with_for_update(of=OfframpRequest)
    ).one()


_LATER = text(
    """
    INSERT INTO tbl_offramp_work AS w ("offrampId", "nextAt", tries)
    VALUES (:offramp, clock_timestamp() + CAST(:first AS interval), 1)
    ON CONFLICT ("offrampId") DO UPDATE SET "heldUntil" = NULL, tries = CASE WHEN :anew THEN 1 ELSE w.tries + 1 END,
        "nextAt" = clock_timestamp() + least(CAST(:longest AS interval),
            CAST(:first AS interval) * CASE WHEN :anew THEN 1 ELSE 2 ^ least(w.tries, 16) END)
    """
)
