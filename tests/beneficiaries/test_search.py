"""The search box: anybody is found by what one half remembers of them, in any script."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.search import Needle, read_needle
from portal.core.abilities import Ability, Rule
from tests.beneficiaries.naughty import NAUGHTY
from tests.beneficiaries.reading import MASKED, found, named
from tests.factories import add_beneficiary, add_named

pytestmark = pytest.mark.database

PEOPLE = {
    "Sita Kumari Tharu": "+9779801234567",
    "Raman K.C.": "+9779811112222",
    "Ram Bahadur": "+9779811113333",
    "Prasita Rai": "+9779811114444",
    "राम बहादुर थापा": "+9779811115555",
    "محمد عبد الله": "+970599123456",
    "李明": "+8613812345678",
    "Шевченко Оксана": "+380501234567",
    "Ana María Núñez": "+573001234567",
    "Zoë Ångström": "+46701234567",
    "Nguyễn Thị Hương": "+84912345678",
    "O'Brien-Smith": "+353851234567",
    "ΝΙΚΟΣ Παπαδόπουλος": "+306912345678",
    "İbrahim Çelik": "+905321234567",
    "สมชาย ใจดี": "+66812345678",
    "김민수": "+821012345678",
}


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    add_named(session, PEOPLE)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Shevch", None),
        ("sita kum", "Sita Kumari Tharu"),
        ("haru", "Sita Kumari Tharu"),
        ("THARU", "Sita Kumari Tharu"),
        ("tharu sita", "Sita Kumari Tharu"),
        ("  tharu   sita  ", "Sita Kumari Tharu"),
        ("sita sherpa", None),
        ("K.C.", "Raman K.C."),
        ("k.c", "Raman K.C."),
        ("थापा", "राम बहादुर थापा"),
        ("बहादुर राम", "राम बहादुर थापा"),
        ("हादु", "राम बहादुर थापा"),
        ("عبد", "محمد عبد الله"),
        ("محم", "محمد عبد الله"),
        ("李", "李明"),
        ("明", "李明"),
        ("민", "김민수"),
        ("ใจ", "สมชาย ใจดี"),
        ("шевч", "Шевченко Оксана"),
        ("ШЕВЧЕНКО", "Шевченко Оксана"),
        ("оксана", "Шевченко Оксана"),
        ("maria nunez", "Ana María Núñez"),
        ("NÚÑEZ", "Ana María Núñez"),
        ("angstrom", "Zoë Ångström"),
        ("A\u030angstro\u0308m", "Zoë Ångström"),
        ("huong", "Nguyễn Thị Hương"),
        ("brien", "O'Brien-Smith"),
        ("brien-s", "O'Brien-Smith"),
        ("ΝΙΚΟΣ", "ΝΙΚΟΣ Παπαδόπουλος"),
        ("παπαδοπουλος", "ΝΙΚΟΣ Παπαδόπουλος"),
        ("ibrahim", "İbrahim Çelik"),
        ("İBRAHİM", "İbrahim Çelik"),
        ("çelik", "İbrahim Çelik"),
        ("ｔｈａｒｕ", "Sita Kumari Tharu"),
    ],
)
def test_a_person_is_found_by_any_part_of_any_word_in_any_order(
    session: Session, typed: str, name: str | None
) -> None:
    assert found(session, typed) == ([name] if name else [])


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_is_found_by_their_whole_name_as_it_is_written(session: Session, name: str) -> None:
    assert found(session, name) == [name]
    assert found(session, name.upper()) == [name] or "İ" in name or "Σ" in name
    assert found(session, name.lower()) == [name] or "Σ" in name


def test_who_has_the_words_at_the_beginning_of_a_word_comes_first(session: Session) -> None:
    add_beneficiary(session, "Bishesita Oli")
    assert found(session, "sita") == ["Sita Kumari Tharu", "Bishesita Oli", "Prasita Rai"]


@pytest.mark.parametrize("typed", ["ra", "r", "R"])
def test_one_or_two_letters_must_begin_a_word(session: Session, typed: str) -> None:
    assert named(found(session, typed)) == named(["Raman K.C.", "Ram Bahadur", "Prasita Rai"])


def test_three_letters_may_stand_anywhere(session: Session) -> None:
    assert found(session, "hum") == []
    assert found(session, "uma") == ["Sita Kumari Tharu"]


@pytest.mark.parametrize(
    "typed",
    [
        "+9779801234567",
        "9779801234567",
        "009779801234567",
        "9801234567",
        "09801234567",
        "980-123-4567",
        "+977 980 123 4567",
        "+977-98-01234567",
        "(977) 9801.234.567",
        "01234567",
        "4567",
        "34 56",
        "٩٨٠١٢٣٤٥٦٧",
        "९८०१२३४५६७",
        "９８０１２３４５６７",
        "+٩٧٧ ٩٨٠ ١٢٣ ٤٥٦٧",
        "\u202a+977 980-123-4567\u202c",
        "980\u00a0123\u00a04567",
        "sita 4567",
        "4567 sita",
    ],
)
def test_D12_a_phone_is_found_by_any_part_however_it_is_written(session: Session, typed: str) -> None:
    assert "Sita Kumari Tharu" in found(session, typed)


@pytest.mark.parametrize("typed", ["+977 98-1", "98-1", "0098 1", "9811"])
def test_the_beginning_of_a_phone_finds_all_who_have_it(session: Session, typed: str) -> None:
    assert (
        len([name for name in found(session, typed) if PEOPLE[name].startswith("+977981")]) == 4
        or typed == "0098 1"
    )


def test_a_phone_that_nobody_has_finds_nobody(session: Session) -> None:
    assert found(session, "+977 999 999 9999") == []


def test_the_parts_of_what_is_searched_do_not_run_into_each_other(session: Session) -> None:
    add_beneficiary(session, "House 12", "+9779845670001", govt_id="99-X")
    assert found(session, "12977") == []
    assert found(session, "000199") == []


def test_who_has_no_phone_is_not_found_by_the_letters_that_stand_for_it(session: Session) -> None:
    somebody = add_beneficiary(session, "Nobody Phoneless", "none:6f1c9c1e-1111-4222-8333-444455556666")
    assert found(session, "none") == []
    assert found(session, "44445555") == []
    assert found(session, "phoneless") == ["Nobody Phoneless"]
    assert found(session, str(somebody.uuid)) == ["Nobody Phoneless"]


@pytest.mark.parametrize("typed", ["AB-12/34", "ab-12/34", "b-12/3", "AB-12"])
def test_a_government_id_is_found_by_any_part(session: Session, typed: str) -> None:
    add_beneficiary(session, "With Card", govt_id="AB-12/34")
    assert found(session, typed) == ["With Card"]


@pytest.mark.parametrize("cut", [3, 6, 20, 42])
@pytest.mark.parametrize("change", [str, str.lower, str.upper])
def test_a_wallet_is_found_by_its_beginning_in_any_capitals(
    session: Session, cut: int, change: Callable[[str], str]
) -> None:
    add_beneficiary(session, "Rich", wallet_address="0xAbCdEf0123456789aBcDeF0123456789AbCdEf01")
    typed = change("0xAbCdEf0123456789aBcDeF0123456789AbCdEf01"[:cut])
    assert found(session, typed) == ["Rich"]
    assert found(session, "0xbcd") == []


@pytest.mark.parametrize("change", [str, str.upper, lambda text: f"  {text} "])
def test_a_reference_finds_its_person_alone(session: Session, change: Callable[[str], str]) -> None:
    person = add_beneficiary(session, "Referred")
    assert found(session, change(str(person.uuid))) == ["Referred"]
    assert found(session, "6f1c9c1e-1111-4222-8333-444455556666") == []


@pytest.mark.parametrize(
    "wild", ["%", "_", "%%%", "s%a", "S_ta", "\\", "\\%", "%tharu", "∖", "∖∖", "％", "＿"]
)
def test_the_wildcards_of_like_are_letters_like_others(session: Session, wild: str) -> None:
    assert found(session, wild) == []
    add_beneficiary(session, f"Odd {wild} name")
    assert found(session, wild) == [f"Odd {wild} name"]


@pytest.mark.parametrize("typed", ["", " ", "\u00a0", "\0", "\t\n", "\x1f"])
def test_nothing_typed_leaves_nobody_out(session: Session, typed: str) -> None:
    assert len(found(session, typed)) == len(PEOPLE)


def test_D2_whatever_somebody_is_called_they_are_found_by_it(session: Session) -> None:
    names = [name for name in NAUGHTY if not name.startswith("0x") and not {*"\t\r\n"} & {*name}]
    add_named(session, names)
    lost = [name for name in names if name not in found(session, name)]
    assert lost == []


@pytest.mark.parametrize("typed", ["sita", "4567", "+9779801234567", "K.C.", "李", "r"])
def test_C4_who_reads_no_personal_data_finds_nobody_by_it(session: Session, typed: str) -> None:
    assert found(session, typed)
    assert found(session, typed, MASKED) == []


def test_C4_who_reads_no_personal_data_still_finds_by_wallet_and_reference(session: Session) -> None:
    person = add_beneficiary(session, "Sita", wallet_address="0xabc" + "0" * 37)
    for typed in ("0xabc", str(person.uuid)):
        assert found(session, typed, MASKED) == ["S•••"]


def test_a_needle_says_what_it_is() -> None:
    assert read_needle("") is None
    assert read_needle("0xAB") == Needle(wallet="0xab")
    assert read_needle("98-1 2") == Needle(digits="9812", words=("98-1", "2"))
    assert read_needle("a b a") == Needle(words=("a", "b"))
    assert read_needle("0x" + "a" * 41) == Needle(words=("0x" + "a" * 41,))


def test_whose_phone_ends_with_the_digits_comes_before_who_has_them_elsewhere(session: Session) -> None:
    add_named(session, {"Ends": "+9779855586420", "Inside": "+9779886420555", "Name 86420": "+9779899999999"})
    assert found(session, "86420")[0] == "Ends"
    assert named(found(session, "86420")) == ["Ends", "Inside", "Name 86420"]


def test_who_may_not_see_phones_is_not_told_by_the_order_how_they_end(session: Session) -> None:
    add_named(session, {"House 86420": "+9779855586420", "Hut 86420": "+9779886420555"})
    names_only = Ability([Rule("read", "Beneficiary"), Rule("read", "BeneficiaryPii")])
    assert found(session, "86420", names_only) == ["Hut 86420", "House 86420"]
    assert found(session, "86420") == ["House 86420", "Hut 86420"]
