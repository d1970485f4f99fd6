"""Passwords without a database."""

import pytest

from portal.auth.limits import SHORTEST_WITH_SECOND_FACTOR
from portal.auth.passwords import Passwords, check_password, passwords_at, words_of
from portal.core.errors import Refusal


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    return passwords_at({"memory": 8, "rounds": 1, "lanes": 1})


def test_a_password_fits_itself_and_no_other(passwords: Passwords) -> None:
    stored = passwords.hash("correct horse battery")
    assert passwords.fits("correct horse battery", stored)
    assert not passwords.fits("correct horse batter", stored)
    assert not passwords.fits("Correct horse battery", stored)
    assert passwords.hash("correct horse battery") != stored


def test_nothing_fits_where_nothing_or_nonsense_is_stored(passwords: Passwords) -> None:
    assert not passwords.fits("anything", None)
    assert not passwords.fits("", None)
    assert not passwords.fits("anything", "")
    assert not passwords.fits("anything", "$2b$12$not-argon2")
    assert not passwords.fits(passwords.decoy, None)


def test_A6_long_passwords_count_to_their_last_byte(passwords: Passwords) -> None:
    for length in (73, 128, 999):  # the first is where bcrypt would stop listening
        stored = passwords.hash("x" * length)
        assert passwords.fits("x" * length, stored)
        assert not passwords.fits("x" * (length - 1), stored)


def test_A6_one_letter_written_in_two_ways_is_one_password(passwords: Passwords) -> None:
    composed, decomposed = "J\u00fcrgen und Zo\u00eb 12", "Ju\u0308rgen und Zoe\u0308 12"
    assert composed != decomposed
    assert passwords.fits(decomposed, passwords.hash(composed))
    assert not passwords.fits("Jurgen und Zoe 12", passwords.hash(composed))


@pytest.mark.parametrize(
    "password", ["fifteen letters", "a" * 15, " " * 15, "नमस्ते दुनिया कैसे हो", "🐎" * 15, "x" * 64, "x" * 1_000]
)
def test_A6_length_is_all_that_is_asked(password: str) -> None:
    check_password(password)


@pytest.mark.parametrize("password", ["", "fourteen chars", "Sh0rt&C0mpl!ex", "x" * 1_001, "e\u0301" * 14])
def test_A6_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check_password(password)
    assert refusal.value.field == "password"


def test_A7_a_password_made_of_ones_own_name_address_or_organisation_is_refused() -> None:
    words = words_of("Sunrise Relief", "Asha Rai", "asha.rai@example.org", "+9779812345678", None)
    made = ("asha.rai@example.org", "ASHA.RAI@example.org1", "Asha Raiasha.rai123", "9779812345678 Asha")
    for password in (*made, "Rahat Portal 2026", "sunrise relief!"):
        with pytest.raises(Refusal, match="your name or address"):
            check_password(password, words)
    check_password("asha.rai likes long walks", words)
    check_password("sunrise relief!")


@pytest.mark.parametrize(
    "password",
    ["123456789987654321", "QWERTYUIOP12345", "password1234567", "!!!iloveyou!!!!", "1qaz2wsx3edc4rfv"],
)
def test_A7_a_password_that_everybody_uses_is_refused(password: str) -> None:
    with pytest.raises(Refusal, match="Many people use this password"):
        check_password(password)


def test_A7_all_of_the_first_three_thousand_are_refused_to_who_may_have_a_short_one() -> None:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    taken = []
    for password in FREQUENCY_LISTS["passwords"][:3_000]:
        try:
            check_password(password, shortest=8)
            taken.append(password)
        except Refusal:
            pass
    assert taken == []
    check_password("k7#pw2zt", shortest=8)
    check_password("monkey 4711 mountain", shortest=8)  # a common word among others is no common password


def test_A6_eight_characters_do_with_a_second_factor() -> None:
    check_password("k7#pw2zt", shortest=SHORTEST_WITH_SECOND_FACTOR)
    with pytest.raises(Refusal, match="at least 8"):
        check_password("k7#pw2z", shortest=SHORTEST_WITH_SECOND_FACTOR)
    with pytest.raises(Refusal, match="at least 15"):
        check_password("k7#pw2zt")
