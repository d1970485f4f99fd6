"""Which rows of a list can be paid, and what they come to: all judged by one statement."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import VALID_PHONE
from portal.core.db import rows_changed
from portal.payouts.models import PayoutList
from portal.payouts.terms import Method

NEEDS = {
    Method.HANDED_OUT: "NULL",
    Method.MOBILE_MONEY: f"CASE WHEN r.phone IS NULL OR r.phone !~ '{VALID_PHONE}' THEN 'NO_PHONE' END",
    Method.BANK_TRANSFER: "CASE WHEN r.account IS NULL THEN 'NO_ACCOUNT' END",
}
"""Method → SQL that names what a row lacks for it."""

JUDGE = """
WITH elsewhere AS (
    SELECT DISTINCT o."beneficiaryId" FROM tbl_payout_lists l
    JOIN tbl_payout_rows o ON o."listId" = l.uuid AND o.verdict = 'OK' AND o."heldBy" IS NULL
    WHERE l."projectId" = :project AND l.uuid <> :list
      AND (l.state IN ('SUBMITTED', 'PAYING')
        OR l.state IN ('FILLING', 'DRAFT', 'CHECKING', 'RETURNED') AND (l."createdAt", l.uuid) < (:made, :list))
), judged AS (
    SELECT r.uuid, array_remove(ARRAY[
        CASE WHEN b."deletedAt" IS NOT NULL THEN 'DELETED' WHEN part.id IS NULL THEN 'NOT_IN_PROJECT' END,
        CASE WHEN r.amount IS NOT NULL THEN NULL
            WHEN 'AMOUNT_UNREADABLE' = ANY (r.reasons) THEN 'AMOUNT_UNREADABLE' ELSE 'AMOUNT_MISSING' END,
        {needs},
        CASE WHEN e."beneficiaryId" IS NOT NULL THEN 'IN_OPEN_LIST' END
    ], NULL) AS reasons
    FROM tbl_payout_rows r
    JOIN tbl_beneficiaries b ON b.uuid = r."beneficiaryId"
    LEFT JOIN tbl_beneficiaries_projects part ON part."projectId" = :project
        AND part."beneficiaryId" = r."beneficiaryId" AND part."deletedAt" IS NULL
    LEFT JOIN elsewhere e ON e."beneficiaryId" = r."beneficiaryId"
    WHERE r."listId" = :list
)
UPDATE tbl_payout_rows r SET reasons = j.reasons, verdict = CASE WHEN j.reasons = '{{}}' THEN 'OK' ELSE 'BAD' END
FROM judged j WHERE r.uuid = j.uuid AND r.reasons <> j.reasons
"""

LARGE = text('SELECT EXISTS (SELECT FROM tbl_payout_rows WHERE "listId" = :list OFFSET 2000)')
NESTED = text("SELECT set_config('enable_nestloop', :on, true)")
SEAL = text("SELECT hash, total, payable FROM portal_payout_seal(:list)")
SUM = text(
    "SELECT NULL AS hash, coalesce(sum(amount), 0) AS total, count(*) AS payable FROM tbl_payout_rows"
    ' WHERE "listId" = :list AND verdict = \'OK\' AND "heldBy" IS NULL'
)


@dataclass(frozen=True)
class Seal:
    """What a list comes to: `payable` rows, their `total`, and the hash of all that decides who gets what."""

    hash: str | None
    total: Decimal
    payable: int


def judge(session: Session, found: PayoutList) -> int:
    """Look at every row anew: can it be paid as the list says? How many are seen otherwise than before.

    Somebody who is in two open lists of a project can be paid by one: by that which was submitted, else by the
    older. So of two drafts neither stands in the other's way for ever.
    """
    # Of rows that were written a moment ago PostgreSQL knows no numbers, and would look through everybody for each of
    # them.
    large = session.scalar(LARGE, {"list": found.uuid})
    session.execute(NESTED, {"on": "off" if large else "on"})
    done = session.execute(
        text(JUDGE.format(needs=NEEDS[Method(found.method)])),
        {"list": found.uuid, "project": found.project_id, "made": found.created_at},
    )
    session.execute(NESTED, {"on": "on"})
    return rows_changed(done)


def seal_of(session: Session, uuid: UUID) -> Seal:
    """What the list comes to now, with the hash that approvals are bound to."""
    row = session.execute(SEAL, {"list": uuid}).one()
    return Seal(row.hash, row.total, row.payable)


def sum_of(session: Session, uuid: UUID) -> Seal:
    """The same without the hash: for a draft, which nobody approves."""
    row = session.execute(SUM, {"list": uuid}).one()
    return Seal(None, row.total, row.payable)
