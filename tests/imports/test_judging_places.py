"""A row with the name, the year of birth and the place of somebody registered may be that person."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import add_beneficiary
from tests.imports.batches import reasons, row, stage, verdicts

pytestmark = pytest.mark.database

HEADERS = ["name", "phone", "birth date", "location", "gender", "government id"]
PHONE = "+9779812345678"
BORN = dt.datetime(1990, 1, 2, tzinfo=dt.UTC)
GONE = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)


def judged(
    session: Session, born: str, place: str, gender: str = "", govt_id: str = ""
) -> tuple[Any, str, list[str]]:
    batch = stage(session, [HEADERS, ["SITA tharu", PHONE, born, place, gender, govt_id]])
    return batch, verdicts(session, batch)[0], reasons(session, batch, 2)


@pytest.mark.parametrize(
    ("known", "cells"),
    [
        ({"birth_date": BORN}, ("1990-09-09", "SUNSARI")),
        ({"birth_date": BORN, "gender": "FEMALE"}, ("1990-09-09", "Sunsari", "F")),
        ({"birth_date": BORN, "govt_id": "77-1"}, ("1990-09-09", "Sunsari", "F")),
        ({"age": 36, "created_at": GONE}, ("1990-09-09", "Sunsari")),
    ],
)
def test_the_same_name_year_and_place_make_a_possible_duplicate_that_may_be_taken(
    session: Session, known: dict[str, Any], cells: tuple[str, ...]
) -> None:
    person = add_beneficiary(session, "Sita Tharu", location="Sunsari", **known)
    batch, found, why = judged(session, *cells)
    assert (found, why) == ("DUPLICATE", ["place_known"])
    held = row(session, batch, 2)
    assert (held.match_id, held.take) == (person.uuid, False)
    assert not held.reasons[0].get("blocking")


@pytest.mark.parametrize(
    ("known", "cells"),
    [
        ({"birth_date": BORN}, ("1991-09-09", "Sunsari")),
        ({"birth_date": BORN}, ("1990-09-09", "Morang")),
        ({"birth_date": BORN}, ("1990-09-09", "")),
        ({"birth_date": BORN}, ("", "Sunsari")),
        ({"birth_date": BORN, "gender": "MALE"}, ("1990-09-09", "Sunsari", "F")),
        ({"birth_date": BORN, "govt_id": "77-1"}, ("1990-09-09", "Sunsari", "F", "77-2")),
        ({"birth_date": BORN, "deleted_at": GONE}, ("1990-09-09", "Sunsari")),
    ],
)
def test_where_one_of_them_differs_or_an_id_speaks_against_it_the_row_is_new(
    session: Session, known: dict[str, Any], cells: tuple[str, ...]
) -> None:
    add_beneficiary(session, "Sita Tharu", location="Sunsari", **known)
    assert judged(session, *cells)[1:] == ("NEW", [])


def test_the_same_birth_date_is_said_rather_than_the_year_and_place(session: Session) -> None:
    add_beneficiary(session, "Sita Tharu", location="Sunsari", birth_date=BORN)
    assert judged(session, "1990-01-02", "Sunsari")[1:] == ("DUPLICATE", ["birth_known"])
