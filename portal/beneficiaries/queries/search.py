"""What somebody types into the search box, and where it is looked for.

Names, phone digits and government ids stand together in one folded column, `searchText`: see `core.search`.
"""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, Text, and_, func, not_, or_, true

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.core.search import begins, contains, digits_in, only_begins, tidy, words_in


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
    text = tidy(typed)
    if not text:
        return None
    if re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", text, re.IGNORECASE | re.ASCII):
        return Needle(uuid=UUID(text))
    if re.fullmatch(r"0x[0-9a-f]{1,40}", text, re.IGNORECASE | re.ASCII):
        return Needle(wallet=text.lower())
    return Needle(digits=digits_in(text), words=words_in(text))


def matches(needle: Needle) -> ColumnElement[bool]:
    """The people a needle finds."""
    if needle.uuid:
        return Beneficiary.uuid == needle.uuid
    if needle.wallet:
        return func.lower(Beneficiary.wallet_address).like(needle.wallet + "%")
    return stands_in(BeneficiaryPii.search_text, needle)


def stands_in(folded: SQLColumnExpression[str], needle: Needle) -> ColumnElement[bool]:
    """SQL: the words or the digits that were typed stand in a text that `portal_search_text` made."""
    in_words = and_(*(contains(folded, word) for word in needle.words))
    if needle.digits and needle.words != (needle.digits,):
        return or_(folded.like(f"%{needle.digits}%"), in_words)
    return in_words


def stands_in_name(folded: SQLColumnExpression[str], needle: Needle) -> ColumnElement[bool]:
    """SQL: all words that were typed stand in the name, which is the first part of such a text."""
    name = func.split_part(folded, "\x1f", 1, type_=Text)
    return and_(*(contains(name, word) for word in needle.words))


def ranks(needle: Needle | None, whole: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    """People in whose name the words begin a word come before those who have them somewhere inside; people whose
    phone ends with the digits before those who have them elsewhere, as far as the reader may see the `whole` phone.

    Each rank by itself says all that `matches` says. Were both asked for, the planner would take them for two
    hints where there is one, expect a hundredth of the people, and sort them all instead of reading the first.
    """
    if needle is None or not needle.words:
        return ()
    if needle.digits:
        ends = and_(whole, BeneficiaryPii.phone.like(f"%{needle.digits}"))
        return and_(matches(needle), ends), and_(matches(needle), not_(ends))
    if all(only_begins(word) for word in needle.words):
        return ()
    first = and_(true(), *(begins(BeneficiaryPii.search_text, word) for word in needle.words))
    return first, and_(matches(needle), not_(first))
