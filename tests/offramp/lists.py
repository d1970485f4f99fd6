"""Payout lists that were approved and paid, for tests that send them through a provider; past everything that watches
over that."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from tests.factories import add_beneficiary
from tests.offramp.requests import TOKEN, Ground
from tests.payouts.lists import add_list
from tests.reconciliation.files import paid_out
from tests.vendors.shops import add_vendor


def approved_list(
    ground: Ground,
    people: int = 3,
    *,
    method: str = "MOBILE_MONEY",
    currency: str = TOKEN,
    amount: str = "100",
    lacking: Mapping[int, str] | None = None,
) -> UUID:
    """A list of so many people that one approver approved, with its payments. `lacking`: what the rows of some numbers
    lack, as SQL that sets it."""
    session = ground.session
    vendor = add_vendor(session, f"Agent {method} {currency}", [ground.project])
    them = [add_beneficiary(session, f"Sita {at}", projects=[ground.project]) for at in range(people)]
    found, _row = add_list(
        session, ground.project, vendor, them, ground.maker, method=method, currency=currency
    )
    session.execute(
        text(
            """UPDATE tbl_payout_rows r SET phone = '+97798' || to_char(r.number, 'FM00000000'), amount = :amount,
            name = 'Sita ' || r.number WHERE r."listId" = :list"""
        ),
        {"list": found.uuid, "amount": Decimal(amount)},
    )
    for number, change in (lacking or {}).items():
        session.execute(text(f"UPDATE tbl_payout_rows SET {change} WHERE number = {number}"))
    told = {"list": found.uuid, "by": ground.approver.id}
    session.execute(
        text(
            """INSERT INTO tbl_transactions (uuid, "projectId", "beneficiaryId", "vendorId", amount, currency, status,
                "createdBy", "decidedBy", "decidedAt", "payoutListId")
            SELECT r.uuid, l."projectId", r."beneficiaryId", l."vendorId", r.amount, l.currency, 'APPROVED',
                l."createdBy", :by, now(), l.uuid
            FROM tbl_payout_rows r JOIN tbl_payout_lists l ON l.uuid = r."listId" WHERE l.uuid = :list"""
        ),
        told,
    )
    paid_out(session, found, ground.approver)
    session.commit()
    return found.uuid
