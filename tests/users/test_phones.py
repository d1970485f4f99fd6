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
