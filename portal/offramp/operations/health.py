"""How providers are doing, written down with every answer and every one that did not come."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.offramp.client.adapter import ProviderFault, Trouble

# A provider that answers all the time is written down every ten seconds, or everybody would wait for its one row.
_ANSWERED = text(
    """
    INSERT INTO tbl_offramp_health AS h ("providerId", "answeredAt") VALUES (:provider, clock_timestamp())
    ON CONFLICT ("providerId") DO UPDATE
    SET "answeredAt" = clock_timestamp(), "failingSince" = NULL, failures = 0, trouble = NULL
    WHERE h.failures > 0 OR h."answeredAt" IS NULL OR h."answeredAt" < clock_timestamp() - interval '10 seconds'
    """
)
_FAILING = text(
    """
    INSERT INTO tbl_offramp_health AS h ("providerId", "failingSince", failures, trouble)
    VALUES (:provider, clock_timestamp(), 1, :trouble)
    ON CONFLICT ("providerId") DO UPDATE SET failures = h.failures + 1, trouble = excluded.trouble,
        "failingSince" = coalesce(h."failingSince", clock_timestamp())
    """
)


def note_health(session: Session, provider: UUID, fault: ProviderFault | None) -> None:
    """Write down that a provider answered, or that it did not; that it said no is an answer.

    Called last in a transaction: all who ask this provider wait for this row.
    """
    if fault is None or fault.trouble == Trouble.REFUSED:
        session.execute(_ANSWERED, {"provider": provider})
        return
    session.execute(_FAILING, {"provider": provider, "trouble": fault.trouble.value})
