"""Working on rows under review: a cell is corrected, somebody says who a row is, and chooses what to take."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.imports.models import TempBeneficiary
from portal.imports.operations.batches import choose_rows
from portal.imports.operations.mending import (
    SHARED_PHONE,
    mend_cell,
    settle_as_other,
    settle_as_same,
    stored_row,
)
from tests.factories import add_beneficiary
from tests.imports.batches import plan_of, reasons, row, stage, verdicts

pytestmark = pytest.mark.database

HEADERS = ["uuid", "name", "phone", "government id", "wallet address", "birth date", "group", "Village"]
PHONE, OTHER_PHONE, THIRD_PHONE = "+9779801234567", "+9779812345678", "+9779823456789"
WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
AT = {
    name: position
    for position, name in enumerate(["uuid", "name", "phone", "id", "wallet", "born", "group", "x"])
}


def line(name: str = "", phone: str = "", **more: str) -> list[str]:
    return [more.get(column, {"name": name, "phone": phone}.get(column, "")) for column in AT]


def staged(session: Session, *lines: list[str]) -> Any:
    return stage(session, [HEADERS, *lines])


def mend(session: Session, batch: Any, number: int, column: str, value: str) -> Any:
    found = row(session, batch, number)
    mend_cell(session, found, AT[column], value, plan_of(session, batch))
    session.commit()
    return row(session, batch, number)


def test_a_corrected_cell_makes_an_invalid_row_new(session: Session) -> None:
    batch = staged(session, line("Sita", "123"), line("Asha", PHONE))
    mended = mend(session, batch, 2, "phone", "981-2345678")
    assert (mended.verdict, mended.take, mended.phone, mended.problems) == ("NEW", True, OTHER_PHONE, None)
    assert mended.raw[AT["phone"]] == "981-2345678"
    assert verdicts(session, batch) == ["NEW", "NEW"]


def test_a_wrong_cell_makes_a_new_row_invalid(session: Session) -> None:
    batch = staged(session, line("Sita", PHONE))
    mended = mend(session, batch, 2, "born", "31-02-1990")
    assert (mended.verdict, mended.take, mended.problems[0]["field"]) == ("INVALID", False, "birth_date")


def test_a_corrected_cell_may_find_somebody_who_is_registered(session: Session) -> None:
    person = add_beneficiary(session, "Sita", OTHER_PHONE)
    batch = staged(session, line("Sita", PHONE), line("Asha", THIRD_PHONE))
    assert (mend(session, batch, 2, "phone", OTHER_PHONE).verdict, row(session, batch, 2).match_id) == (
        "UPDATE",
        person.uuid,
    )
    assert mend(session, batch, 3, "phone", OTHER_PHONE).verdict == "DUPLICATE"


@pytest.mark.parametrize(
    ("column", "shared", "other"),
    [
        ("phone", PHONE, OTHER_PHONE),
        ("id", "AB-12", "AB-13"),
        ("wallet", WALLET, ""),
        ("born", "1990-01-02", "1990-01-03"),
    ],
)
def test_rows_that_shared_something_with_a_mended_one_are_judged_anew(
    session: Session, column: str, shared: str, other: str
) -> None:
    batch = staged(session, line("Sita", **{column: shared}), line("SITA", **{column: shared.lower()}))
    assert verdicts(session, batch) == ["NEW", "DUPLICATE"]
    mend(session, batch, 2, column, other)
    assert verdicts(session, batch) == ["NEW", "NEW"]
    assert row(session, batch, 3).take is True
    mend(session, batch, 2, column, shared)
    assert verdicts(session, batch) == ["NEW", "DUPLICATE"]
    assert (row(session, batch, 3).take, len(reasons(session, batch, 3))) == (False, 1)


def test_rows_with_one_reference_are_judged_anew_with_each_other(session: Session) -> None:
    person = add_beneficiary(session, "Sita")
    batch = staged(session, line("Sita", uuid=str(person.uuid)), line("Asha", PHONE))
    assert mend(session, batch, 3, "uuid", str(person.uuid)).verdict == "DUPLICATE"
    assert mend(session, batch, 2, "uuid", "").verdict == "NEW"
    assert verdicts(session, batch) == ["NEW", "UPDATE"]


def test_rows_about_one_registered_person_are_judged_anew_with_each_other(session: Session) -> None:
    add_beneficiary(session, "Sita", PHONE, govt_id="AB-12")
    batch = staged(session, line("Sita", PHONE), line("Sita", OTHER_PHONE, id="AB-12"))
    assert verdicts(session, batch) == ["UPDATE", "DUPLICATE"]
    mend(session, batch, 2, "phone", THIRD_PHONE)
    assert verdicts(session, batch) == ["NEW", "UPDATE"]


@pytest.mark.parametrize(
    ("mark", "value", "reason"),
    [
        ("wallet", WALLET, "wallet_in_file"),
        ("id", "AB-12", "id_in_file"),
        ("born", "1990-01-02", "birth_in_file"),
    ],
)
def test_a_row_judged_anew_keeps_what_a_third_row_says_of_it(
    session: Session, mark: str, value: str, reason: str
) -> None:
    shared = {mark: value}
    batch = staged(session, line("Sita", **shared), line("SITA", PHONE, **shared), line("Bina", PHONE))
    assert verdicts(session, batch) == ["NEW", "DUPLICATE", "DUPLICATE"]
    mend(session, batch, 4, "phone", OTHER_PHONE)
    assert verdicts(session, batch) == ["NEW", "DUPLICATE", "NEW"]
    assert reasons(session, batch, 3) == [reason]


def test_what_was_chosen_of_a_neighbour_stays_chosen(session: Session) -> None:
    add_beneficiary(session, "Sita", PHONE)
    batch = staged(session, line("Sita", PHONE), line("Asha", OTHER_PHONE), line("Bina", THIRD_PHONE))
    for number in (2, 3):
        choose_rows(session, batch, take=False, verdict=None, row=number)
    mend(session, batch, 4, "phone", OTHER_PHONE)
    mend(session, batch, 4, "phone", PHONE)
    mend(session, batch, 4, "phone", THIRD_PHONE)
    assert [row(session, batch, number).take for number in (2, 3, 4)] == [False, False, True]


def test_a_neighbour_that_may_no_longer_be_taken_is_taken_no_more(session: Session) -> None:
    add_beneficiary(session, "Other Name", govt_id="AB-12")
    batch = staged(session, line("Sita", PHONE), line("Asha", OTHER_PHONE, id="AB-12"))
    choose_rows(session, batch, take=True, verdict=None, row=3)
    assert row(session, batch, 3).take is True
    mend(session, batch, 2, "phone", OTHER_PHONE)
    held = row(session, batch, 3)
    assert (held.verdict, held.take) == ("DUPLICATE", False)


def test_other_batches_are_left_alone(session: Session) -> None:
    other = staged(session, line("Sita", PHONE), line("Sita", PHONE))
    batch = staged(session, line("Sita", PHONE))
    mend(session, batch, 2, "phone", OTHER_PHONE)
    assert verdicts(session, other) == ["NEW", "DUPLICATE"]


def groups_of(session: Session, batch: Any, number: int) -> set[str]:
    return set(
        session.scalars(
            text(
                'SELECT g.name FROM tbl_temp_group g JOIN tbl_temp_beneficiary_group m ON m."tempGroupUID" = g.uuid'
                ' WHERE m."tempBenefUID" = :row'
            ),
            {"row": row(session, batch, number).uuid},
        )
    )


def test_a_corrected_group_takes_the_place_of_the_wrong_one(session: Session) -> None:
    batch = staged(session, line("Sita", PHONE, group="Mohters"), line("Asha", group="Mohters"))
    mend(session, batch, 2, "group", "Mothers")
    assert groups_of(session, batch, 2) == {"Mothers"}
    assert groups_of(session, batch, 3) == {"Mohters"}
    mend(session, batch, 2, "group", "")
    assert groups_of(session, batch, 2) == set()


def test_an_extra_column_can_be_corrected_too(session: Session) -> None:
    batch = staged(session, line("Sita", PHONE, x="Rajapr"))
    assert mend(session, batch, 2, "x", "Rajapur").extras == {"Village": "Rajapur"}


def test_a_short_row_is_filled_up_to_the_cell_that_is_corrected(session: Session) -> None:
    batch = staged(session, ["", "Sita"])
    mended = mend(session, batch, 2, "phone", PHONE)
    assert (mended.name, mended.phone) == ("Sita", PHONE)


def test_a_row_that_is_gone_cannot_be_corrected(session: Session) -> None:
    batch = staged(session, line("Sita"))
    with pytest.raises(Conflict):
        stored_row(session, batch, 99)


def test_a_possible_duplicate_is_settled_as_the_same_person(session: Session) -> None:
    person = add_beneficiary(session, "Sita Sharma", PHONE)
    batch = staged(session, line("Sita Rai", PHONE))
    settle_as_same(session, row(session, batch, 2))
    settled = row(session, batch, 2)
    assert (settled.verdict, settled.take, settled.match_id) == ("UPDATE", True, person.uuid)


@pytest.mark.parametrize("case", ["nobody", "deleted", "in file only", "invalid", "new"])
def test_a_row_that_matches_nobody_cannot_be_settled_as_the_same(session: Session, case: str) -> None:
    import datetime as dt

    lines = [line("Sita", PHONE)]
    if case == "deleted":
        add_beneficiary(session, "Sita", PHONE, deleted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    if case == "in file only":
        lines = [line("Asha", PHONE), *lines]
    if case == "invalid":
        lines = [line("Sita", "1")]
    batch = staged(session, *lines)
    number = len(lines) + 1
    with pytest.raises(Refusal):
        settle_as_same(session, row(session, batch, number))
    assert row(session, batch, number).verdict != "UPDATE"


def test_two_rows_cannot_both_be_settled_as_one_person(session: Session) -> None:
    add_beneficiary(session, "Sita", PHONE, govt_id="AB-12")
    batch = staged(session, line("Sita", PHONE), line("Sita", OTHER_PHONE, id="AB-12"))
    with pytest.raises(Refusal, match="Row 2 of the file updates this person already"):
        settle_as_same(session, row(session, batch, 3))
    choose_rows(session, batch, take=False, verdict=None, row=2)
    settle_as_same(session, row(session, batch, 3))
    assert row(session, batch, 3).verdict == "UPDATE"


@pytest.mark.parametrize("known", ["in the registry", "in the file"])
def test_somebody_who_shares_a_phone_is_settled_as_another_person(session: Session, known: str) -> None:
    if known == "in the registry":
        add_beneficiary(session, "Sita", PHONE)
    batch = staged(session, line("Sita", PHONE), line("Asha", PHONE, x="Rajapur"))
    settle_as_other(session, row(session, batch, 3))
    settled = row(session, batch, 3)
    assert (settled.verdict, settled.take, settled.phone) == ("NEW", True, None)
    assert settled.extras == {"Village": "Rajapur", SHARED_PHONE: PHONE}


@pytest.mark.parametrize("case", ["no phone", "new", "update"])
def test_a_row_that_shares_no_phone_cannot_be_settled_as_another(session: Session, case: str) -> None:
    person = add_beneficiary(session, "Sita", PHONE)
    lines = {
        "no phone": line("Asha", uuid=str(person.uuid)),
        "new": line("Asha", OTHER_PHONE),
        "update": line("Sita", PHONE),
    }
    batch = staged(session, lines[case])
    with pytest.raises(Conflict):
        settle_as_other(session, row(session, batch, 2))


@pytest.fixture
def mixed(session: Session) -> Any:
    """New, update, a duplicate that may be taken, one that may not, and an invalid row."""
    add_beneficiary(session, "Known", PHONE)
    add_beneficiary(session, "Other Name", govt_id="AB-12")
    return staged(
        session,
        line("Asha", OTHER_PHONE),
        line("Known", PHONE),
        line("Bina", THIRD_PHONE, id="AB-12"),
        line("Chandra", OTHER_PHONE),
        line("Deepa", "1"),
    )


def taken(session: Session, batch: Any) -> list[int | None]:
    return list(
        session.scalars(
            select(TempBeneficiary.row_number)
            .where(TempBeneficiary.batch_id == batch, TempBeneficiary.take.is_(True))
            .order_by(TempBeneficiary.row_number)
        )
    )


def test_what_can_be_taken_is_chosen_row_by_row_or_verdict_by_verdict(session: Session, mixed: Any) -> None:
    assert verdicts(session, mixed) == ["NEW", "UPDATE", "DUPLICATE", "DUPLICATE", "INVALID"]
    assert taken(session, mixed) == [2, 3]
    assert choose_rows(session, mixed, take=False, verdict="NEW", row=None) == 1
    assert choose_rows(session, mixed, take=False, verdict=None, row=3) == 1
    assert taken(session, mixed) == []
    assert choose_rows(session, mixed, take=True, verdict="DUPLICATE", row=None) == 1
    assert taken(session, mixed) == [4]
    assert choose_rows(session, mixed, take=True, verdict="DUPLICATE", row=None) == 0
    assert choose_rows(session, mixed, take=True, verdict=None, row=None) == 2
    assert taken(session, mixed) == [2, 3, 4]


@pytest.mark.parametrize("number", [5, 6])
def test_what_cannot_be_taken_is_not_however_it_is_asked_for(
    session: Session, mixed: Any, number: int
) -> None:
    assert choose_rows(session, mixed, take=True, verdict=None, row=number) == 0
    assert choose_rows(session, mixed, take=True, verdict="INVALID", row=None) == 0
    assert number not in taken(session, mixed)
