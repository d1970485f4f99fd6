"""What follows from a row of a provider's file."""

import pytest
from sqlalchemy import update

from portal.beneficiaries.models import BeneficiaryPii
from portal.payouts.models import PayoutRow
from portal.reconciliation.meanings import Meaning, Target, guess, meaning_of
from tests.imports.workbooks import xlsx
from tests.reconciliation.conftest import Desk

pytestmark = pytest.mark.database


def test_each_row_gets_its_verdict_and_what_is_missing_is_counted(desk: Desk) -> None:
    lines = [
        desk.line(0, "SUCCESS"),
        desk.line(1, "Failed", reason="Wallet closed"),
        desk.line(2, "success", amount="99.50"),
        desk.line(3, "pending"),
        desk.line(4, "success"),
        desk.line(4, "success"),
        desk.line(5, "success"),
        desk.line(5, "failed"),
        desk.line(6, "¿?"),
        desk.line(7, "failed", amount="ten"),
        "0f0e0d0c-0000-4000-8000-000000000000,100,failed,",
        "nonsense,100,failed,",
    ]
    uuid = desk.check(desk.file(lines))
    assert desk.verdicts(uuid) == [
        "PAID", "FAILED", "DIFFERS", "OPEN", "PAID", "REPEATED", "REPEATED", "REPEATED",
        "UNREADABLE", "UNREADABLE", "UNMATCHED", "UNMATCHED",
    ]  # fmt: skip
    counts = desk.at(uuid).counts
    assert (counts["FAILED"], counts["UNMATCHED"], counts["missing"]) == (1, 2, 2)


def test_a_workbook_says_the_same_as_a_text(desk: Desk) -> None:
    rows = [
        ("Reference", "Amount", "Status", "Reason"),
        (desk.rows[0].uuid, 100, "success", ""),
        (desk.rows[1].uuid, "100.00", "failed", "खाता बन्द"),
        (desk.rows[2].uuid, 99.5, "success", ""),
    ]
    uuid = desk.check(xlsx(rows), "result.xlsx")
    assert desk.verdicts(uuid) == ["PAID", "FAILED", "DIFFERS"]
    desk.mark(uuid)
    reasons = desk.ground.sql("SELECT uuid, reason FROM tbl_transactions WHERE status = 'FAILED'").all()
    assert [tuple(row) for row in reasons] == [(desk.rows[1].uuid, "खाता बन्द")]


def test_a_payment_is_found_by_the_phone_that_it_alone_went_to(desk: Desk) -> None:
    phones = [row.phone or "" for row in desk.rows]
    assert all(phones)
    uuid = desk.check(desk.file([f"{phones[0]},failed", "+9779899999999,failed"], "MSISDN,Result"))
    assert desk.verdicts(uuid) == ["FAILED", "UNMATCHED"]


def test_a_reference_counts_for_more_than_a_phone(desk: Desk) -> None:
    first, second, third, *_others = desk.rows
    lines = [
        f"0f0e0d0c-0000-4000-8000-000000000000,{first.phone},failed",
        f",{second.phone},failed",
        f"{third.uuid},{first.phone},success",
    ]
    uuid = desk.check(desk.file(lines, "Reference,Phone,Status"))
    assert desk.verdicts(uuid) == ["UNMATCHED", "FAILED", "PAID"], "the first is another list's"


def test_rows_that_say_one_thing_of_a_payment_with_two_amounts_count_for_nothing(desk: Desk) -> None:
    uuid = desk.check(desk.file([desk.line(0, "failed"), desk.line(0, "failed", amount="99")]))
    assert desk.verdicts(uuid) == ["REPEATED", "REPEATED"]


def test_a_phone_that_two_payments_went_to_names_neither(desk: Desk) -> None:
    first, second, *_others = desk.rows
    desk.session.execute(
        update(BeneficiaryPii).where(BeneficiaryPii.phone == second.phone).values(phone="none:x")
    )
    desk.session.execute(PayoutRow.__table__.select())
    shared = desk.ground.sql(
        "SELECT count(*) FROM tbl_payout_rows WHERE phone = :phone", phone=first.phone
    ).scalar_one()
    assert shared == 1
    desk.ground.sql("ALTER TABLE tbl_payout_rows DISABLE TRIGGER USER")
    desk.ground.sql(
        "UPDATE tbl_payout_rows SET phone = :phone WHERE uuid = :uuid", phone=first.phone, uuid=second.uuid
    )
    desk.ground.sql("ALTER TABLE tbl_payout_rows ENABLE TRIGGER USER")
    uuid = desk.check(desk.file([f"{first.phone},failed"], "Phone,Status"))
    assert desk.verdicts(uuid) == ["UNMATCHED"]


def test_a_file_without_a_status_says_one_thing_of_all_its_rows(desk: Desk) -> None:
    lines = [str(row.uuid) for row in desk.rows[:3]]
    address = desk.take(desk.file(lines, "Payout ID")).location
    refused = desk.browser.post(address, data={})
    assert refused.status_code == 422
    assert "Say which column tells what became of it, or what all rows mean." in refused.text
    uuid = desk.check(desk.file(lines, "Payout ID"), everything="FAILED")
    assert desk.verdicts(uuid) == ["FAILED"] * 3


def test_words_that_nobody_knows_are_told_and_the_file_is_checked_again(desk: Desk) -> None:
    uuid = desk.check(desk.file([desk.line(0, "असफल"), desk.line(1, "Ha-nikli"), desk.line(2, "असफल")]))
    page = desk.browser.get(f"/reconciliations/{uuid}/rows").text
    assert page.count("असफल") >= 2
    told = {"said-0": "असफल", "word-0": "FAILED", "said-1": "Ha-nikli", "word-1": ""}
    assert desk.browser.post(f"/reconciliations/{uuid}/words", data=told).status_code == 303
    desk.work(uuid)
    assert desk.verdicts(uuid) == ["FAILED", "UNREADABLE", "FAILED"]


def test_columns_and_words_are_remembered_for_the_next_file_like_this(desk: Desk) -> None:
    content = desk.file([f"{desk.rows[0].uuid},gone"], "Receipt,Outcome")
    first = desk.check(content, **{"column-0": "reference", "column-1": "status"})
    desk.browser.post(f"/reconciliations/{first}/words", data={"said-0": "gone", "word-0": "FAILED"})
    desk.work(first)
    assert desk.verdicts(first) == ["FAILED"]
    again = desk.check(desk.file([f"{desk.rows[1].uuid},GONE"], "Receipt,Outcome"))
    assert desk.verdicts(again) == ["FAILED"]
    other = desk.take(desk.file([f"{desk.rows[1].uuid},gone"], "Receipt,Other")).location
    assert desk.browser.post(other).status_code == 422, "another header is another shape"


def test_what_is_chosen_counts_for_more_than_the_guess(desk: Desk) -> None:
    content = desk.file([f"{desk.rows[0].uuid},{desk.rows[1].uuid},failed"], "Reference,Client ref,Status")
    uuid = desk.check(content, **{"column-0": "ignore", "column-1": "reference", "column-2": "status"})
    assert desk.verdicts(uuid) == ["FAILED"]
    desk.mark(uuid)
    states = desk.ground.sql("SELECT uuid FROM tbl_transactions WHERE status = 'FAILED'").scalars().all()
    assert states == [desk.rows[1].uuid]


def test_a_file_that_names_no_payment_by_any_column_is_refused(desk: Desk) -> None:
    address = desk.take(desk.file(["x,failed"], "Colour,Status")).location
    answer = desk.browser.post(address, data={"column-0": "amount", "column-1": "amount"})
    assert answer.status_code == 422
    assert "Say which column names the payment" in answer.text
    assert "Two columns cannot be the same." in answer.text


@pytest.mark.parametrize(
    ("headers", "targets"),
    [
        (["Transaction ID", "MSISDN", "Amount", "Status"], ["reference", "phone", "amount", "status"]),
        (["Remarks", "Payment status", "external_id"], ["reason", "status", "reference"]),
        (["Foo", "state", "Result"], ["ignore", "status", "ignore"]),
    ],
)
def test_columns_are_guessed_by_what_providers_call_them(headers: list[str], targets: list[str]) -> None:
    assert guess(headers) == [Target(target) for target in targets]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("SUCCESS", Meaning.PAID),
        (" Completed. ", Meaning.PAID),
        ("Échoué", Meaning.FAILED),
        ("not delivered", Meaning.FAILED),
        ("In progress", Meaning.OPEN),
        ("Maybe", None),
        ("", None),
    ],
)
def test_words_mean_what_they_usually_mean(word: str, meaning: Meaning | None) -> None:
    assert meaning_of(word, {}) is meaning


def test_what_somebody_told_of_a_word_counts_for_more() -> None:
    assert meaning_of("Done", {"done": "FAILED"}) is Meaning.FAILED
