"""Supplies: exact from one smallest unit to the most that a contract can hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Refusal
from portal.tokens.supply import MOST_DECIMALS, MOST_UNITS, in_tokens, units_of


@given(st.integers(0, MOST_UNITS), st.integers(0, MOST_DECIMALS))
def test_D11_every_supply_comes_back_as_it_was_to_the_last_unit(units: int, decimals: int) -> None:
    assert units_of(in_tokens(units, decimals), decimals) == units


@pytest.mark.parametrize(
    ("typed", "decimals", "units"),
    [
        ("1.5", 18, 15 * 10**17),
        ("0", 18, 0),
        ("7", 0, 7),
        ("1.50", 1, 15),
        ("१२.५", 2, 1250),
        (" 1000000 ", 6, 10**12),
        (str(MOST_UNITS), 0, MOST_UNITS),
    ],
)
def test_D11_a_supply_is_typed_in_whole_tokens(typed: str, decimals: int, units: int) -> None:
    assert units_of(typed, decimals) == units


@pytest.mark.parametrize(
    ("typed", "decimals", "said"),
    [
        ("", 18, "in figures"),
        ("-1", 18, "in figures"),
        ("NaN", 18, "in figures"),
        ("Infinity", 18, "in figures"),
        ("1e400", 18, "in figures"),
        ("1,000", 18, "in figures"),
        ("1.", 18, "in figures"),
        ("9" * 79, 0, "in figures"),
        ("1.23", 1, "more decimals than the token, which has 1"),
        (str(MOST_UNITS + 1), 0, "No contract holds"),
        ("1" + "0" * 60, 18, "No contract holds"),
    ],
)
def test_D11_what_is_no_supply_is_refused_and_says_why(typed: str, decimals: int, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        units_of(typed, decimals)
    assert refused.value.field == "initial_supply"
