"""What the columns of a hotline's spreadsheet are, and what follows from a row."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

from portal.core.values.text import clean, fold
from portal.imports.values.headers import key
from portal.users.phones import fold_phone

MOST_ROWS = 5_000
LONGEST_WORDS, LONGEST_NAME = 5_000, 200


class Target(StrEnum):
    """What a column can be."""

    WORDS = "words"
    NAME = "name"
    PHONE = "phone"
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
    NO_CATEGORY = "NO_CATEGORY"
    """There is no such category. Not taken without one: it might be a sensitive one, misspelt."""


_WORDS = """
complaint complaintdetails description details issue message words feedback text whathappened problem summary grievance
plainte doleances
"""
_NAME = "name callername caller fullname complainant reporter reportedby nom appelant"
_PHONE = "phone phonenumber callerphone callernumber mobile contact number telephone tel msisdn"
_CATEGORY = "category type subject topic kind categorie sujet theme"
HEADERS: Mapping[Target, Sequence[str]] = {
    Target.WORDS: _WORDS.split(),
    Target.NAME: _NAME.split(),
    Target.PHONE: _PHONE.split(),
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
    """A row as it was understood."""

    number: int
    case: UUID
    words: str
    name: str
    contact: str
    category: str
    category_id: UUID | None
    problem: Verdict | None


@dataclass(frozen=True)
class Reading:
    """How rows are understood: what each column is, our categories by their folded names, the country of phones
    without a code, and the project whose cases they become."""

    targets: Sequence[Target]
    categories: Mapping[str, UUID]
    region: str
    project: UUID

    def said(self, number: int, cells: Sequence[str]) -> Said:
        """What a row says."""
        at = {target: clean(cells[place]) for place, target in enumerate(self.targets) if place < len(cells)}
        words, name = at.get(Target.WORDS, ""), at.get(Target.NAME, "")
        typed, category = at.get(Target.PHONE, ""), at.get(Target.CATEGORY, "")
        phone = fold_phone(typed, self.region) if typed else ""
        found = self.categories.get(fold(category)) if category else None
        problem = (
            Verdict.NO_WORDS
            if not words
            else Verdict.TOO_LONG
            if len(words) > LONGEST_WORDS or len(name) > LONGEST_NAME
            else Verdict.NO_PHONE
            if phone is None
            else Verdict.NO_CATEGORY
            if category and found is None
            else None
        )
        contact = typed[:LONGEST_NAME] if phone is None else phone
        # What makes it this call and no other; its category may be corrected, and it stays the same call.
        case = uuid5(self.project, json.dumps([words, name, contact]))
        return Said(
            number,
            case,
            words[:LONGEST_WORDS],
            name[:LONGEST_NAME],
            contact,
            category[:LONGEST_NAME],
            found,
            problem,
        )
