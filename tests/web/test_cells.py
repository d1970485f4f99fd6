"""The rows of long lists, drawn by Python."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask

from portal.core.enums import Gender
from portal.web.cells import Ticks, cell_attributes, table_rows

UUID = "0b8f3a4e-0000-4000-8000-000000000001"
HOSTILE = "<script>alert('x')</script>"
NAME = {"key": "name", "label": "Name", "kind": "title"}


def drawn(app: Flask, row: tuple[Any, ...], *columns: dict[str, Any]) -> str:
    with app.test_request_context():
        return str(
            table_rows([(UUID, *row)], [NAME, *columns], "/people/", {True: "<i>yes</i>", False: "no"})
        )


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (None, None, "<bdi>—</bdi>"),
        (None, 0, "<bdi>0</bdi>"),
        ("number", 1234, "1,234"),
        ("number", None, "—"),
        ("word", Gender.FEMALE, "Female"),
        ("word", Gender.UNKNOWN, '<span class="faint">Unknown</span>'),
        ("phone", None, "—"),
        ("date", dt.date(2026, 3, 4), "Mar 4, 2026"),
        ("date", None, "—"),
        ("wallet", None, "—"),
        ("sign", True, "<i>yes</i>"),
    ],
)
def test_a_value_is_drawn_by_the_kind_of_its_column(
    app: Flask, kind: str | None, value: Any, shown: str
) -> None:
    column = {"key": "it", "label": "It", "kind": kind}
    assert f'<td data-label="It">{shown}</td>' in drawn(app, ("Sita", value), column)


@pytest.mark.parametrize("kind", [None, "phone", "wallet"])
def test_D2_whatever_a_row_holds_is_escaped(app: Flask, kind: str | None) -> None:
    column = {"key": "it", "label": HOSTILE, "kind": kind}
    page = drawn(app, (HOSTILE, HOSTILE), column)
    assert "<script" not in page
    assert page.count("&lt;script") >= 2


def test_the_name_leads_to_the_record_and_who_has_none_can_still_be_opened(app: Flask) -> None:
    link = f'<a class="row-link" href="/people/{UUID}"><bdi>'
    assert f"{link}Sita</bdi></a>" in drawn(app, ("Sita",))
    assert f"{link}No name</bdi></a>" in drawn(app, (None,))


def test_the_reference_is_read_from_the_head_of_the_row_wherever_its_column_stands(app: Flask) -> None:
    page = drawn(app, ("Sita", 7), {"key": "uuid", "label": "Reference"}, {"key": "age", "label": "Age"})
    assert f'<td data-label="Reference"><bdi>{UUID}</bdi></td><td data-label="Age"><bdi>7</bdi></td>' in page


def test_a_cell_says_its_role_and_that_it_holds_figures() -> None:
    column = {"key": "age", "label": "Age", "role": "aside", "num": True}
    assert cell_attributes(column) == ' data-label="Age" class="end cell-aside"'


@pytest.mark.parametrize(
    ("ticks", "state"),
    [
        (Ticks("bar", "people"), ""),
        (Ticks("bar", "people", frozenset({UUID})), " checked"),
        (Ticks("bar", "people", frozenset({"another"})), ""),
        (Ticks("bar", "people", all_of_them=True), " checked"),
        (Ticks("bar", "people", all_of_them=True, fixed=True), " checked disabled"),
    ],
)
def test_a_row_has_a_box_of_the_bars_form_that_names_whom_it_ticks(
    app: Flask, ticks: Ticks, state: str
) -> None:
    with app.test_request_context():
        page = str(table_rows([(UUID, "50 % <Sita>")], [NAME], "/people/", {}, ticks))
    assert page.startswith('<tr><td class="cell-check"><label class="row-check"><input ')
    assert (
        f'form="bar" name="people" value="{UUID}" aria-label="Select 50 % &lt;Sita&gt;"{state}></label></td>'
        in page
    )
