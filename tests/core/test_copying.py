"""COPY with SELECTs of our own: what goes in comes out, whatever it holds, and memory stays flat."""

import csv
import datetime as dt
import io
import tracemalloc

import pytest
from sqlalchemy import Integer, String, column, func, literal, select, text, values
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.core.copying import as_sql, copy_csv, copy_rows, csv_line
from portal.core.enums import Gender

pytestmark = pytest.mark.database

NASTY = [
    "a\tb",
    "a\nb",
    "a\r\nb",
    "a\\b",
    "\\N",
    "\\.",
    'say "x"',
    "a,b",
    "%s %(x)s %%",
    ":x $1",
    "'; DROP TABLE x; --",
    "",
    "é राम 😀",
]


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def of(cells: list[str]):  # type: ignore[no-untyped-def]
    table = values(column("at", Integer), column("cell", String), name="given").data(list(enumerate(cells)))
    return select(table.c.cell).order_by(table.c["at"])


def test_csv_comes_out_as_it_went_in(session: Session) -> None:
    content = b"".join(copy_csv(session, of(NASTY), ["cell"]))
    assert lines(content) == [["cell"], *([cell] for cell in NASTY)]


def test_csv_says_that_it_is_utf_8(session: Session) -> None:
    assert b"".join(copy_csv(session, of(["é"]), ["x"])).startswith(b"\xef\xbb\xbf")


def test_rows_come_out_as_they_went_in(session: Session) -> None:
    assert [row[0] for row in copy_rows(session, of(NASTY))] == NASTY


def test_nothing_comes_out_as_nothing(session: Session) -> None:
    assert list(copy_rows(session, select(literal(None, String)))) == [(None,)]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Gender.FEMALE, "FEMALE"),
        (dt.datetime(2026, 1, 2, tzinfo=dt.UTC), "2026-01-02 00:00:00+00"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (7, "7"),
        (True, "t"),
        ("it's", "it's"),
    ],
)
def test_values_of_a_filter_are_quoted_into_the_statement(session: Session, value: object, told: str) -> None:
    assert list(copy_rows(session, select(literal(value)))) == [(told,)]


def test_a_filter_by_an_enum_and_a_list_finds_its_rows(session: Session) -> None:
    statement = select(func.count()).where(
        Beneficiary.gender == Gender.FEMALE,
        Beneficiary.id.in_([1, 2, 3]),
        Beneficiary.location.like("50%'\\"),
    )
    assert list(copy_rows(session, statement)) == [("0",)]
    assert "FEMALE" in as_sql(session, statement)


def test_a_large_answer_is_not_gathered_first(session: Session) -> None:
    statement = select(func.repeat("x", 1_000)).select_from(func.generate_series(1, 30_000))
    tracemalloc.start()
    size = sum(len(piece) for piece in copy_csv(session, statement, ["x"]))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 30_000_000
    assert peak < 3_000_000


def test_an_export_may_take_longer_than_a_page(session: Session) -> None:
    list(copy_rows(session, select(literal(1))))
    assert session.scalar(text("SHOW statement_timeout")) == "10min"


def test_a_header_is_quoted_throughout() -> None:
    cells = ['a"b', "c,d", "e\nf", ""]
    assert csv_line(cells).startswith(b'"a""b","c,d",')
    assert lines(csv_line(cells)) == [cells]


def test_F1_what_somebody_typed_to_find_a_person_stands_in_no_statement(session: Session) -> None:
    statement = select(
        literal("%Quetzalina%").label("a"), literal("plain").label("b"), literal("x'q\\Y").label("c")
    )
    sql = as_sql(session, statement, ["quetzalina", "Q\\y"])
    assert "uetzalina" not in sql
    assert "q\\" not in sql
    assert "plain" in sql
    assert list(copy_rows(session, statement, ["quetzalina", "Q\\y"])) == [
        ("%Quetzalina%", "plain", "x'q\\Y")
    ]
