"""What somebody types into a search box, and finding it in a column of folded text.

Such a column holds its parts folded (small letters, no accents, one form of each character) by the database's
`portal_search_text`, each after a blank. A trigram index answers "contains" on it.
"""

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, func, literal

LONGEST = 200
MOST_WORDS = 8
PHONE_MARKS = re.compile(r"[\s()+\-./‐-―‪-‮⁦-⁩]+")
WITHOUT_BLANKS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
"""Scripts that set no blank between words: any of their characters may begin one."""


def tidy(typed: str) -> str:
    """What was typed in one spelling and without what the database cannot hold; "" when it is nothing."""
    return unicodedata.normalize("NFKC", typed[:LONGEST].replace("\0", "")).strip()


def words_in(text: str) -> tuple[str, ...]:
    """The words of a tidy text, each once."""
    return tuple(dict.fromkeys(text.split()))[:MOST_WORDS]


def digits_in(text: str) -> str:
    """The digits of a tidy text that is a phone number or a part of one, in any script; "" for any other text.

    Without the noughts at its beginning, which stand for no country or for any.
    """
    bare = PHONE_MARKS.sub("", text)
    if not bare.isdecimal() or len(bare) < 2:
        return ""
    digits = "".join(str(unicodedata.decimal(digit)) for digit in bare)
    return digits.lstrip("0") or digits


def contains(column: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """SQL: the word stands in the column. One of one or two letters must begin a word: inside words it would
    find nearly everybody."""
    return begins(column, word) if only_begins(word) else column.like(_pattern("%", word))


def begins(column: SQLColumnExpression[Any], word: str) -> ColumnElement[bool]:
    """SQL: a word of the column begins with this one."""
    return column.like(_pattern("% ", word))


def only_begins(word: str) -> bool:
    """Whether the word is too short to be looked for inside of others."""
    return len(word) < 3 and not any(unicodedata.name(c, "").startswith(WITHOUT_BLANKS) for c in word)


def _pattern(before: str, word: str) -> ColumnElement[str]:
    """Folded first, since folding may bring forth a backslash; and by the database alone, as the column is."""
    folded = func.regexp_replace(func.portal_fold(word), r"([\\%_])", r"\\\1", "g", type_=Text)
    return literal(before) + folded + literal("%")
