"""Making transactions: in an open project, for who takes part, by who works there, once, and within the budget."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from portal.core.enums import TransactionStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.projects.models import ProjectBudget
from portal.tokens.models import Token
from portal.transactions.models import Transaction, TransactionSum
from portal.transactions.operations.making import make_transaction
from portal.vendors.models import ProjectVendor
from portal.vendors.states import VendorState
from tests.factories import add_beneficiary, add_project
from tests.transactions.paying import Ground


def number_of(ground: Ground) -> int:
    return ground.session.scalar(select(func.count()).select_from(Transaction)) or 0


def test_a_transaction_waits_for_a_decision_and_names_its_maker(ground: Ground) -> None:
    row = ground.read(ground.make("12.5"))
    assert (row.status, row.amount, row.currency) == (TransactionStatus.PENDING, Decimal("12.5"), "NPR")
    assert (row.created_by, row.decided_by) == (ground.maker.id, None)


def test_D11_an_amount_is_kept_to_its_last_digit(ground: Ground) -> None:
    ground.session.add(
        Token(
            name="Aid",
            symbol="AID",
            decimals=18,
            initial_supply=1,
            from_block=1,
            contract_address="0x1",
            type="CREATED",
        )
    )
    ground.session.flush()
    fine = ground.read(ground.make("12345678901234567890.12345678", currency="AID"))
    assert str(fine.amount) == "12345678901234567890.12345678"


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        ("0.001", "NPR", "amount"),
        ("0.5", "JPY", "amount"),
        ("1", "XXX", "currency"),
        ("1", "RHT", "currency"),
    ],
)
def test_an_unknown_currency_or_too_fine_an_amount_is_refused(
    ground: Ground, amount: str, currency: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        ground.make(amount, currency=currency)
    assert refused.value.field == field
    assert number_of(ground) == 0


@pytest.mark.parametrize("status", ["NOT_READY", "CLOSED"])
def test_nothing_is_paid_in_a_project_that_is_not_open(ground: Ground, status: str) -> None:
    other = add_project(ground.session, "Other", status=status)
    with pytest.raises(Refusal) as refused:
        ground.make(project=other.uuid)
    assert refused.value.field == "project"


def test_E9_nothing_is_paid_in_a_deleted_project_nor_by_a_deleted_vendor(ground: Ground) -> None:
    ground.project.deleted_at = func.now()
    ground.session.flush()
    with pytest.raises(NotFound):
        ground.make()
    ground.session.rollback()


def test_E9_a_deleted_person_is_not_paid(ground: Ground) -> None:
    ground.asha.deleted_at = func.now()
    ground.session.flush()
    with pytest.raises(Refusal) as refused:
        ground.make()
    assert refused.value.field == "beneficiary"


def test_who_does_not_take_part_in_the_project_is_not_paid_in_it(ground: Ground) -> None:
    stranger = add_beneficiary(ground.session, "Bina")
    with pytest.raises(Refusal) as refused:
        ground.make(beneficiary=stranger.uuid)
    assert refused.value.field == "beneficiary"


def test_a_vendor_pays_only_where_they_work_while_they_do_and_when_approved(ground: Ground) -> None:
    ground.make("1")
    part = ground.session.query(ProjectVendor).filter_by(vendor_id=ground.shop.uuid).one()
    part.ends_on = dt.date(2020, 1, 1)
    with pytest.raises(Refusal) as over:
        ground.make("1")
    part.ends_on = None
    ground.shop.state, ground.shop.state_reason = VendorState.SUSPENDED, "Under inquiry"
    ground.session.flush()
    with pytest.raises(Refusal) as suspended:
        ground.make("1")
    assert [over.value.field, suspended.value.field] == ["vendor", "vendor"]
    assert number_of(ground) == 1


def test_E2_the_same_form_sent_again_makes_nothing_anew(ground: Ground) -> None:
    key = uuid4()
    first = make_transaction(ground.session, ground.payout("100"), by=ground.maker.id, key=key)
    again = make_transaction(ground.session, ground.payout("100.00"), by=ground.maker.id, key=key)
    assert first == again
    assert number_of(ground) == 1


def test_E2_under_the_same_key_something_else_is_refused_with_409(ground: Ground) -> None:
    key = uuid4()
    make_transaction(ground.session, ground.payout("100"), by=ground.maker.id, key=key)
    for other in (ground.payout("200"), ground.payout("100", "USD"), ground.payout("100", note="October")):
        with pytest.raises(Conflict) as refused:
            make_transaction(ground.session, other, by=ground.maker.id, key=key)
        assert refused.value.status == 409
    assert number_of(ground) == 1
    make_transaction(ground.session, ground.payout("200"), by=ground.approver.id, key=key)
    assert number_of(ground) == 2  # somebody else's form is another


def test_E8_no_more_is_asked_for_than_is_left_and_the_refusal_says_how_much_that_is(ground: Ground) -> None:
    ground.make("999.5")
    with pytest.raises(Refusal) as refused:
        ground.make("1")
    assert refused.value.field == "amount"
    assert str(refused.value) == (
        "The budget of this project is not enough: 0.5 NPR are left, and 0.5 are missing."
    )
    ground.make("0.5")
    assert ground.spent() == 1000


def test_E8_what_is_rejected_or_failed_is_left_to_spend_again(ground: Ground) -> None:
    ground.made(TransactionStatus.APPROVED, "400")
    ground.made(TransactionStatus.REJECTED, "300")
    ground.made(TransactionStatus.FAILED, "200")
    ground.make("100")
    assert ground.spent() == 500


def test_where_no_budget_is_set_what_is_spent_is_counted_without_a_limit(ground: Ground) -> None:
    ground.make("7000", currency="USD")
    budget = ground.session.query(ProjectBudget).filter_by(currency="USD").one()
    assert (budget.amount, budget.spent) == (None, Decimal(7000))


def test_a_row_that_is_taken_out_counts_no_longer(ground: Ground) -> None:
    uuid = ground.make("100")
    ground.session.execute(text("DELETE FROM tbl_transactions WHERE uuid = :uuid"), {"uuid": uuid})
    assert ground.spent() == 0
    assert ground.session.scalars(select(TransactionSum.number)).all() == [0]


def test_the_sums_are_those_of_the_rows(ground: Ground) -> None:
    for status in TransactionStatus:
        ground.made(status, "10.5")
    ground.made(TransactionStatus.APPROVED, "0.25")
    kept = ground.session.execute(
        select(TransactionSum.status, TransactionSum.number, TransactionSum.amount)
        .where(TransactionSum.number > 0)
        .order_by(TransactionSum.status)
    ).all()
    counted = ground.session.execute(
        select(Transaction.status, func.count(), func.sum(Transaction.amount))
        .group_by(Transaction.status)
        .order_by(Transaction.status)
    ).all()
    assert [tuple(row) for row in kept] == [tuple(row) for row in counted]
    assert len(kept) == 4
