"""What lists keep of a person, forgotten."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import case, or_, update
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.payouts.models import PayoutRow

ERASED = "—"
"""What stands in place of the words why somebody was held back."""


def forget_people(session: Session, people: Sequence[UUID]) -> int:
    """Empty the copies of these people's names, phones, wallets and accounts, in paid lists too; how many.

    What they were paid, and that somebody held it back, stays: it is needed to account for the money, and names nobody.
    """
    held = PayoutRow.held_by.is_not(None)
    copies = (PayoutRow.name, PayoutRow.phone, PayoutRow.wallet, PayoutRow.account)
    done = session.execute(
        update(PayoutRow)
        .where(PayoutRow.beneficiary_id.in_(people), or_(*(copy.is_not(None) for copy in copies)))
        .values(name=None, phone=None, wallet=None, account=None, held_reason=case((held, ERASED)))
        .execution_options(synchronize_session=False)
    )
    return rows_changed(done)
