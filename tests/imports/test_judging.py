"""The verdict on each row: against the other rows of the file, and against everybody registered."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.imports.operations.staging import count_verdicts
from tests.factories import add_beneficiary
from tests.imports.batches import reasons, row, stage, verdicts

pytestmark = pytest.mark.database

HEADERS = ["uuid", "name", "phone", "government id", "wallet address", "birth date"]
PHONE, OTHER_PHONE = "+9779801234567", "+9779812345678"
WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
NOBODY = "6f1c9c1e-1111-4222-8333-444455556666"
GONE = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
BORN = dt.datetime(1990, 1, 2, tzinfo=dt.UTC)


def line(name: str = "", phone: str = "", **more: str) -> list[str]:
    return [
        more.get("uuid", ""),
        name,
        phone,
        more.get("id", ""),
        more.get("wallet", ""),
        more.get("born", ""),
    ]


def judged(session: Session, *lines: list[str]) -> tuple[Any, list[str], list[list[str]]]:
    batch = stage(session, [HEADERS, *lines])
    return (
        batch,
        verdicts(session, batch),
        [reasons(session, batch, number + 2) for number in range(len(lines))],
    )


def test_somebody_unknown_is_new_and_will_be_taken(session: Session) -> None:
    batch, found, why = judged(session, line("Sita", PHONE), line("Asha"), line("", OTHER_PHONE))
    assert (found, why) == (["NEW"] * 3, [[], [], []])
    assert row(session, batch, 2).take is True
    assert row(session, batch, 2).match_id is None


def test_a_row_with_a_wrong_cell_is_invalid_with_field_and_reason(session: Session) -> None:
    batch, found, why = judged(
        session, line("Sita", "123"), line("Asha", PHONE, born="2090-01-01"), line(id="X-1")
    )
    assert found == ["INVALID"] * 3
    assert [problem["field"] for number in (2, 3, 4) for problem in row(session, batch, number).problems] == [
        "phone",
        "birth_date",
        "name",
    ]
    assert all(why)
    assert row(session, batch, 2).take is False


KNOWN: dict[str, dict[str, Any]] = {
    "phone": {"phone": PHONE},
    "wallet": {"wallet_address": WALLET},
    "id": {"govt_id": "AB-12"},
}
MARKS = {
    "phone": {"phone": PHONE},
    "wallet": {"wallet": WALLET},
    "id": {"id": "ab-12"},
}


@pytest.mark.parametrize("mark", KNOWN)
@pytest.mark.parametrize("name", ["Sita Tharu", "SITA THARU", "Sitá  Tharu", ""])
def test_somebody_known_under_the_same_name_or_none_is_an_update(
    session: Session, mark: str, name: str
) -> None:
    person = add_beneficiary(session, "Sita Tharu", **KNOWN[mark])
    batch, found, _why = judged(session, line(name, **{"phone": OTHER_PHONE, **MARKS[mark]}))
    assert found == ["UPDATE"]
    assert row(session, batch, 2).match_id == person.uuid
    assert row(session, batch, 2).take is True


@pytest.mark.parametrize("mark", KNOWN)
def test_who_is_registered_without_a_name_is_updated_by_a_row_with_one(session: Session, mark: str) -> None:
    add_beneficiary(session, None, **KNOWN[mark])
    assert judged(session, line("Anybody", **{"phone": OTHER_PHONE, **MARKS[mark]}))[1] == ["UPDATE"]


@pytest.mark.parametrize(("mark", "blocking"), [("phone", True), ("wallet", True), ("id", False)])
def test_a_mark_of_somebody_with_another_name_is_a_possible_duplicate(
    session: Session, mark: str, blocking: bool
) -> None:
    person = add_beneficiary(session, "Somebody Else", **KNOWN[mark])
    batch, found, why = judged(session, line("Sita Tharu", **{"phone": OTHER_PHONE, **MARKS[mark]}))
    assert (found, why) == (["DUPLICATE"], [[f"{mark}_known"]])
    held = row(session, batch, 2)
    assert (held.take, held.match_id) == (False, person.uuid)
    assert held.reasons[0].get("blocking", False) is blocking
    assert held.reasons[0]["match"] == str(person.uuid)


@pytest.mark.parametrize("mark", KNOWN)
def test_a_mark_of_somebody_who_was_deleted_is_a_possible_duplicate(session: Session, mark: str) -> None:
    add_beneficiary(session, "Sita Tharu", deleted_at=GONE, **KNOWN[mark])
    _batch, found, why = judged(session, line("Sita Tharu", **{"phone": OTHER_PHONE, **MARKS[mark]}))
    assert (found, why) == (["DUPLICATE"], [[f"{mark}_deleted"]])


def test_the_same_name_and_birth_date_make_a_possible_duplicate_that_may_be_taken(session: Session) -> None:
    person = add_beneficiary(session, "Sita Tharu", birth_date=BORN)
    batch, found, why = judged(session, line("SITA THARU", OTHER_PHONE, born="1990-01-02"))
    assert (found, why) == (["DUPLICATE"], [["birth_known"]])
    held = row(session, batch, 2)
    assert (held.match_id, held.take) == (person.uuid, False)
    assert not held.reasons[0].get("blocking")


@pytest.mark.parametrize(
    "known",
    [
        {"birth_date": BORN + dt.timedelta(days=1)},
        {"birth_date": BORN, "deleted_at": GONE},
        {},
    ],
)
def test_the_same_name_with_another_birth_date_or_none_is_somebody_new(session: Session, known: Any) -> None:
    add_beneficiary(session, "Sita Tharu", **known)
    assert judged(session, line("Sita Tharu", OTHER_PHONE, born="1990-01-02"))[1:] == (["NEW"], [[]])


def test_a_known_phone_says_more_than_a_birth_date(session: Session) -> None:
    person = add_beneficiary(session, "Sita Tharu", PHONE, birth_date=BORN)
    add_beneficiary(session, "Sita Tharu", birth_date=BORN)
    batch, found, why = judged(session, line("Sita Tharu", PHONE, born="1990-01-02"))
    assert (found, why) == (["UPDATE"], [[]] if not why[0] else [["phone_same_person"]])
    assert row(session, batch, 2).match_id == person.uuid


def test_a_reference_updates_its_person_whatever_their_name(session: Session) -> None:
    person = add_beneficiary(session, "Old Name", PHONE)
    batch, found, why = judged(session, line("New Name", OTHER_PHONE, uuid=str(person.uuid)))
    assert (found, why) == (["UPDATE"], [[]])
    assert row(session, batch, 2).match_id == person.uuid


def test_a_reference_that_nobody_has_is_invalid(session: Session) -> None:
    assert judged(session, line("Sita", PHONE, uuid=NOBODY))[1:] == (["INVALID"], [["reference_unknown"]])


def test_a_reference_to_somebody_deleted_is_held(session: Session) -> None:
    person = add_beneficiary(session, "Sita", deleted_at=GONE)
    assert judged(session, line("Sita", PHONE, uuid=str(person.uuid)))[1:] == (
        ["DUPLICATE"],
        [["person_deleted"]],
    )


@pytest.mark.parametrize("mark", KNOWN)
def test_a_reference_and_a_mark_of_two_people_are_held(session: Session, mark: str) -> None:
    person = add_beneficiary(session, "Sita")
    add_beneficiary(session, "Sita", **KNOWN[mark])
    _batch, found, why = judged(session, line("Sita", uuid=str(person.uuid), **MARKS[mark]))
    assert (found, why) == (["DUPLICATE"], [[f"{mark}_same_person"]])


@pytest.mark.parametrize(("one", "other"), [("phone", "wallet"), ("phone", "id"), ("wallet", "id")])
def test_marks_of_two_people_are_held(session: Session, one: str, other: str) -> None:
    for mark in (one, other):
        add_beneficiary(session, "Sita", **KNOWN[mark])
    _batch, found, why = judged(session, line("Sita", **MARKS[one], **MARKS[other]))
    assert found == ["DUPLICATE"]
    assert why == [[f"{one}_same_person", f"{other}_same_person"]]


TWINS = {
    "phone": ({"phone": PHONE}, {"phone": "00977 980-123 4567"}, True),
    "wallet": ({"wallet": WALLET}, {"wallet": WALLET.lower()}, True),
    "id": ({"id": "AB-12"}, {"id": "ab-12"}, False),
    "birth": ({"born": "1990-01-02"}, {"born": "02/01/1990"}, False),
}


@pytest.mark.parametrize("mark", TWINS)
def test_of_several_rows_with_the_same_mark_the_first_wins(session: Session, mark: str) -> None:
    first, second, blocking = TWINS[mark]
    batch, found, why = judged(
        session, line("Sita Tharu", **first), line("SITA tharu", **second), line("Sita Tharu", **first)
    )
    assert found == ["NEW", "DUPLICATE", "DUPLICATE"]
    assert why == [[], [f"{mark}_in_file"], [f"{mark}_in_file"]]
    for number in (3, 4):
        held = row(session, batch, number)
        assert held.take is False
        assert held.reasons[0]["row"] == 2
        assert held.reasons[0].get("blocking", False) is blocking


def test_a_reference_twice_in_a_file_is_taken_once(session: Session) -> None:
    person = add_beneficiary(session, "Sita")
    twice = [line("Sita", uuid=str(person.uuid)), line("Sita", uuid=str(person.uuid))]
    _batch, found, why = judged(session, *twice)
    assert found == ["UPDATE", "DUPLICATE"]
    assert why[1][0] == "reference_in_file"


def test_two_rows_that_find_one_person_by_different_marks_update_them_once(session: Session) -> None:
    person = add_beneficiary(session, "Sita", PHONE, govt_id="AB-12")
    batch, found, why = judged(session, line("Sita", PHONE), line("Sita", OTHER_PHONE, id="AB-12"))
    assert found == ["UPDATE", "DUPLICATE"]
    assert "person_in_file" in why[1]
    assert row(session, batch, 3).match_id == person.uuid
    assert [entry["row"] for entry in row(session, batch, 3).reasons if "row" in entry] == [2]


def test_an_invalid_row_keeps_no_other_out(session: Session) -> None:
    wrong = line("Sita", PHONE, born="2090-01-01")
    assert judged(session, wrong, line("Sita", PHONE))[1] == ["INVALID", "NEW"]


def test_people_of_one_name_without_more_in_common_are_all_new(session: Session) -> None:
    assert judged(session, line("Sita", PHONE), line("Sita", OTHER_PHONE), line("Sita"))[1] == ["NEW"] * 3


def test_rows_without_a_mark_are_no_twins_of_each_other(session: Session) -> None:
    add_beneficiary(session, "Somebody", "none:6f1c9c1e-1111-4222-8333-444455556666")
    assert judged(session, line("Asha"), line("Bina"), line("Chandra"))[1] == ["NEW"] * 3


def test_an_empty_file_has_no_verdicts(session: Session) -> None:
    assert judged(session)[1] == []


cells = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Sita", "SITA", "Asha", ""]),
        "phone": st.sampled_from(["", PHONE, OTHER_PHONE, "12", "9801234567"]),
    },
    optional={
        "id": st.sampled_from(["AB-12", "ab-12", "X"]),
        "wallet": st.sampled_from([WALLET, WALLET.lower(), "0x12"]),
        "born": st.sampled_from(["1990-01-02", "1990-01-03", "never"]),
        "uuid": st.sampled_from([NOBODY, "known"]),
    },
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(cells, min_size=1, max_size=8))
def test_every_row_has_one_verdict_and_what_is_to_be_taken_does_not_clash(
    session: Session, rows: list[dict[str, str]]
) -> None:
    for table in ("tbl_import_batches", "tbl_beneficiaries_pii", "tbl_beneficiaries"):
        session.execute(text(f"DELETE FROM {table}"))
    person = add_beneficiary(session, "Sita", PHONE, govt_id="AB-12", birth_date=BORN)
    add_beneficiary(session, "Asha", wallet_address=WALLET)
    for cell in rows:
        if cell.get("uuid") == "known":
            cell["uuid"] = str(person.uuid)
    batch = stage(session, [HEADERS, *(line(**cell) for cell in rows)])
    counts = count_verdicts(session, batch)
    assert sum(count["rows"] for count in counts.values()) == len(rows)
    taken = [found for number in range(2, len(rows) + 2) if (found := row(session, batch, number)).take]
    assert sum(count["take"] for count in counts.values()) == len(taken)
    assert {one.verdict for one in taken} <= {"NEW", "UPDATE"}
    for marks in (
        [one.phone for one in taken if one.phone],
        [one.wallet_address.lower() for one in taken if one.wallet_address],
        [one.match_id for one in taken if one.verdict == "UPDATE"],
    ):
        assert len(marks) == len(set(marks))
    assert not any(one.match_id for one in taken if one.verdict == "NEW")
