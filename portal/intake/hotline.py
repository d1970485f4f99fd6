"""What the columns of a hotline's spreadsheet are, and what follows from a row."""

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from portal.core.errors import Refusal
from portal.core.values.dates import convert_birth_date
from portal.core.values.outcome import Context
from portal.core.values.text import ascii_digits, clean, fold
from portal.imports.values.headers import key
from portal.messages.addresses import Address
from portal.users.phones import fold_phone

MOST_ROWS = 5_000
LONGEST_WORDS, LONGEST_NAME = 5_000, 200
OLDEST = dt.timedelta(days=5 * 366)
"""Of a call that is said to be older than this, the year is mistyped."""
_TIME = re.compile(r"[T ,](\d{1,2})[:h](\d{2})(?::\d{2})?(?:\.\d+)?\s*([ap])?\.?(?:m\.?)?$", re.IGNORECASE)


class Target(StrEnum):
    """What a column can be."""

    WORDS = "words"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    DAY = "day"
    CATEGORY = "category"
    IGNORE = "ignore"


class Verdict(StrEnum):
    """What follows from a row, in the order in which people want to see it."""

    NEW = "NEW"
    """It becomes a case."""
    KNOWN = "KNOWN"
    """It is a case already: this row was taken before."""
    REPEATED = "REPEATED"
    """A row above says the very same."""
    NO_WORDS = "NO_WORDS"
    TOO_LONG = "TOO_LONG"
    NO_PHONE = "NO_PHONE"
    """What stands where the phone should is none."""
    NO_EMAIL = "NO_EMAIL"
    """What stands where the e-mail address should is none."""
    NO_DAY = "NO_DAY"
    """What stands where the day of the call should is none, or is still to come."""
    NO_CATEGORY = "NO_CATEGORY"
    """There is no such category. Not taken without one: it might be a sensitive one, misspelt."""


_WORDS = """
complaint complaintdetails description details issue message words feedback text whathappened problem summary grievance
plainte doleances
"""
_NAME = "name callername caller fullname complainant reporter reportedby nom appelant"
_PHONE = "phone phonenumber callerphone callernumber mobile contact number telephone tel msisdn"
_EMAIL = "email callersemail calleremail emailaddress mail mailaddress courriel"
_DAY = """
date dateofcall calldate callday calledon calltime dateandtime datetime day receivedon datereceived received timestamp
createdat date dateappel jour
"""
_CATEGORY = "category type subject topic kind categorie sujet theme"
HEADERS: Mapping[Target, Sequence[str]] = {
    Target.WORDS: _WORDS.split(),
    Target.NAME: _NAME.split(),
    Target.PHONE: _PHONE.split(),
    Target.EMAIL: _EMAIL.split(),
    Target.DAY: _DAY.split(),
    Target.CATEGORY: _CATEGORY.split(),
}
"""Target → how hotlines call such a column, the likeliest first, without case, blanks and signs."""


def guess(headers: Sequence[str]) -> list[Target]:
    """What each column probably is; each target is given once, to the column with the likeliest name."""
    names = [key(header) for header in headers]
    targets = [Target.IGNORE] * len(headers)
    for target, known in HEADERS.items():
        places = [at for at, name in enumerate(names) if name in known and targets[at] is Target.IGNORE]
        if places:
            targets[min(places, key=lambda at: known.index(names[at]))] = target
    return targets


@dataclass(frozen=True)
class Said:
    """A row as it was understood. `contact` is the phone. `undated` is the uuid that the call has where neither its day
    nor an e-mail address is known: it may have been taken from a file of which those columns were left out."""

    number: int
    case: UUID
    undated: UUID
    words: str
    name: str
    contact: str
    email: str
    called_at: dt.datetime | None
    category: str
    category_id: UUID | None
    problem: Verdict | None


@dataclass(frozen=True)
class Reading:
    """How rows are understood: what each column is, our categories by their folded names, the country of phones
    without a code, the project whose cases they become, and where its days begin. `day_order` is the order in which the
    file writes day, month and year; `now` is when it is read: no call comes after it."""

    targets: Sequence[Target]
    categories: Mapping[str, UUID]
    region: str
    project: UUID
    zone: dt.tzinfo = dt.UTC
    day_order: str = "DMY"
    now: dt.datetime = dataclasses.field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def said(self, number: int, cells: Sequence[str]) -> Said:
        """What a row says."""
        at = {target: clean(cells[place]) for place, target in enumerate(self.targets) if place < len(cells)}
        words, name = at.get(Target.WORDS, ""), at.get(Target.NAME, "")
        typed, category = at.get(Target.PHONE, ""), at.get(Target.CATEGORY, "")
        email, day = at.get(Target.EMAIL, ""), at.get(Target.DAY, "")
        phone = fold_phone(typed, self.region) if typed else ""
        called_at = self._called_at(day) if day else None
        found = self.categories.get(fold(category)) if category else None
        problem = (
            Verdict.NO_WORDS
            if not words
            else Verdict.TOO_LONG
            if len(words) > LONGEST_WORDS or len(name) > LONGEST_NAME
            else Verdict.NO_PHONE
            if phone is None
            else Verdict.NO_EMAIL
            if email and not _takes_mail(email)
            else Verdict.NO_DAY
            if day and called_at is None
            else Verdict.NO_CATEGORY
            if category and found is None
            else None
        )
        contact = typed[:LONGEST_NAME] if phone is None else phone
        # What makes it this call and no other; its category may be corrected, and it stays the same call.
        told = [words, name, contact]
        undated = uuid5(self.project, json.dumps(told))
        dated = [*told, email, called_at.isoformat() if called_at else ""] if email or called_at else told
        return Said(
            number,
            uuid5(self.project, json.dumps(dated)),
            undated,
            words[:LONGEST_WORDS],
            name[:LONGEST_NAME],
            contact,
            email[:LONGEST_NAME],
            called_at,
            category[:LONGEST_NAME],
            found,
            problem,
        )

    def _called_at(self, typed: str) -> dt.datetime | None:
        """When somebody called: the moment, or the beginning of the day where no time stands beside it. None for what
        is no day, lies in the future, or years back."""
        here = self.now.astimezone(self.zone)
        day = convert_birth_date(typed, Context("day", date_order=self.day_order, today=here.date())).value
        if not isinstance(day, dt.date):
            return None
        time = _TIME.search(ascii_digits(typed))
        hour, minute = (int(time[1]), int(time[2])) if time else (0, 0)
        if time and time[3]:
            hour = hour % 12 + 12 * (time[3] in "pP")
        try:
            called = dt.datetime.combine(day, dt.time(hour, minute), self.zone).astimezone(dt.UTC)
        except ValueError:
            return None
        return called if self.now - OLDEST < called <= self.now else None


def _takes_mail(email: str) -> bool:
    try:
        Address("EMAIL", email)
    except Refusal:
        return False
    return True
