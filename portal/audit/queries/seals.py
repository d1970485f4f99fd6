"""Seals there are, and the entries that are to be sealed next."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.audit.chain import ENTRY_DIGEST
from portal.audit.models import AuditSeal

_SLICE = text(
    f"""
    WITH slice AS (
        SELECT id, txid, {ENTRY_DIGEST} AS digest
        FROM tbl_audit_log
        WHERE (txid, id) > (CAST(:txid AS xid8), :id) AND txid >= CAST(:least AS xid8)
            AND txid < CAST(:horizon AS xid8) AND id > :after
        ORDER BY txid, id LIMIT :size
    )
    SELECT count(*) AS row_count, min(id) AS from_id, max(id) AS to_id,
        string_agg(digest, ''::bytea ORDER BY txid, id) AS digests,
        (array_agg(txid::text ORDER BY txid DESC, id DESC))[1] AS last_txid,
        (array_agg(id ORDER BY txid DESC, id DESC))[1] AS last_id,
        (extract(epoch FROM statement_timestamp()) * 1000000)::bigint AS sealed_at_us,
        statement_timestamp() AS sealed_at
    FROM slice
    """  # noqa: S608 - put together from our own constants
)


@dataclass(frozen=True)
class Snapshot:
    """Which transactions have ended: all below `settled`; none at or above `unborn` has begun."""

    settled: int
    unborn: int


def snapshot(session: Session) -> Snapshot:
    """How transactions stand now."""
    row = session.execute(
        text("SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() s")
    ).one()
    return Snapshot(int(row[0]), int(row[1]))


def last_seal(session: Session) -> AuditSeal | None:
    """The latest seal."""
    return session.scalars(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).one_or_none()


def seals_after(session: Session, number: int) -> list[AuditSeal]:
    """The seals that came after that one, in order."""
    return list(
        session.scalars(select(AuditSeal).where(AuditSeal.number > number).order_by(AuditSeal.number))
    )


def next_slice(
    session: Session, *, txid: int, id: int, after: int, least: int, horizon: int, size: int
) -> Any:
    """The next entries behind (txid, id) of settled transactions, with the hash of each; none: `row_count` 0."""
    values = {"txid": str(txid), "id": id, "after": after, "least": str(least), "horizon": str(horizon)}
    return session.execute(_SLICE, {**values, "size": size}).one()


def highest_id_of(session: Session, unborn: int) -> int:
    """The highest id among sealed entries and those of transactions that this server has not begun."""
    sealed = session.scalar(select(func.max(AuditSeal.to_id))) or 0
    foreign = session.scalar(
        text("SELECT max(id) FROM tbl_audit_log WHERE txid >= CAST(:unborn AS xid8)"), {"unborn": str(unborn)}
    )
    return max(sealed, foreign or 0)
