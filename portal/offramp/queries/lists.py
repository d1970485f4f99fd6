"""What of an approved payout list can be sent through a provider, and why the rest cannot."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import VALID_PHONE
from portal.payouts.models import PayoutList

STANDING = """
    SELECT t.uuid, t."beneficiaryId", t.amount, t."decidedBy", btrim(r.phone) AS phone, btrim(r.name) AS name,
        CASE WHEN t.status <> 'APPROVED' THEN 'OVER'
            WHEN o.uuid IS NOT NULL THEN 'THERE'
            WHEN coalesce(r.phone, '') !~ :valid_phone THEN 'NO_PHONE'
            WHEN btrim(coalesce(r.name, '')) = '' THEN 'NO_NAME'
            ELSE 'CAN' END AS verdict
    FROM tbl_transactions t
    JOIN tbl_payout_rows r ON r.uuid = t.uuid
    LEFT JOIN tbl_offramps o ON o."transactionId" = t.uuid AND o."deletedAt" IS NULL
    WHERE t."payoutListId" = :list AND t."deletedAt" IS NULL
"""
"""SQL: each payment of the list, where it goes as that was approved, and whether it can be sent: CAN, or why not."""

PHONE = {"valid_phone": VALID_PHONE}
"""What a statement that holds it is told besides the list."""

_COUNT = text(
    f"SELECT verdict, count(*) AS number, sum(amount) AS amount FROM ({STANDING}) s GROUP BY verdict"  # noqa: S608
)


@dataclass(frozen=True)
class Standing:
    """How many payments of a list can be sent (`number`, `total`), how many were already (`there`), how many are over
    (`over`), and how many cannot be: for want of a phone, or of a name."""

    number: int
    total: Decimal
    there: int
    over: int
    no_phone: int
    no_name: int


def standing_of(session: Session, payout_list: UUID) -> Standing:
    """How the payments of a list stand."""
    rows = {row.verdict: row for row in session.execute(_COUNT, {"list": payout_list, **PHONE})}

    def count(verdict: str) -> int:
        return rows[verdict].number if verdict in rows else 0

    total = rows["CAN"].amount if "CAN" in rows else Decimal(0)
    return Standing(count("CAN"), total, count("THERE"), count("OVER"), count("NO_PHONE"), count("NO_NAME"))


def list_with(uuid: UUID) -> Select[PayoutList]:
    """The payout list with this uuid."""
    return select(PayoutList).where(PayoutList.uuid == uuid)
