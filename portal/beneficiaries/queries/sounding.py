"""Names that were heard or written wrongly: whose name sounds like what was typed, or is spelt nearly so.

Each typed word must be like some word of the name. The database hears a word by its consonants, letters that people
take for one another being one (`portal_name_sounds`), and compares spellings by the groups of three letters that they
share (`word_similarity`), as far apart as every connection of the portal allows (`core.db`).
"""

from sqlalchemy import Boolean, ColumnElement, Text, and_, false, func, not_, or_

from portal.beneficiaries.models import BeneficiaryPii
from portal.beneficiaries.queries.search import Needle, matches
from portal.core.db import NEARLY_SPELT

SHORTEST = 3
"""Letters that a word has which is looked for by its sound: of fewer nearly everything is a misspelling."""

SOUNDS = func.portal_name_sounds(func.portal_name_spelt(BeneficiaryPii.name))
NAME = func.split_part(BeneficiaryPii.search_text, "\x1f", 1, type_=Text)


def can_sound(needle: Needle | None) -> bool:
    """Whether what was typed may be a name: words without figures, one of them long enough."""
    if needle is None or not needle.words or any(letter.isdigit() for letter in "".join(needle.words)):
        return False
    return max(map(len, needle.words)) >= SHORTEST


def alike(needle: Needle) -> ColumnElement[bool]:
    """People whose name has for each word one that sounds like it or is spelt nearly so."""
    return and_(*(_like(word) for word in needle.words))


def ranks_alike(needle: Needle) -> tuple[ColumnElement[bool], ...]:
    """After those whom the search finds: who sounds like it, then who is spelt nearly so. Each excludes the others."""
    sounding, other = _sounds(" ".join(needle.words)), not_(matches(needle))
    return and_(sounding, other), and_(alike(needle), not_(func.coalesce(sounding, false())), other)


def _like(word: str) -> ColumnElement[bool]:
    """The index on spellings answers for all that is searched, so the name is looked at once more by itself."""
    folded = func.portal_fold(word)
    indexed = folded.op("<%", return_type=Boolean())(BeneficiaryPii.search_text)
    return or_(_sounds(word), and_(indexed, func.word_similarity(folded, NAME) >= NEARLY_SPELT))


def _sounds(words: str) -> ColumnElement[bool]:
    heard = func.portal_name_sounds(func.portal_name_spelt(words))
    return SOUNDS.op("@>", return_type=Boolean())(heard)
