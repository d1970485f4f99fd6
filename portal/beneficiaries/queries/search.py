"""What somebody types into the search box, and where it is looked for.

Names, phone digits and government ids stand together in one column, `searchText`, folded (small letters,
no accents, one form of each character) by the database's `portal_fold`, each part after a blank. A trigram
index answers "contains" on it.
"""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, func, literal, not_, or_, true

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii

LONGEST = 200
PHONE_MARKS = re.compile(r"[\s()+\-./‐-―‪-‮⁦-⁩]+")
WITHOUT_BLANKS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
"""Scripts that set no blank between words: any of their characters may begin one."""


@dataclass(frozen=True)
class Needle:
    """What to look for: a uuid, the beginning of a wallet address, digits, or words."""

    uuid: UUID | None = None
    wallet: str = ""
    digits: str = ""
    words: tuple[str, ...] = ()

    @property
    def personal(self) -> bool:
        """Whether finding it would tell something of a person's name, phone or id."""
        return bool(self.words or self.digits)


def read_needle(typed: str) -> Needle | None:
    """Understand the search box; None when there is nothing to look for."""
    text = unicodedata.normalize("NFKC", typed[:LONGEST].replace("\0", "")).strip()
    if not text:
        return None
    if re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", text, re.IGNORECASE | re.ASCII):
        return Needle(uuid=UUID(text))
    if re.fullmatch(r"0x[0-9a-f]{1,40}", text, re.IGNORECASE | re.ASCII):
        return Needle(wallet=text.lower())
    bare = PHONE_MARKS.sub("", text)
    words = tuple(dict.fromkeys(text.split()))[:8]
    if bare.isdecimal() and len(bare) >= 2:
        digits = "".join(str(unicodedata.decimal(d)) for d in bare)
        return Needle(digits=digits.lstrip("0") or digits, words=words)
    return Needle(words=words)


def matches(needle: Needle) -> ColumnElement[bool]:
    """The people a needle finds."""
    if needle.uuid:
        return Beneficiary.uuid == needle.uuid
    if needle.wallet:
        return func.lower(Beneficiary.wallet_address).like(needle.wallet + "%")
    in_words = and_(*(_contains(word) for word in needle.words))
    if needle.digits and needle.words != (needle.digits,):
        return or_(BeneficiaryPii.search_text.like(f"%{needle.digits}%"), in_words)
    return in_words


def ranks(needle: Needle | None) -> tuple[ColumnElement[bool], ...]:
    """People in whose name the words begin a word come before those who have them somewhere inside.

    Each rank by itself says all that `matches` says. Were both asked for, the planner would take them for two
    hints where there is one, expect a hundredth of the people, and sort them all instead of reading the first.
    """
    if needle is None or not needle.words or needle.digits or all(_only_begins(w) for w in needle.words):
        return ()
    begins = and_(true(), *(_begins(word) for word in needle.words))
    return begins, and_(matches(needle), not_(begins))


def _contains(word: str) -> ColumnElement[bool]:
    """A word of one or two letters must begin a word: inside words it would find nearly everybody."""
    return _begins(word) if _only_begins(word) else BeneficiaryPii.search_text.like(_pattern("%", word))


def _begins(word: str) -> ColumnElement[bool]:
    return BeneficiaryPii.search_text.like(_pattern("% ", word))


def _only_begins(word: str) -> bool:
    return len(word) < 3 and not any(unicodedata.name(c, "").startswith(WITHOUT_BLANKS) for c in word)


def _pattern(before: str, word: str) -> ColumnElement[str]:
    """Folded first, since folding may bring forth a backslash; and by the database alone, as the column is."""
    folded = func.regexp_replace(func.portal_fold(word), r"([\\%_])", r"\\\1", "g", type_=Text)
    return literal(before) + folded + literal("%")
