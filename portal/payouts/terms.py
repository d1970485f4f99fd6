"""What payout lists are made of: how the money travels, what an amount follows from, what becomes of a row."""

from enum import StrEnum


class Method(StrEnum):
    """How the money reaches people, which says what each of them must have."""

    HANDED_OUT = "HANDED_OUT"
    MOBILE_MONEY = "MOBILE_MONEY"
    BANK_TRANSFER = "BANK_TRANSFER"


class AmountRule(StrEnum):
    """What a person's amount follows from."""

    FIXED = "FIXED"
    PER_MEMBER = "PER_MEMBER"
    """The amount, as many times as a number among the person's further details says."""
    COLUMN = "COLUMN"
    """One of the person's further details is the amount."""
    AS_BEFORE = "AS_BEFORE"
    """What failed before is paid again."""


class Reason(StrEnum):
    """Why a row cannot be paid."""

    DELETED = "DELETED"
    NOT_IN_PROJECT = "NOT_IN_PROJECT"
    AMOUNT_MISSING = "AMOUNT_MISSING"
    AMOUNT_UNREADABLE = "AMOUNT_UNREADABLE"
    NO_PHONE = "NO_PHONE"
    NO_ACCOUNT = "NO_ACCOUNT"
    IN_OPEN_LIST = "IN_OPEN_LIST"


class Voided(StrEnum):
    """Why an approval does not stand any more."""

    EDITED = "EDITED"
    HELD = "HELD"
    RETURNED = "RETURNED"
    TAKEN_BACK = "TAKEN_BACK"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"
    """What was approved could not be paid."""
