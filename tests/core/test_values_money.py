"""Amounts: what is typed is kept to the last digit, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Refusal
from portal.core.values import Context
from portal.core.values.money import (
    convert_amount,
    currencies,
    decimals_in,
    decimals_of,
    plain_amount,
    read_amount,
)

AMOUNT = Context("amount")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1500", "1500"),
        ("1500.50", "1500.50"),
        ("0.00000001", "0.00000001"),
        (".5", "0.5"),
        ("12,5", "12.5"),
        ("1 500", "1500"),
        ("1 500,5", "1500.5"),
        ("1\u202f500.25", "1500.25"),
        ("1'000'000", "1000000"),
        ("1,500.00", "1500"),
        ("1,50,000", "150000"),
        ("1.000,50", "1000.50"),
        ("1.000.000", "1000000"),
        ("1.250", "1.25"),
        ("١٢٣", "123"),
        ("١٬٠٠٠٫٥", "1000.5"),
        ("१५००", "1500"),
        ("1234567890123456789", "1234567890123456789"),
        ("99999999999999999999.99999999", "99999999999999999999.99999999"),
        ("1.1000000000000", "1.1"),
    ],
)
def test_D11_an_amount_is_read_exactly(typed: str, amount: str) -> None:
    read = convert_amount(typed, AMOUNT)
    assert read.problem is None
    assert read.value == Decimal(amount)
    assert isinstance(read.value, Decimal)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "not_above_zero"),
        ("0.00", "not_above_zero"),
        ("-5", "not_an_amount"),
        ("−5", "not_an_amount"),
        ("Infinity", "not_an_amount"),
        ("1e400", "not_an_amount"),
        ("1e3", "not_an_amount"),
        ("1_000", "not_an_amount"),
        ("12 34", "not_an_amount"),
        ("1,23,4", "not_an_amount"),
        ("NPR 500", "not_an_amount"),
        ("=1+1", "not_an_amount"),
        ("9" * 61, "not_an_amount"),
        ("1,000", "not_an_amount"),
        ("1" + "0" * 20, "too_large"),
        ("0.123456789", "too_fine"),
        ("12345678901234567890.123456789", "too_fine"),
    ],
)
def test_D11_what_is_no_amount_is_refused_with_its_reason(typed: str, code: str) -> None:
    read = convert_amount(typed, AMOUNT)
    assert read.value is None
    assert read.problem is not None
    assert read.problem.code == code
    assert read.problem.text()


def test_a_comma_that_can_be_read_in_two_ways_is_said_to_be_so() -> None:
    problem = convert_amount("1,000", AMOUNT).problem
    assert problem is not None
    assert "two ways" in problem.text()


def test_D11_nothing_and_nan_are_no_amount() -> None:
    for typed in ("", "  ", "NaN", "n/a"):
        assert convert_amount(typed, AMOUNT).value is None
        with pytest.raises(Refusal) as refused:
            read_amount(typed)
        assert refused.value.field == "amount"


def test_read_amount_says_at_its_field_what_is_wrong() -> None:
    assert read_amount("12.5") == Decimal("12.5")
    with pytest.raises(Refusal, match="more than 0") as refused:
        read_amount("0", field="budget")
    assert refused.value.field == "budget"


@given(st.decimals(min_value="0.00000001", max_value="99999999999999999999", places=8))
def test_D11_every_amount_is_read_back_as_it_is_written(amount: Decimal) -> None:
    assert convert_amount(plain_amount(amount), AMOUNT).value == amount
    assert decimals_of(amount) <= 8


@given(st.text(max_size=70))
def test_D11_no_text_at_all_is_more_than_an_amount_or_a_problem(typed: str) -> None:
    read = convert_amount(typed, AMOUNT)
    assert read.value is None or (0 < read.value < 10**20 and decimals_of(read.value) <= 8)


def test_the_currencies_are_those_in_use_with_their_decimals() -> None:
    assert {"NPR", "USD", "EUR", "JPY"} <= currencies()
    assert not {"XXX", "DEM", "npr", "RHT"} & currencies()
    assert (decimals_in("NPR"), decimals_in("JPY"), decimals_in("KWD"), decimals_in("RHT")) == (2, 0, 3, 8)
