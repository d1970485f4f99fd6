"""Finding what somebody has to look at, and settling it: by itself when it is over, or by a person with a word why."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, NotFound, Refusal
from portal.offramp.models import OfframpCallback
from portal.offramp.patience import FAILURES, HOURS, MOST, SETTING, SILENT, STRAY
from portal.offramp.queries.watched import stuck_after
from portal.offramp.watching import OfframpAttention
from portal.settings.operations import set_values

AT_ONCE = 1_000
"""So much is raised in one go: the next one is not far."""

# What was settled by hand is not raised again for the same stretch of time in which nothing changed. The latest is
# asked for each request: joined, where PostgreSQL has not counted the rows yet, each would be compared with each.
_STUCK = text(
    """
    INSERT INTO tbl_offramp_attention (kind, "offrampId", "providerId")
    SELECT 'STUCK', o.uuid, o."providerId" FROM tbl_offramps o
    WHERE o.status = 'PROCESSING' AND o."deletedAt" IS NULL
        AND o."statusAt" <= clock_timestamp() - make_interval(hours => :hours)
        AND coalesce((SELECT max(a.since) FROM tbl_offramp_attention a
            WHERE a."offrampId" = o.uuid AND a.kind = 'STUCK') < o."statusAt", true)
    ORDER BY o."statusAt" LIMIT :most
    ON CONFLICT DO NOTHING
    """
)
_STRAY = text(
    """
    INSERT INTO tbl_offramp_attention (kind, "callbackId", "providerId")
    SELECT 'ORPHAN', c.uuid, c."providerId" FROM tbl_offramp_callbacks c
    WHERE c."settledAt" IS NULL AND c.state = 'PARKED' AND c."receivedAt" <= clock_timestamp() - :stray
        AND (SELECT max(a.since) FROM tbl_offramp_attention a
            WHERE a."callbackId" = c.uuid AND a.kind = 'ORPHAN') IS NULL
    ORDER BY c."receivedAt" LIMIT :most
    ON CONFLICT DO NOTHING
    """
)
_DOWN = text(
    """
    INSERT INTO tbl_offramp_attention (kind, "providerId", facts)
    SELECT 'DOWN', h."providerId", jsonb_build_object('trouble', h.trouble)
    FROM tbl_offramp_health h JOIN tbl_offramp_providers p ON p.uuid = h."providerId"
    WHERE p."isActive" AND p."deletedAt" IS NULL AND h.failures >= :failures
        AND h."failingSince" <= clock_timestamp() - :silent
        AND NOT EXISTS (SELECT FROM tbl_offramp_attention a
            WHERE a."providerId" = h."providerId" AND a.kind = 'DOWN' AND a.since >= h."failingSince")
    ON CONFLICT DO NOTHING
    """
)
_OVER = text(
    """
    UPDATE tbl_offramp_attention a SET "settledAt" = clock_timestamp()
    WHERE a."settledAt" IS NULL AND CASE a.kind
        WHEN 'STUCK' THEN NOT EXISTS (SELECT FROM tbl_offramps o
            WHERE o.uuid = a."offrampId" AND o."deletedAt" IS NULL
                AND o.status::text = CASE WHEN a.facts ->> 'said' IS NULL THEN 'PROCESSING' ELSE 'PENDING' END)
        WHEN 'ORPHAN' THEN EXISTS (SELECT FROM tbl_offramp_callbacks c
            WHERE c.uuid = a."callbackId" AND c."settledAt" IS NOT NULL)
        WHEN 'DOWN' THEN NOT EXISTS (SELECT FROM tbl_offramp_health h
            JOIN tbl_offramp_providers p ON p.uuid = h."providerId"
            WHERE h."providerId" = a."providerId" AND h."failingSince" IS NOT NULL
                AND p."isActive" AND p."deletedAt" IS NULL)
        ELSE false END
    """
)


def find_attention(session: Session) -> None:
    """Settle what is over by itself, and raise what is new: requests that are stuck, callbacks about nothing of ours,
    providers that do not answer. Amounts, contradictions and statements are raised where they are met."""
    session.execute(_OVER)
    session.execute(_STUCK, {"hours": stuck_after(session), "most": AT_ONCE})
    session.execute(_STRAY, {"stray": STRAY, "most": AT_ONCE})
    session.execute(_DOWN, {"failures": FAILURES, "silent": SILENT})


def settle_attention(session: Session, uuid: UUID, *, by: int, note: str) -> None:
    """Say that somebody has looked into it, and what came of that. A callback that it is about is set aside.

    Raises Refusal at `note` without words, Conflict where it is settled, NotFound where there is no such thing.
    """
    said = note.strip()
    if not said:
        raise Refusal("Say what came of it.", field="note")
    settled = session.execute(
        update(OfframpAttention)
        .where(OfframpAttention.uuid == uuid, OfframpAttention.settled_at.is_(None))
        .values(settled_at=func.clock_timestamp(), settled_by=by, note=said)
        .returning(OfframpAttention.callback_id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if settled is None:
        if session.get(OfframpAttention, uuid) is None:
            raise NotFound
        raise Conflict("This is settled already.")
    if settled.callback_id is not None:
        _set_aside(session, settled.callback_id)


def _set_aside(session: Session, callback: UUID) -> None:
    aside: dict[str, Any] = {"state": "SET_ASIDE", "settled_at": func.clock_timestamp()}
    session.execute(
        update(OfframpCallback)
        .where(OfframpCallback.uuid == callback, OfframpCallback.settled_at.is_(None))
        .values(aside)
        .execution_options(synchronize_session=False)
    )


def set_stuck_after(session: Session, hours: int) -> None:
    """After how many hours a request that is under way is stuck. Raises Refusal at `hours`."""
    if not 1 <= hours <= MOST:
        raise Refusal("From 1 to %(most)s hours.", field="hours", most=MOST)
    set_values(session, SETTING, {HOURS: str(hours)})
