"""Each language says all that the portal says, with the same places to fill in."""

import re
import unicodedata

import pytest
from babel.messages import Catalog, Message

from tests.house.messages import TRANSLATED, gather, read, waiting

HOLE = re.compile(r"%\(\w+\)[sd]")
APART = re.compile("\u2068[^\u2069]*\u2069")
"""What keeps its own direction within a line."""


@pytest.fixture(scope="module")
def said() -> Catalog:
    return gather()


@pytest.mark.parametrize("language", TRANSLATED, ids=str)
def test_each_sentence_is_there_in_each_language(said: Catalog, language: str) -> None:
    lacking = [f"{one.locations[0][0]}: {one.id!r}" for one in waiting(read(language), said)]
    assert not lacking, "`make messages`, then translate what is empty in messages.po"


@pytest.mark.parametrize("language", TRANSLATED, ids=str)
def test_translations_have_the_same_places_to_fill_in_and_every_form_of_number(language: str) -> None:
    catalogue = read(language)
    wrong = [(one.id, one.string) for one in catalogue if one.id and not _fits(one, catalogue.num_plurals)]
    assert not wrong


def _fits(one: Message, forms: int) -> bool:
    """Whether a translation says all that is put in. One form of a number may do without the number itself."""
    if isinstance(one.id, str):
        return not one.string or sorted(HOLE.findall(one.id)) == sorted(HOLE.findall(str(one.string)))
    strings = one.string if isinstance(one.string, (tuple, list)) else ()
    if len(strings) != forms:
        return False
    holes = set(HOLE.findall(one.id[1]))
    numbers = {"%(num)s", *(holes & {"%(max)d", "%(min)d", "%(value)s"})}
    return all(holes - numbers <= set(HOLE.findall(text)) <= holes for text in strings if text)


@pytest.mark.parametrize("language", TRANSLATED, ids=str)
def test_nothing_is_only_guessed_and_no_markup_is_changed(language: str) -> None:
    tag = re.compile(r"</?[a-z][^>]*>")
    for one in read(language):
        if one.id and isinstance(one.id, str) and one.string:
            assert not one.fuzzy, one.id
            assert tag.findall(one.id) == tag.findall(str(one.string)), one.id


def test_letters_in_arabic_begin_from_the_right(said: Catalog) -> None:
    """A mail has no markup: each line goes the way of its first letter that has a direction, and what is put in at
    its front has to be set apart."""
    arabic = read("ar")
    for one in said:
        if one.id and any(str(file).endswith(".txt") for file, _ in one.locations):
            found = arabic.get(one.id, one.context)
            assert found
            front = HOLE.split(APART.sub("", str(found.string)))[0]
            directions = [way for way in map(unicodedata.bidirectional, front) if way in {"L", "R", "AL"}]
            assert directions[:1] == ["AL"], found.string
