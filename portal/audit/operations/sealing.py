"""Sealing: what is settled in the log gets a hash over it, chained to the hash before.

Entries come in the order of their transactions and ids. Numbers are drawn before a transaction commits, so a late
commit puts entries between others. Only transactions below the horizon are sealed, those that had ended when
it was read: nothing can come in before them any more.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.chain import NOTHING_BEFORE, Span, marks_of, seal_hash
from portal.audit.models import AuditSeal
from portal.audit.queries.seals import Snapshot, highest_id_of, last_seal, next_slice, snapshot

SLICE = 5_000
"""The most entries under one seal: what has to be read at once, and how near a change is told."""
SLICES = 10
"""The most seals made in one go; what is left waits for the next minute."""
TURN = "portal.audit.seal"
END_OF_NUMBERS = 2**64 - 1


def seal_entries(session: Session, slices: int = SLICES, size: int = SLICE) -> list[AuditSeal]:
    """Seal what is settled and not sealed yet, at most `slices` seals of `size` entries; returns the new ones.

    May be called at any time and by several at once: they take turns, so there is one chain. Where nothing is
    new there is no seal.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(TURN))))
    last = last_seal(session)
    made: list[AuditSeal] = []
    while len(made) < slices:
        seal = _next_seal(session, last, snapshot(session), size)
        if seal is None:
            break
        session.add(seal)
        session.flush()
        made.append(seal)
        last = seal
    return made


def _next_seal(session: Session, last: AuditSeal | None, now: Snapshot, size: int) -> AuditSeal | None:
    """The seal that follows `last`; None where nothing is settled behind it."""
    if last is None:
        return _seal(session, None, (0, 0), 0, 0, now.settled, size)
    place = (int(last.last_txid), last.last_id)
    if place[0] < now.unborn:
        return _seal(session, last, place, last.after_id, 0, now.settled, size)
    # Sealed transactions that this server has not begun: the log was brought here from another one, whose
    # count was further. First what came along unsealed, then what was written here, counted from the beginning.
    left = _seal(session, last, place, last.after_id, now.unborn, END_OF_NUMBERS, size)
    if left is not None:
        return left
    return _seal(session, last, (0, 0), highest_id_of(session, now.unborn), 0, now.settled, size)


def _seal(
    session: Session,
    last: AuditSeal | None,
    place: tuple[int, int],
    after: int,
    least: int,
    horizon: int,
    size: int,
) -> AuditSeal | None:
    found = next_slice(
        session, txid=place[0], id=place[1], after=after, least=least, horizon=horizon, size=size
    )
    if not found.row_count:
        return None
    number, previous = (last.number + 1, last.hash) if last else (1, NOTHING_BEFORE)
    span = Span(
        number=number,
        after_id=after,
        from_id=found.from_id,
        to_id=found.to_id,
        last_txid=int(found.last_txid),
        last_id=found.last_id,
        horizon=horizon,
        row_count=found.row_count,
        sealed_at_us=found.sealed_at_us,
    )
    return AuditSeal(
        number=number,
        after_id=after,
        from_id=span.from_id,
        to_id=span.to_id,
        last_txid=str(span.last_txid),
        last_id=span.last_id,
        horizon=str(horizon),
        row_count=span.row_count,
        marks=marks_of(found.digests),
        previous_hash=previous,
        hash=seal_hash(previous, span, found.digests),
        sealed_at=found.sealed_at,
    )
