"""Phone numbers: as people type them, to E.164, or a sentence why not."""

import random

import phonenumbers
import pytest

from portal.core.values import Context
from portal.core.values.numbering import Rank, international_rank, national_number, parsed
from portal.core.values.phone import convert_phone, phone_style

NEPAL = Context("phone", "Phone", "NP")
ABROAD = Context("phone", "Phone", "NP", phone_style="international")
HOME = Context("phone", "Phone", "NP", phone_style="national")


@pytest.mark.parametrize(
    "cell",
    [
        "9801234567", "+9779801234567", "+977 980-123-4567", "+977 98-01234567", "009779801234567",
        "9779801234567",
        "09801234567", "(977) 9801234567", "9779801234567.0", "9.779801234567E+12", "=9779801234567",
        '="9801234567"', "'9801234567", "९८०१२३४५६७", "٩٨٠١٢٣٤٥٦٧", "৯৮০১২৩৪৫৬৭", "\u202a+977 9801234567\u202c",
        "980\u00a01234567", "\u200b9801234567\ufeff", "980.123.4567", "tel:+977-980-1234567",
    ],
)  # fmt: skip
def test_D12_every_way_of_writing_a_number_gives_one_number(cell: str) -> None:
    assert convert_phone(cell, NEPAL) == ("+9779801234567", None, None, None)


@pytest.mark.parametrize(
    "cell", ["", " ", "-", "n/a", "N/A", "no phone", "No Phone", "none", "0", "لا يوجد", "फोन छैन"]
)
def test_who_has_no_phone_has_none(cell: str) -> None:
    assert convert_phone(cell, NEPAL) == (None, None, None, None)


@pytest.mark.parametrize(
    "cell", ["abc", "12", "98012345678901234567", "980123456", "+9779", "call the office"]
)
def test_what_is_no_number_is_named(cell: str) -> None:
    found = convert_phone(cell, NEPAL)
    assert found.value is None
    assert found.problem is not None
    assert found.problem.field == "phone"
    assert cell in found.problem.text() or len(cell) > 60


def test_a_number_whose_digits_a_spreadsheet_has_lost_is_held() -> None:
    found = convert_phone("9.7798E+12", NEPAL)
    assert found.value is None
    assert found.problem is not None
    assert found.problem.code == "digits_lost"


def test_a_number_of_no_known_range_passes_with_a_note() -> None:
    found = convert_phone("251406725563", ABROAD)
    assert found.value == "+251406725563"
    assert found.problem is None
    assert found.note is not None
    assert found.note.code == "unknown_range"


@pytest.mark.parametrize(
    ("cell", "rest"),
    [("9801234567/9807654321", "9807654321"), ("9801234567, 9807654321", "9807654321"),
     ("9801234567 or 9807654321", "9807654321"),
     ("9801234567\n9807654321\n9811111111", "9807654321, 9811111111")],
)  # fmt: skip
def test_of_two_numbers_the_first_is_taken_and_the_others_are_kept(cell: str, rest: str) -> None:
    found = convert_phone(cell, NEPAL)
    assert (found.value, found.problem, found.rest) == ("+9779801234567", None, rest)
    assert found.note is not None
    assert found.note.code == "several"


def test_in_a_column_of_national_numbers_one_with_a_digit_too_many_is_held() -> None:
    assert convert_phone("98012345671", HOME).problem is not None
    assert convert_phone("9801234567", HOME).value == "+9779801234567"


def test_in_a_column_of_international_numbers_the_country_code_is_believed() -> None:
    assert convert_phone("14155235551", ABROAD).value == "+14155235551"
    assert convert_phone("9841234567", ABROAD).value == "+9779841234567"


def test_the_style_of_a_column_is_that_of_six_in_ten() -> None:
    assert phone_style(["9801234567", "9841234567", "014412345"], "NP") == "national"
    assert phone_style(["251406725563", "14155235551", "9841234567"], "NP") == "international"
    assert phone_style(["+9779801234567"], "NP") == "mixed"
    assert phone_style([], "NP") == "mixed"


def test_without_a_region_numbers_need_their_country_code() -> None:
    nowhere = Context("phone", "Phone", None)
    assert convert_phone("9779801234567", nowhere).value == "+9779801234567"
    assert convert_phone("0441234567", nowhere).problem is not None


def test_the_quick_answers_about_digits_are_those_of_phonenumbers() -> None:
    chance = random.Random(7)
    regions = ["NP", "KE", "ET", "UG", "FR", "US", "IN", "BD", "JO", "UA", "BR", "IT", "GB"]
    answered = 0
    for turn in range(1_500):
        region = chance.choice(regions)
        code = str(phonenumbers.country_code_for_region(region))
        digits = "".join(chance.choice("0123456789") for _ in range(chance.randint(6, 12)))
        if turn % 3 == 0:
            example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
            digits = str(example.national_number) if example else digits
        quick = national_number(digits if turn % 2 else code + digits, region)
        slow = parsed(digits if turn % 2 else code + digits, region)
        if quick is not None:
            answered += 1
            assert quick[1] == (slow[1] if slow else Rank.IMPOSSIBLE), (digits, region)
            assert not quick[1] or (slow and quick[0] == slow[0]), (digits, region)
        rank = international_rank(code + digits)
        slow = parsed("+" + code + digits, None)
        if rank is not None and 7 <= len(code + digits) <= 17:
            assert rank == (slow[1] if slow else Rank.IMPOSSIBLE), (code, digits)
    assert answered > 1_000
