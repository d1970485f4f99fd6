"""Dates of birth, and the order a column writes them in."""

from datetime import date

import pytest

from portal.core.values import Context
from portal.core.values.dates import convert_birth_date, date_order

TODAY = date(2026, 11, 22)


def context(order: str = "DMY") -> Context:
    return Context("birth_date", "Date of birth", date_order=order, today=TODAY)


@pytest.mark.parametrize(
    ("cell", "order"),
    [
        ("1990-03-05", "DMY"), ("1990/3/5", "DMY"), ("1990-03-05T00:00:00.000Z", "DMY"),
        ("1990-03-05 00:00:00", "DMY"),
        ("05-03-1990", "DMY"), ("5/3/1990", "DMY"), ("05.03.1990", "DMY"), ("05 03 1990", "DMY"),
        ("5/3/90", "DMY"),
        ("03/05/1990", "MDY"), ("3-5-90", "MDY"), ("90-03-05", "YMD"), ("19900305", "DMY"), ("32937", "DMY"),
        ("32937.0", "DMY"), ("5 March 1990", "DMY"), ("March 5, 1990", "DMY"), ("05-Mar-90", "DMY"),
        ("5 mars 1990", "DMY"),
        ("5 de marzo de 1990", "DMY"), ("5 março 1990", "DMY"), ("5 مارس 1990", "DMY"), ("५/३/१९९०", "DMY"),
        ("٥/٣/١٩٩٠", "DMY"), ("\u200e05-03-1990", "DMY"),
    ],
)  # fmt: skip
def test_every_way_of_writing_a_date_gives_that_date(cell: str, order: str) -> None:
    assert convert_birth_date(cell, context(order)) == (date(1990, 3, 5), None, None, None)


@pytest.mark.parametrize("cell", ["", "-", "n/a", "null"])
def test_no_date_is_no_date(cell: str) -> None:
    assert convert_birth_date(cell, context()) == (None, None, None, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("2050-01-01", "future"), ("1850-01-01", "too_old"), ("31-02-1990", "not_a_date"),
     ("45-45-1990", "not_a_date"),
     ("soon", "not_a_date"), ("123", "too_old"), ("99999999", "not_a_date")],
)  # fmt: skip
def test_what_cannot_be_a_date_of_birth_is_named(cell: str, code: str) -> None:
    found = convert_birth_date(cell, context())
    assert found.value is None
    assert found.problem is not None
    assert found.problem.code == code
    assert cell in found.problem.text()


def test_a_date_of_the_nepali_calendar_is_recognised_in_the_sentence() -> None:
    found = convert_birth_date("2045-05-12", context())
    assert found.problem is not None
    assert "Nepali" in found.problem.text()


def test_two_digit_years_never_lie_in_the_future() -> None:
    assert convert_birth_date("01-01-26", context()).value == date(2026, 1, 1)
    assert convert_birth_date("01-01-27", context()).value == date(1927, 1, 1)


def test_a_year_alone_sets_no_date_and_is_kept() -> None:
    found = convert_birth_date("1990", context())
    assert (found.value, found.problem, found.rest) == (None, None, "1990")
    assert found.note is not None


def test_a_value_the_other_way_round_is_read_with_a_note() -> None:
    found = convert_birth_date("03/25/1990", context("DMY"))
    assert found.value == date(1990, 3, 25)
    assert found.note is not None
    assert found.note.code == "order_turned"


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        (["15-03-1990", "01-02-1980"], ("DMY", True)),
        (["03/15/1990", "01/02/1980"], ("MDY", True)),
        (["01/02/1980", "03/04/1985"], ("DMY", False)),
        (["15/03/1990", "03/15/1990", "16/03/1990"], ("DMY", False)),
        (["1990-03-15", "1980-02-01"], ("YMD", True)),
        (["", "15-03-1990"], ("DMY", True)),
        (["Ram", "Sita"], None),
        ([], None),
    ],
)
def test_the_order_of_a_column_is_what_its_values_prove(
    cells: list[str], verdict: tuple[str, bool] | None
) -> None:
    assert date_order(cells) == verdict
