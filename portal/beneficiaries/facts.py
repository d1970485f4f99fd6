"""What is known of one person, as typed values that a form gives and an operation stores."""

import datetime as dt
from dataclasses import dataclass, field, fields
from typing import Any

from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus

NO_PHONE = "none:"
"""What stands before a uuid in the phone's column, for somebody without one (domain rule)."""

GOVT_ID = "govtIDNumber"
"""The key of the government id among the personal extras."""

PERSONAL = frozenset({"name", "phone", "email", "govt_id", "extras"})
"""Facts that only those read and change who may read personal data; nobody knows what extras hold."""


@dataclass(frozen=True)
class PersonFacts:
    """One person. `phone` is E.164, None for somebody without one; `wallet` an address in EIP-55's spelling, None
    for one out of the pool; `extras` the rows of the person's own, of JSON's values. With a `birth_date` the age
    follows from it, and `age` is not asked."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    govt_id: str | None = None
    gender: Gender = Gender.UNKNOWN
    birth_date: dt.date | None = None
    age: int | None = None
    location: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    banked_status: BankedStatus = BankedStatus.UNKNOWN
    phone_status: PhoneStatus = PhoneStatus.UNKNOWN
    internet_status: InternetStatus = InternetStatus.UNKNOWN
    wallet: str | None = None
    notes: str | None = None
    extras: dict[str, Any] = field(default_factory=dict)


FACTS = tuple(fact.name for fact in fields(PersonFacts))
"""The names of all facts, in the order in which a form asks for them."""


def age_on(day: dt.date, birth_date: dt.date) -> int:
    """Whole years from birth to a day."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
