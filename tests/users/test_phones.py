"""The one form of a phone number."""

import pytest

from portal.users.phones import fold_phone


@pytest.mark.parametrize(
    "typed",
    ["+9779801234567", "+977 980-123-4567", "00977 (980) 1234567", " +977 9801234567 ", "＋९७७ ९८०१२३४५६७"],
)
def test_D12_a_number_has_one_form_however_it_is_typed(typed: str) -> None:
    assert fold_phone(typed) == "+9779801234567"


@pytest.mark.parametrize(
    "typed", ["", "9801234567", "+977", "asha@example.org", "+" + "9" * 400, "+977\0", "+1"]
)
def test_what_is_no_number_with_its_country_has_none(typed: str) -> None:
    assert fold_phone(typed) is None


def test_a_number_without_a_country_is_one_only_where_the_region_says_whose() -> None:
    assert fold_phone("980-1234567") is None
    assert fold_phone("980-1234567", "NP") == "+9779801234567"
    assert fold_phone("+254 712 123456", "NP") == "+254712123456"
