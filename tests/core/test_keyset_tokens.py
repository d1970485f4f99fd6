"""Where the reader stands, as it travels in the address: ours is kept exactly, any other leads to the start."""

import datetime as dt
import json
from base64 import urlsafe_b64encode
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Table,
)
from sqlalchemy.orm import Session

from portal.core.keyset import (
    FIRST,
    LAST,
    Position,
    Sort,
    page_of,
    read_position,
)
from tests.core.test_keyset import ALL, BY_NAME, EVERY, MOMENT, NEWEST, SORTS, TIERS, table

pytestmark = pytest.mark.database

__all__ = ["table"]


def token_of(*content: Any) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


GOOD = token_of("a", "name", 0, 51, "m", 7)
BAD_TOKENS = {
    "nothing": "",
    "no base64": "§§§",
    "not even letters": "\0\r\n",
    "base64 of nothing sensible": urlsafe_b64encode(b"\xff\xfe\0").decode(),
    "cut short": GOOD[:-5],
    "one character changed": GOOD[:6] + ("A" if GOOD[6] != "A" else "B") + GOOD[7:],
    "of another order": token_of("a", "-name", 0, 51, "m", 7),
    "of another list": token_of("a", "name", 0, 51, {"t": MOMENT.isoformat()}, 7),
    "too few keys": token_of("a", "name", 0, 51, "m"),
    "too many keys": token_of("a", "name", 0, 51, "m", 7, 8),
    "an unknown direction": token_of("x", "name", 0, 51, "m", 7),
    "a direction that is a list": token_of(["a"], "name", 0, 51, "m", 7),
    "a number that is text": token_of("a", "name", 0, 51, "m", "7"),
    "a number beyond the column": token_of("a", "name", 0, 51, "m", 2**31),
    "a huge number": token_of("a", "name", 0, 51, "m", 10**4000),
    "a number with a point": token_of("a", "name", 0, 51, "m", 7.5),
    "not a number": token_of("a", "name", 0, 51, "m", float("nan")),
    "true for one": token_of("a", "name", 0, 51, "m", True),
    "NUL": token_of("a", "name", 0, 51, "m\0", 7),
    "half a surrogate pair": token_of("a", "name", 0, 51, "m\ud800", 7),
    "null": token_of("a", "name", 0, 51, None, 7),
    "a tier below": token_of("a", "name", -1, 51, "m", 7),
    "a tier beyond": token_of("a", "name", 10**9, 51, "m", 7),
    "a tier that is text": token_of("a", "name", "0", 51, "m", 7),
    "an ordinal of nothing": token_of("a", "name", 0, 0, "m", 7),
    "an ordinal below": token_of("a", "name", 0, -50, "m", 7),
    "a huge ordinal": token_of("a", "name", 0, 10**4000, "m", 7),
    "an ordinal that is text": token_of("a", "name", 0, "51", "m", 7),
    "a moment that is none": token_of("a", "name", 0, 51, {"t": "yesterday"}, 7),
    "an empty object": token_of("a", "name", 0, 51, {}, 7),
    "an object of a number": token_of("a", "name", 0, 51, {"u": 5}, 7),
    "not a list": urlsafe_b64encode(b'{"a": 1}').decode(),
    "a number alone": urlsafe_b64encode(b"1").decode(),
    "nested beyond bearing": urlsafe_b64encode(b"[" * 7_000).decode(),
    "nested and too long": urlsafe_b64encode(b"[" * 100_000).decode(),
    "a megabyte": "A" * 1_000_000,
    "the first page with something more": token_of("f", "name", 0, 1, "m", 7),
}


@pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_D10_a_token_that_is_not_ours_leads_to_the_first_page(token: str) -> None:
    assert read_position(token, BY_NAME) == FIRST


def test_D10_a_token_of_ours_leads_where_it_was_made() -> None:
    assert read_position(GOOD, BY_NAME) == Position("after", "name", ("m", 7), 0, 51)
    assert read_position(LAST.token(), BY_NAME) == LAST
    assert read_position(FIRST.token(), BY_NAME) == FIRST


def test_the_longest_name_fits_into_a_token() -> None:
    position = Position("after", "name", ("\U0010fffd" * 600, 2**31 - 1), 1, 10_000)
    assert read_position(position.token(), BY_NAME) == position


def test_a_token_keeps_moments_and_uuids_to_the_last_digit() -> None:
    values = (MOMENT + dt.timedelta(microseconds=1), UUID(int=7))
    position = Position("before", "-at", values, 0, None)
    assert read_position(position.token(), NEWEST) == position


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates().map(str)
    | st.datetimes().map(str),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["t", "u", "x"]), inner, max_size=2)
    ),
)
moments = st.datetimes(
    timezones=st.sampled_from([None, dt.UTC, dt.timezone(dt.timedelta(hours=23, minutes=59))])
)


@EVERY
@given(
    kind=st.sampled_from(["a", "b", "f", "l"]) | anything,
    sort=st.sampled_from(SORTS),
    own=st.booleans(),
    tier=st.integers(-1, 11) | anything,
    ordinal=st.none() | st.integers(-1, 10**20) | anything,
    values=st.lists(
        anything | st.text() | st.integers(-(2**33), 2**33) | moments.map(lambda m: {"t": m.isoformat()}),
        max_size=3,
    ),
    ranked=st.booleans(),
)
def test_D10_whatever_a_token_holds_the_database_is_asked_nothing_it_cannot_answer(
    session: Session,
    table: Table,
    kind: Any,
    sort: Sort,
    own: bool,
    tier: Any,
    ordinal: Any,
    values: Any,
    ranked: bool,
) -> None:
    token = token_of(kind, sort.name if own else "other", tier, ordinal, *values)
    page_of(session, ALL, sort, read_position(token, sort), 3, TIERS if ranked else ())
