"""Cells that name one of a few values: gender, and the banked, internet and phone status."""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.errors import sentence
from portal.core.values.outcome import ABSENT, Context, Converted, Note, Problem, shown
from portal.core.values.text import clean, fold, is_nothing
from portal.core.values.words import BANKED, GENDERS, INTERNET, NO, PHONES, YES

_KEPT = sentence(
    "“%(value)s” does not say which kind, so the status stays unknown; the word is kept with the person."
)


def convert_gender(cell: str, context: Context) -> Converted:
    """MALE, FEMALE, OTHER or UNKNOWN from a word or letter in any of the portal's languages.

    In a column of H and M (hombre, mujer; context's `letters` is "HM") the letter M is a woman.
    """
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    word = fold(text)
    if word == "m" and context.letters == "HM":
        return Converted("FEMALE")
    value = GENDERS.get(word) or _one_of_several(word, GENDERS)
    if value:
        return Converted(value)
    return _unknown_word(
        text,
        context,
        sentence("“%(value)s” is not a gender the portal knows. Write male, female, other or unknown."),
    )


def convert_banked(cell: str, context: Context) -> Converted:
    """UNBANKED, BANKED, UNDER_BANKED or UNKNOWN; yes and no answer the question "has a bank account?"."""
    return _status(
        cell,
        context,
        BANKED,
        yes="BANKED",
        no="UNBANKED",
        message=sentence(
            "“%(value)s” is not a bank status. Write banked, unbanked, under banked or unknown."
        ),
    )


def convert_internet(cell: str, context: Context) -> Converted:
    """NO_INTERNET, HOME_INTERNET, MOBILE_INTERNET or UNKNOWN; a mere "yes" stays unknown, with a note."""
    return _status(
        cell,
        context,
        INTERNET,
        yes=None,
        no="NO_INTERNET",
        message=sentence(
            "“%(value)s” is not an internet status. Write no, home or mobile internet, or unknown."
        ),
    )


def convert_phone_status(cell: str, context: Context) -> Converted:
    """NO_PHONE, FEATURE_PHONE, SMART_PHONE or UNKNOWN; a mere "yes" stays unknown, with a note."""
    return _status(
        cell,
        context,
        PHONES,
        yes=None,
        no="NO_PHONE",
        message=sentence(
            "“%(value)s” is not a phone status. Write no phone, feature phone, smart phone or unknown."
        ),
    )


def convert_yes_no(cell: str, context: Context) -> Converted:
    """True or False from yes, no and their like in the portal's languages."""
    text = clean(cell)
    if not text or is_nothing(text):
        return ABSENT
    word = fold(text)
    if word in YES:
        return Converted(True)
    if word in NO:
        return Converted(False)
    return _unknown_word(text, context, sentence("“%(value)s” is neither yes nor no."))


def _status(
    cell: str, context: Context, words: Mapping[str, str], *, yes: str | None, no: str, message: str
) -> Converted:
    text = clean(cell)
    if not text:
        return ABSENT
    word = fold(text)
    if value := words.get(word):
        return Converted(value)
    if is_nothing(text):
        return ABSENT
    if word in NO:
        return Converted(no)
    if word in YES:
        if yes:
            return Converted(yes)
        return Converted(
            "UNKNOWN", note=Note(context.field, "no_kind", _KEPT, {"value": shown(text)}), rest=text
        )
    return _unknown_word(text, context, message)


def _one_of_several(word: str, words: Mapping[str, str]) -> str | None:
    """The value of "female woman" or "Female (F)": every word of the cell says the same."""
    values = {words.get(part) for part in word.split()}
    return values.pop() if len(values) == 1 else None


def _unknown_word(text: str, context: Context, message: str) -> Converted:
    return Converted(problem=Problem(context.field, "unknown_word", message, {"value": shown(text)}))
