"""Rows of a record's own: which values have a row, and that nothing is lost on the way through it."""

from typing import Any

import pytest
from flask import Flask

from portal.web.extras import has_row, row_of, typed_value

WITH_A_ROW: list[Any] = [
    "Ram", "007", "two\nlines", "yes", "2026-02-03", "नेपाल", 3, -1.5, 10**14, True, False,
    ["Ram", "Maya"], ["7", "x"], ["2026-02-03"], [1, 2.5], [], "12.5",
    {"a": 1}, {}, [["Ram"]], [{"a": 1}], ["Ram", 3], [True], ["a", ""], ["two\nlines"], [" padded"], [None],
    {"house": {"rooms": 2, "roof": "टिन", "walls": ["mud", "stone"], "own": True, "since": None, "m²": 1.10}},
]  # fmt: skip
WITHOUT: list[Any] = [
    None, "", " padded", "a\rb", "tab\there", 10**16, "x" * 2_001, {"a": "x" * 2_001}, {"a": float("nan")},
    {"a": "right\u200fmark"}, {"a": "\0"}, {"a": "\ud800"}, [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]],
]  # fmt: skip


@pytest.mark.parametrize("value", WITH_A_ROW, ids=repr)
def test_a_value_comes_through_its_row_as_it_was(value: Any) -> None:
    assert has_row("what", value)
    row = row_of("what", value)
    read = typed_value(row["kind"], row["value"])
    assert repr(read) == repr(value)


@pytest.mark.parametrize("value", WITHOUT, ids=lambda value: repr(value)[:20])
def test_what_a_row_could_not_hold_has_none(value: Any) -> None:
    assert not has_row("what", value)


def test_a_list_is_read_line_by_line_without_empty_ones() -> None:
    assert typed_value("texts", "Ram\n\n  Maya \n7") == ["Ram", "Maya", "7"]
    assert typed_value("numbers", "३\n2.5") == [3, 2.5]
    with pytest.raises(ValueError, match="no number"):
        typed_value("numbers", "3\nmany")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"a": 1', "no JSON: see line 1, character 8"),
        ('{\n"a": one}', "see line 2, character 6"),
        ('{"a": 1, "a": 2}', "A name comes twice"),
        ('["a\\u0000b"]', "cannot be stored"),
        ('["\\ud800"]', "cannot be stored"),
        ("[NaN]", "cannot be stored"),
        ("[1e999]", "cannot be stored"),
        ("[" * 900 + "]" * 900, "cannot be stored"),
        ("[" * 30 + "]" * 30, "cannot be stored"),
        ("[" + "9" * 1_900 + "]", ""),
        ("12", "in braces or brackets"),
        ('"Ram"', "in braces or brackets"),
    ],
)
def test_parts_that_are_no_json_or_cannot_be_stored_say_so(app: Flask, text: str, said: str) -> None:
    if not said:
        assert typed_value("parts", text)
        return
    with app.test_request_context(), pytest.raises(ValueError, match=said):
        typed_value("parts", text)
