"""Ages, places, names, ids, addresses."""

import pytest

from portal.core.values import Context
from portal.core.values.contacts import convert_email, convert_uuid, convert_wallet
from portal.core.values.names import (
    convert_govt_id,
    convert_groups,
    convert_line,
    convert_name,
    fold_govt_id,
)
from portal.core.values.numbers import (
    convert_age,
    convert_coordinates,
    convert_latitude,
    convert_longitude,
    geopoint,
)

CONTEXT = Context("field", "Header")


@pytest.mark.parametrize(
    ("cell", "age"),
    [("34", 34), ("34.0", 34), ("34 years", 34), ("34yrs", 34), ("34 ans", 34), ("८ वर्ष", 8),
     ("٣٤", 34), ("0", 0),
     ("120", 120), ("6 months", 0), ("18 months", 1), ("34,5", 34), ("60+", 60), ("~40", 40),
     ("", None), ("-", None)],
)  # fmt: skip
def test_ages_in_their_spellings(cell: str, age: int | None) -> None:
    assert convert_age(cell, CONTEXT) == (age, None, None, None)


@pytest.mark.parametrize("cell", ["121", "-3", "18-25", "old", "999", "1e400", "Infinity"])
def test_what_is_no_age_is_named(cell: str) -> None:
    found = convert_age(cell, CONTEXT)
    assert found.value is None
    assert found.problem is not None
    assert cell in found.problem.text()


@pytest.mark.parametrize(
    ("cell", "value"),
    [("28.2", 28.2), ("28,2", 28.2), ("28.2 N", 28.2), ("28.2° N", 28.2), ("28.2S", -28.2), ("N 28.2", 28.2),
     ("-28.2", -28.2), ("\u221228.2", -28.2), ("२८.२", 28.2), ("28°12'0\"N", 28.2), ("90", 90.0), ("", None)],
)  # fmt: skip
def test_latitudes_in_their_spellings(cell: str, value: float | None) -> None:
    assert (
        convert_latitude(cell, CONTEXT).value == pytest.approx(value)
        if value
        else not convert_latitude(cell, CONTEXT).value
    )


@pytest.mark.parametrize(
    ("cell", "value"), [("81.4", 81.4), ("81.4 E", 81.4), ("70 W", -70.0), ("70 O", -70.0), ("180", 180.0)]
)
def test_longitudes_in_their_spellings(cell: str, value: float) -> None:
    assert convert_longitude(cell, CONTEXT).value == value


@pytest.mark.parametrize("cell", ["91", "nan", "inf", "1e400", "north", "81.4 E", "--"])
def test_what_is_no_latitude_is_named_or_empty(cell: str) -> None:
    found = convert_latitude(cell, CONTEXT)
    assert found.value is None
    assert (found.problem is None) == (cell == "--")


@pytest.mark.parametrize(
    ("cell", "pair"),
    [("28.2, 81.4", (28.2, 81.4)), ("28.2 81.4 150 5", (28.2, 81.4)), ("28.2;81.4", (28.2, 81.4)),
     ("28.2 N, 81.4 E", (28.2, 81.4)), ("81.4E 28.2N", (28.2, 81.4)), ("-1.28 36.8", (-1.28, 36.8))],
)  # fmt: skip
def test_two_numbers_in_a_cell_are_a_place(cell: str, pair: tuple[float, float]) -> None:
    assert convert_coordinates(cell, CONTEXT).value == pair
    assert convert_latitude(cell, CONTEXT).value == pair


def test_a_place_in_the_sea_off_africa_is_no_place() -> None:
    found = convert_coordinates("0 0 0 0", CONTEXT)
    assert (found.value, found.problem) == (None, None)
    assert found.note is not None


def test_a_geopoint_is_told_from_an_address() -> None:
    assert geopoint("11.5564 104.9282 0 0") == (11.5564, 104.9282)
    assert geopoint("12 Main street") is None
    assert geopoint("Ward 3") is None


@pytest.mark.parametrize(
    "name",
    [
        "Raman K.C.",
        "Anne-Marie O'Neil",
        "सीता थारू",
        "محمد بن علي",
        "李小龍",
        "Nguyễn Văn A",
        "D’Souza",
        "Na",
        "Jean Jr.",
        "'Alisi",
    ],
)
def test_names_of_any_script_come_in_as_they_are(name: str) -> None:
    assert convert_name(name, CONTEXT) == (name, None, None, None)


def test_blanks_in_a_name_are_collapsed_and_accents_composed() -> None:
    assert convert_name("  Sita \t\n Tharu\u00a0", CONTEXT).value == "Sita Tharu"
    assert convert_name("Jose\u0301", CONTEXT).value == "José"


@pytest.mark.parametrize(
    ("cell", "code"), [("Si\0ta", "damaged"), ("x" * 201, "too_long"), ("Si\ufffdta", "damaged")]
)
def test_D2_a_name_that_cannot_be_stored_is_named(cell: str, code: str) -> None:
    found = convert_name(cell, CONTEXT)
    assert found.value is None
    assert found.problem is not None
    assert found.problem.code == code


def test_a_name_without_a_letter_is_doubted_but_taken() -> None:
    found = convert_name("12345", CONTEXT)
    assert found.value == "12345"
    assert found.note is not None


@pytest.mark.parametrize(
    ("cell", "value"),
    [("12-34-56789", "12-34-56789"), ("5926161705.0", "5926161705"), ("5.926161705E+9", "5926161705"),
     ("00123", "00123"),
     ("A/12", "A/12"), ("n/a", None), ("12E4", "12E4")],
)  # fmt: skip
def test_government_ids_stay_as_written_but_for_a_spreadsheets_marks(cell: str, value: str | None) -> None:
    assert convert_govt_id(cell, CONTEXT) == (value, None, None, None)


def test_a_government_id_that_lost_digits_is_held() -> None:
    found = convert_govt_id("5.92616E+15", CONTEXT)
    assert found.problem is not None
    assert found.problem.code == "digits_lost"


def test_government_ids_compare_by_letters_and_digits() -> None:
    assert fold_govt_id("12-34 56/a") == fold_govt_id("１２३४५６A") == "123456A"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("sita@example.org", "sita@example.org"), ("Sita@Example.ORG", "Sita@example.org"),
     (" a.b+c@x.co.uk ", "a.b+c@x.co.uk"),
     ("mailto:a@example.org", "a@example.org"), ("n/a", None), ("", None)],
)  # fmt: skip
def test_e_mail_addresses(cell: str, value: str | None) -> None:
    assert convert_email(cell, CONTEXT) == (value, None, None, None)


@pytest.mark.parametrize(
    "cell", ["sita", "a@b", "a b@example.org", "a..b@example.org", "@example.org", "a@-x-.com"]
)
def test_what_is_no_e_mail_address_is_named(cell: str) -> None:
    found = convert_email(cell, CONTEXT)
    assert found.value is None
    assert found.problem is not None


SPELT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"  # the first example of EIP-55


@pytest.mark.parametrize("cell", [SPELT, SPELT.lower(), "0x" + SPELT[2:].upper(), f" {SPELT} "])
def test_D12_a_wallet_address_is_stored_in_one_spelling(cell: str) -> None:
    assert convert_wallet(cell, CONTEXT) == (SPELT, None, None, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "checksum"),
        ("0x123", "not_a_wallet"),
        (SPELT[2:], "not_a_wallet"),
    ],
)
def test_a_mistyped_wallet_address_is_held(cell: str, code: str) -> None:
    found = convert_wallet(cell, CONTEXT)
    assert found.value is None
    assert found.problem is not None
    assert found.problem.code == code


def test_groups_are_divided_and_not_repeated() -> None:
    assert convert_groups("Ward-3 Flood; Elderly |Ward-3 Flood", CONTEXT).value == ["Ward-3 Flood", "Elderly"]
    assert convert_groups("Women, Ward 3", CONTEXT).value == ["Women, Ward 3"]


def test_a_uuid_in_any_spelling_and_nothing_else() -> None:
    uuid = "6f1c1d2e-0000-4000-8000-00000000000a"
    assert convert_uuid("{6F1C1D2E-0000-4000-8000-00000000000A}", CONTEXT).value == uuid
    assert convert_uuid("17", CONTEXT).problem is not None


def test_a_place_name_of_more_than_a_line_is_one_line() -> None:
    assert convert_line("Ward 3,\nBardiya", CONTEXT).value == "Ward 3, Bardiya"
    assert convert_line("x" * 501, CONTEXT).problem is not None
