"""The life of a list, from its draft to what was paid."""

from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from portal.core.abilities import Ability
from portal.core.errors import Refusal
from portal.messages.models import Message
from portal.payouts.operations import approving, drafting, submitting
from portal.payouts.operations.erasing import forget_people
from portal.payouts.queries.approvers import who_may_approve
from portal.payouts.queries.lists import holds_of
from portal.payouts.queries.rows import Show
from portal.payouts.queries.warnings import warnings_of
from portal.payouts.terms import AmountRule, Method
from portal.settings.operations import set_values
from portal.transactions.models import Transaction
from tests.auth.people import statements
from tests.duplicates.pairs import add_pair
from tests.factories import add_user_with
from tests.payouts.lists import Ground

pytestmark = pytest.mark.database


def give_extras(ground: Ground, **values: object) -> None:
    """Further details, one value for each of the first people."""
    for name, told in values.items():
        for person, value in zip(ground.people, told, strict=False):  # type: ignore[call-overload]
            person.extras = {**(person.extras or {}), name: value}
    ground.session.commit()


def reasons(ground: Ground, number: int) -> list[str]:
    """Why the row of that number of the only list cannot be paid."""
    return ground.sql("SELECT reasons FROM tbl_payout_rows WHERE number = :n", n=number).scalar_one()  # type: ignore[no-any-return]


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


def test_who_may_approve_is_told_and_so_is_the_maker_of_what_is_returned(ground: Ground) -> None:
    ground.submitted()
    told = ground.session.scalars(select(Message.to).where(Message.purpose == "payout-list-to-approve"))
    assert set(told) == {"approver@example.org", "second@example.org"}


def test_all_who_may_approve_are_found_by_as_many_statements_as_one(ground: Ground) -> None:
    found = ground.submitted()
    with statements() as few:
        assert [user.name for user in who_may_approve(ground.session, found)] == ["Approver", "Second"]
    more = {add_user_with(ground.session, f"third {number}", "Approver").name for number in range(3)}
    ground.session.commit()
    found = ground.found(found.uuid)
    with statements() as many:
        assert {user.name for user in who_may_approve(ground.session, found)} == {"Approver", "Second", *more}
    assert len(many) == len(few)


def test_D11_amounts_of_a_further_detail_are_exact_or_named(ground: Ground) -> None:
    given = ["1500.50", "0", "-5", "NaN", "Infinity", "1e400", "1,000", "१२३", "0.10", 12345678901234567890]
    give_extras(ground, cash=given)
    found = ground.draft(rule=AmountRule.COLUMN.value, key="cash")
    amounts = [row.amount for row in ground.rows(found)]
    exact = [Decimal("1500.50"), *[None] * 7, Decimal("0.10"), Decimal("12345678901234567890")]
    assert amounts == exact
    assert found.total == Decimal("12345678901234569390.60")
    assert reasons(ground, 2) == ["AMOUNT_UNREADABLE"]


def test_an_amount_for_each_member_needs_a_number_of_members(ground: Ground) -> None:
    give_extras(ground, members=[4, "3", 0, "many", None, "2.5"])
    found = ground.draft(rule=AmountRule.PER_MEMBER.value, key="members", amount=Decimal("10.25"))
    assert [row.amount for row in ground.rows(found)][:6] == [Decimal("41"), Decimal("30.75"), *[None] * 4]
    assert (reasons(ground, 4), reasons(ground, 7)) == (["AMOUNT_UNREADABLE"], ["AMOUNT_MISSING"])


def test_rows_say_why_they_cannot_be_paid(ground: Ground) -> None:
    ground.sql('UPDATE tbl_beneficiaries SET "deletedAt" = now() WHERE uuid = :u', u=ground.people[0].uuid)
    draft = ground.draft(method=Method.BANK_TRANSFER.value)
    assert draft.payable == 0
    assert {tuple(row.reasons) for row in ground.rows(draft)} == {("NO_ACCOUNT",)}
    give_extras(ground, bankAccount=[None, "001", "001"])
    submitting.cancel(ground.session, draft.uuid, "Anew")
    found = ground.draft(method=Method.BANK_TRANSFER.value)
    assert (len(ground.rows(found)), found.payable) == (9, 2)
    ground.sql('UPDATE tbl_beneficiaries_projects SET "deletedAt" = now()')
    ground.session.commit()
    found = ground.submitted(found)
    assert found.state == "DRAFT"
    assert "Meanwhile it is" in found.trouble["message"]
    assert {row.verdict for row in ground.rows(found)} == {"BAD"}


def test_of_two_open_lists_one_pays_somebody(ground: Ground) -> None:
    first = ground.draft(ground.some(0, 3), number=1)
    second = ground.draft(ground.some(0, 5), number=2, title="Round 2")
    assert second.payable == 2
    submitting.cancel(ground.session, first.uuid, "Twice")
    ground.session.commit()
    drafting.set_amount(
        ground.session,
        second.uuid,
        ground.rows(second)[4].uuid,
        Decimal(70),
        seen=second.version,
        by=ground.maker.id,
    )
    second = ground.found(second.uuid)
    assert (second.payable, second.total) == (5, Decimal(470))


def test_E3_holding_people_out_makes_approvals_void_and_the_rest_is_paid(ground: Ground) -> None:
    set_values(ground.session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "1"})
    found = ground.submitted()
    assert not ground.approve(found, ground.approver).last
    rows = [row.uuid for row in ground.rows(found)[:3]]
    with pytest.raises(Refusal, match="Who made a list"):
        approving.hold_out(ground.session, found.uuid, rows, "Moved", by=ground.maker.id)
    ground.session.rollback()
    assert approving.hold_out(ground.session, found.uuid, rows, "Moved", by=ground.second.id) == 3
    ground.session.commit()
    assert ground.sql('SELECT "voidedWhy" FROM tbl_payout_approvals').scalars().all() == ["HELD"]
    found = ground.found(found.uuid)
    assert (found.payable, found.total, found.edited_by) == (7, Decimal(700), ground.maker.id)
    ground.approve(found, ground.second)
    assert ground.approve(ground.found(found.uuid), ground.approver).last
    assert ground.sql("SELECT count(*), sum(amount) FROM tbl_transactions").one() == (7, Decimal(700))


def test_who_made_a_list_takes_it_back_and_does_not_return_it(ground: Ground) -> None:
    found = ground.submitted()
    with pytest.raises(Refusal, match="take it back instead"):
        approving.return_list(ground.session, found.uuid, "Wrong month", by=ground.maker.id)
    ground.session.rollback()
    told = approving.return_list(ground.session, found.uuid, "Wrong month", by=ground.approver.id)
    assert (told, ground.found(found.uuid).state) == (ground.maker.id, "RETURNED")


def test_whom_one_approver_holds_out_one_after_the_other_is_told_in_a_line(ground: Ground) -> None:
    found = ground.submitted()
    for row in ground.rows(found)[:2]:
        approving.hold_out(ground.session, found.uuid, [row.uuid], "Moved", by=ground.second.id)
        ground.session.commit()
    lines = holds_of(ground.session, found.uuid)
    assert [(line.name, line.people) for line in lines] == [(ground.second.name, 2)]
    assert lines[0].held_at == max(row.held_at for row in ground.rows(found) if row.held_at)


def test_E8_a_budget_that_is_not_enough_leaves_the_list_submitted_and_says_what_is_missing(
    ground: Ground,
) -> None:
    ground.sql(
        "INSERT INTO tbl_project_budgets (\"projectId\", currency, amount) VALUES (:p, 'NPR', 999)",
        p=ground.project.uuid,
    )
    found = ground.submitted()
    assert ground.approve(found, ground.approver).last
    found = ground.found(found.uuid)
    assert (found.state, found.trouble["params"]) == (
        "SUBMITTED",
        {"left": "999", "missing": "1", "currency": "NPR"},
    )
    assert ground.sql("SELECT count(*) FROM tbl_transactions").scalar_one() == 0
    ground.sql("UPDATE tbl_project_budgets SET amount = 1000")
    ground.session.commit()
    assert ground.approve(found, ground.approver).last
    assert ground.found(found.uuid).state == "APPROVED"


def test_failed_payments_make_a_list_of_exactly_those(ground: Ground) -> None:
    found = ground.paid()
    ground.sql(
        "UPDATE tbl_transactions SET status = 'FAILED', \"failedBy\" = :by, \"failedAt\" = now(), reason = 'No line'"
        " WHERE uuid IN (SELECT uuid FROM tbl_payout_rows WHERE number <= 2)",
        by=ground.maker.id,
    )
    uuid = uuid4()
    assert drafting.follow_up(ground.session, uuid, found, "Once more", by=ground.maker.id, job=uuid)
    again = ground.found(uuid)
    drafting.fill(ground.session, again, Ability(()))
    drafting.finish_filling(ground.session, again)
    again = ground.submitted(ground.found(uuid))
    assert (again.state, again.payable) == ("SUBMITTED", 2)
    assert ground.approve(again, ground.approver).last
    retried = ground.sql('SELECT count(*) FROM tbl_transactions WHERE "retryOf" IS NOT NULL').scalar_one()
    assert retried == 2
    with pytest.raises(Refusal, match="No payment of this list"):
        drafting.follow_up(ground.session, found.vendor_id, found, "Again", by=ground.maker.id, job=uuid)


def test_of_a_large_list_the_database_knows_its_numbers_before_anybody_looks_at_it(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = "SELECT count(*) FROM pg_stats WHERE tablename = 'tbl_payout_rows' AND attname = 'phone'"
    ground.draft(ground.some(0, 5))
    assert ground.sql(known).scalar_one() == 0, "of a short one it need not"
    monkeypatch.setattr(drafting, "LARGE", 5)
    ground.draft(ground.some(5, 10), title="Round 2")
    assert ground.sql(known).scalar_one() == 1


def test_what_is_striking_is_counted(ground: Ground) -> None:
    ground.paid(ground.some(0, 4))
    give_extras(ground, bankAccount=["1", "1", "2"])
    add_pair(ground.session, ground.people[1], ground.people[2])
    found = ground.submitted(None, ground.some(0, 6), amount=Decimal(250))
    warnings = warnings_of(ground.session, found, Ability(()))
    counts = {show: count.number for show, count in warnings.counts.items() if count.number}
    assert counts == {Show.SHARED_ACCOUNT: 2, Show.FAR: 4, Show.NEW: 2, Show.DOUBTED: 2}
    assert (warnings.ratio, warnings.share) == (Decimal("2.5"), None)


def test_F6_what_lists_keep_of_a_person_can_be_forgotten(ground: Ground) -> None:
    found = ground.paid()
    person = ground.people[0].uuid
    assert forget_people(ground.session, [person]) == 1
    row = ground.session.execute(
        text('SELECT name, phone, wallet, account, amount FROM tbl_payout_rows WHERE "beneficiaryId" = :p'),
        {"p": person},
    ).one()
    assert tuple(row) == (None, None, None, None, Decimal(100))
    assert ground.found(found.uuid).state == "APPROVED"
