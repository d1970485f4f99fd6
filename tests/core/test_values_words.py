"""Cells that name one of a few values, in many languages."""

import unicodedata

import pytest

from portal.core import enums
from portal.core.values import Context
from portal.core.values.choices import (
    convert_banked,
    convert_gender,
    convert_internet,
    convert_phone_status,
    convert_yes_no,
)
from portal.core.values.text import ascii_digits, clean, fold, whole_number
from portal.core.values.words import BANKED, GENDERS, INTERNET, PHONES

CONTEXT = Context("gender", "Gender")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (
            "FEMALE",
            "female|Female |F|f|WOMAN|Féminin|femme|mujer|mulher|أنثى|महिला|মহিলা|mwanamke|жінка|Female (F)|FÉMININ",
        ),
        ("MALE", "male|Masculin |M|man|homme|hombre|homem|ذكر|पुरुष|পুরুষ|mwanaume|чоловік|\u200fذكر"),
        ("OTHER", "other|OTHER|autre|otro|outro|अन्य|third gender|non-binary|Third_Gender"),
        ("UNKNOWN", "unknown|prefer not to say|Unknown |?"),
        (None, "|-|n/a| "),
    ],
)
def test_gender_is_understood_in_the_languages_of_the_field(value: str | None, words: str) -> None:
    for word in words.split("|"):
        assert convert_gender(word, CONTEXT) == (value, None, None, None), word
        assert convert_gender(unicodedata.normalize("NFD", word), CONTEXT).value == value, word


def test_an_unknown_gender_is_named_with_what_is_accepted() -> None:
    found = convert_gender("blue", CONTEXT)
    assert found.value is None
    assert found.problem is not None
    assert "blue" in found.problem.text()
    assert "female" in found.problem.text()


def test_m_is_a_woman_in_a_column_of_hombres_and_mujeres() -> None:
    spanish = Context("gender", "Sexo", letters="HM")
    assert convert_gender("M", spanish).value == "FEMALE"
    assert convert_gender("H", spanish).value == "MALE"
    assert convert_gender("M", CONTEXT).value == "MALE"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("BANKED", "BANKED"), ("un_banked", "UNBANKED"), ("Unbanked ", "UNBANKED"),
     ("under-banked", "UNDER_BANKED"),
     ("yes", "BANKED"), ("No", "UNBANKED"), ("Unknown", "UNKNOWN"), ("Oui", "BANKED"), ("", None)],
)  # fmt: skip
def test_bank_status_in_its_spellings(cell: str, value: str | None) -> None:
    assert convert_banked(cell, CONTEXT) == (value, None, None, None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("No Internet", "NO_INTERNET"), ("HOME_INTERNET", "HOME_INTERNET"),
     ("mobile internet ", "MOBILE_INTERNET"),
     ("no", "NO_INTERNET"), ("unknown", "UNKNOWN"), ("wifi", "HOME_INTERNET")],
)  # fmt: skip
def test_internet_status_in_its_spellings(cell: str, value: str) -> None:
    assert convert_internet(cell, CONTEXT) == (value, None, None, None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("No Phone", "NO_PHONE"), ("FEATURE_PHONE", "FEATURE_PHONE"), ("Smart-phone", "SMART_PHONE"),
     ("no", "NO_PHONE"),
     ("Smartphone", "SMART_PHONE")],
)  # fmt: skip
def test_phone_status_in_its_spellings(cell: str, value: str) -> None:
    assert convert_phone_status(cell, CONTEXT) == (value, None, None, None)


def test_a_mere_yes_does_not_say_which_phone_and_is_kept() -> None:
    found = convert_phone_status("yes", CONTEXT)
    assert (found.value, found.problem, found.rest) == ("UNKNOWN", None, "yes")
    assert found.note is not None


@pytest.mark.parametrize("convert", [convert_banked, convert_internet, convert_phone_status, convert_yes_no])
def test_an_unknown_word_is_a_problem(convert) -> None:  # type: ignore[no-untyped-def]
    assert convert("purple", CONTEXT).problem.code == "unknown_word"


@pytest.mark.parametrize(
    ("cell", "value"), [("yes", True), ("Oui", True), ("नहीं", False), ("0", False), ("TRUE", True)]
)
def test_yes_and_no(cell: str, value: bool) -> None:
    assert convert_yes_no(cell, CONTEXT).value is value


def test_the_words_lead_to_values_of_the_database_and_reach_all_of_them() -> None:
    assert set(GENDERS.values()) == set(enums.Gender)
    assert set(BANKED.values()) == set(enums.BankedStatus)
    assert set(INTERNET.values()) == set(enums.InternetStatus)
    assert set(PHONES.values()) == set(enums.PhoneStatus)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (" Sita ", "Sita"), ("\ufeffSita\u200b", "Sita"), ("Sita\u00a0Tharu", "Sita Tharu"),
        ("'=1+1", "=1+1"),
        ("'9801", "9801"), ("'Alisi", "'Alisi"), ('="0123"', "0123"), ("=639267283918", "639267283918"),
        ("=SUM(A1)", "=SUM(A1)"), ("#N/A", ""), ("#REF!", ""), ("#1 house", "#1 house"), ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"), ("a\0b", "a\ufffdb"), ("a\x07b", "ab"), ("", ""),
    ],
)  # fmt: skip
def test_cleaning_takes_away_what_nobody_typed(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_folding_forgets_case_accents_and_punctuation_but_not_vowel_signs() -> None:
    assert fold("Fé-MININ_ *") == "fe minin"
    assert fold("أُنثى") == fold("انثى")
    assert fold("कि") != fold("का")


def test_digits_of_any_script_become_plain() -> None:
    assert ascii_digits("٣३৩3a") == "3333a"


def test_a_shortened_number_is_restored_only_when_all_its_digits_are_there() -> None:
    assert whole_number("9.779801234567E+12") == ("9779801234567", False)
    assert whole_number("9.7798E+12") == ("9779800000000", True)
    assert whole_number("12.0") == ("12", False)
    assert whole_number("1.5") == ("1.5", False)
