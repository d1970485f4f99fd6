"""What the columns of a provider's statement mean, and what follows from its rows."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from portal.imports.values.headers import key


class Target(StrEnum):
    """What a column can be."""

    REFERENCE = "reference"
    """Ours, under which a try was sent."""
    REQUEST = "request"
    """The provider's name for the request."""
    HASH = "hash"
    AMOUNT = "amount"
    """The money that was paid."""
    TOKENS = "tokens"
    """The amount of the token that it was paid for."""
    STATUS = "status"
    REASON = "reason"
    IGNORE = "ignore"


NAMING = frozenset({Target.REFERENCE, Target.REQUEST, Target.HASH})
"""By each of these a request can be found."""


class Verdict(StrEnum):
    """What follows from a row, in the order in which people want to see it."""

    PAID = "PAID"
    """It is under way here, and arrived."""
    FAILED = "FAILED"
    """It is under way here, and failed."""
    MATCHED = "MATCHED"
    DIFFERS = "DIFFERS"
    """The amount is another one."""
    CONTRADICTS = "CONTRADICTS"
    """It ended otherwise here."""
    OPEN = "OPEN"
    REPEATED = "REPEATED"
    UNMATCHED = "UNMATCHED"
    """Nothing that was sent to this provider is meant."""
    UNREADABLE = "UNREADABLE"


MISSING = "missing"
"""In the place of a verdict: what arrived in those days and no row names."""

_REFERENCE = """
referenceid reference clientreference externalid customreference merchantreference referencenumber ref orderid
"""
_REQUEST = "requestid request providerid transactionid paymentid payoutid id offrampid"
_HASH = "transactionhash txhash hash blockchainhash onchainhash tx txid"
_AMOUNT = "fiatamount amountpaid paidamount amount localamount payoutamount receivedamount value sum total"
_TOKENS = "cryptoamount tokenamount tokens sendersamount amountintokens crypto"
_STATUS = "status state result paymentstatus transactionstatus outcome"
_REASON = "reason error errormessage message description failurereason remarks comment"
HEADERS: Mapping[Target, Sequence[str]] = {
    Target.REFERENCE: _REFERENCE.split(),
    Target.REQUEST: _REQUEST.split(),
    Target.HASH: _HASH.split(),
    Target.AMOUNT: _AMOUNT.split(),
    Target.TOKENS: _TOKENS.split(),
    Target.STATUS: _STATUS.split(),
    Target.REASON: _REASON.split(),
}
"""Target → how providers call such a column, the likeliest first, without case, blanks and signs."""


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
