"""The life of a list, from its draft to what was paid."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from portal.transactions.models import Transaction
from tests.payouts.lists import Ground

pytestmark = pytest.mark.database


def test_a_list_is_filled_submitted_approved_and_paid(ground: Ground) -> None:
    draft = ground.draft()
    assert (draft.state, draft.payable, draft.total) == ("DRAFT", 10, Decimal(1000))
    found = ground.submitted(draft)
    assert (found.state, found.steps_needed, found.trouble) == ("SUBMITTED", 1, None)
    assert ground.approve(found, ground.approver).last
    found = ground.found(found.uuid)
    assert (found.state, found.trouble, found.filter) == ("APPROVED", None, None)
    paid = ground.session.scalars(select(Transaction).where(Transaction.payout_list_id == found.uuid)).all()
    assert {one.uuid for one in paid} == {row.uuid for row in ground.rows(found)}
    assert {(one.status, one.amount, one.created_by, one.decided_by) for one in paid} == {
        ("APPROVED", Decimal(100), ground.maker.id, ground.approver.id)
    }
