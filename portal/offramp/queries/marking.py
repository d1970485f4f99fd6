"""Whether a person may say that a request has failed: where its provider does not."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.offramp.models import OfframpRequest

_SILENT = text(
    """
    SELECT w."heldUntil" IS NULL OR w."heldUntil" <= clock_timestamp()
    FROM tbl_offramps o LEFT JOIN tbl_offramp_work w ON w."offrampId" = o.uuid WHERE o.uuid = :offramp
    """
)

_MAY = text(
    """
    SELECT p.adapter = 'FILE'
        OR last.kind = 'CHECKED' AND (last.facts ->> 'known') = 'false'
        OR greatest(a."createdAt", heard."createdAt") < clock_timestamp() - interval '24 hours'
    FROM tbl_offramps o
    JOIN tbl_offramp_attempts a ON a."offrampId" = o.uuid AND a.state <> 'FAILED'
    LEFT JOIN tbl_offramp_providers p ON p.uuid = o."providerId"
    LEFT JOIN LATERAL (SELECT e.kind, e.facts FROM tbl_offramp_events e
        WHERE e."attemptId" = a.id AND e.kind IN ('SENT', 'ANSWERED', 'UNANSWERED', 'CHECKED', 'CALLBACK')
        ORDER BY e.id DESC LIMIT 1) last ON true
    LEFT JOIN LATERAL (SELECT e."createdAt" FROM tbl_offramp_events e
        WHERE e."attemptId" = a.id AND e.kind IN ('ANSWERED', 'CHECKED', 'CALLBACK')
        ORDER BY e.id DESC LIMIT 1) heard ON true
    WHERE o.uuid = :offramp
    """
)


def may_be_marked(session: Session, request: OfframpRequest) -> bool:
    """Whether nothing can be heard of a request that is under way.

    So it is where its provider cannot be asked (a file), where it said at last that it knows no such reference, and
    where it gave no answer for a day; and never while a worker is asking.
    """
    if request.status != OfframpStatus.PROCESSING:
        return False
    told = {"offramp": request.uuid}
    return bool(session.scalar(_SILENT, told)) and bool(session.scalar(_MAY, told))
