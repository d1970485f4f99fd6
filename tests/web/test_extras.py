"""Rows of a record's own: which values have a row, and that nothing is lost on the way through it."""

from typing import Any

import pytest

from portal.web.extras import has_row, row_of, typed_value

WITH_A_ROW: list[Any] = [
    "Ram", "007", "two\nlines", "yes", "2026-02-03", "नेपाल", 3, -1.5, 10**14, True, False,
    ["Ram", "Maya"], ["7", "x"], ["2026-02-03"], [1, 2.5], [], "12.5",
]  # fmt: skip
WITHOUT: list[Any] = [
    None, "", " padded", "a\rb", "tab\there", {"a": 1}, [["Ram"]], [{"a": 1}], ["Ram", 3], [True], ["a", ""],
    ["two\nlines"], [" padded"], 10**16, "x" * 2_001,
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
