"""What the columns and words of a provider's file mean: guessed, and changed by people."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from portal.core.values.text import fold
from portal.imports.values.headers import key


class Target(StrEnum):
    """What a column can be."""

    REFERENCE = "reference"
    PHONE = "phone"
    AMOUNT = "amount"
    STATUS = "status"
    REASON = "reason"
    IGNORE = "ignore"


class Meaning(StrEnum):
    """What a provider's word says became of a payment."""

    PAID = "PAID"
    FAILED = "FAILED"
    OPEN = "OPEN"
    """Neither yet: the row is left alone."""


class Verdict(StrEnum):
    """What follows from a row, in the order in which people want to see it."""

    FAILED = "FAILED"
    """The payment failed, and is to be marked so."""
    PAID = "PAID"
    KNOWN = "KNOWN"
    """It failed, and is marked so already."""
    OPEN = "OPEN"
    DIFFERS = "DIFFERS"
    """The amount is another one."""
    CONTRADICTS = "CONTRADICTS"
    """It is said to be paid and was marked as failed before."""
    REPEATED = "REPEATED"
    """Another row names the same payment."""
    UNMATCHED = "UNMATCHED"
    """No payment of the list is meant."""
    UNREADABLE = "UNREADABLE"
    """The amount or the word cannot be understood."""


_REFERENCE = """
reference referenceid referencenumber ref uuid transactionid paymentid payoutid externalid clientreference
customreference batchreference orderid
"""
_PHONE = """
phone phonenumber msisdn mobile mobilenumber receiver recipient account beneficiaryphone creditparty walletnumber
"""
_AMOUNT = "amount amountpaid paidamount value deliveredamount deliveredquantity sum total"
_STATUS = "status state result paymentstatus transactionstatus outcome transfersuccess"
_REASON = """
reason error errormessage message description failurereason remarks comment statusreason resultdescription
responsedescription note notes
"""
HEADERS: Mapping[Target, Sequence[str]] = {
    Target.REFERENCE: _REFERENCE.split(),
    Target.PHONE: _PHONE.split(),
    Target.AMOUNT: _AMOUNT.split(),
    Target.STATUS: _STATUS.split(),
    Target.REASON: _REASON.split(),
}
"""Target → how providers call such a column, the likeliest first, without case, blanks and signs."""

_PAID = """
success successful succeeded succes sucess ok paid completed complete done delivered transferred settled approved
processed yes true credited disbursed redeemed reussi reussie paye payee effectue oui exitoso pagado si
"""
_FAILED = """
failed fail failure error unsuccessful rejected declined returned reversed cancelled canceled expired invalid
notdelivered undelivered no false bounced echec echoue echouee rejete refuse annule fallido rechazado
"""
_OPEN = """
pending processing inprogress queued waiting open new unknown sent initiated encours attente pendiente
"""
WORDS: Mapping[Meaning, frozenset[str]] = {
    Meaning.PAID: frozenset(_PAID.split()),
    Meaning.FAILED: frozenset(_FAILED.split()),
    Meaning.OPEN: frozenset(_OPEN.split()),
}
"""Meaning → the words of providers for it in English, French and Spanish, as `plain` makes them."""
_NO_LETTERS = re.compile(r"[^\w]|_")


@lru_cache(1_000)
def plain(word: str) -> str:
    """A provider's word without case, accents, blanks and signs: what two spellings of it share."""
    return _NO_LETTERS.sub("", fold(word))


def meaning_of(word: str, told: Mapping[str, str]) -> Meaning | None:
    """What a word means: as somebody `told` of it (plain word → meaning), else as usual; None where nobody knows."""
    bare = plain(word)
    if bare in told:
        return Meaning(told[bare])
    return next((meaning for meaning, words in WORDS.items() if bare in words), None)


def guess(headers: Sequence[str]) -> list[Target]:
    """What each column probably is; each target is given once, to the first column that bears one of its names."""
    names = [key(header) for header in headers]
    targets = [Target.IGNORE] * len(headers)
    for target, known in HEADERS.items():
        places = [
            place for place, name in enumerate(names) if name in known and targets[place] is Target.IGNORE
        ]
        if places:
            targets[min(places, key=lambda place: known.index(names[place]))] = target
    return targets
