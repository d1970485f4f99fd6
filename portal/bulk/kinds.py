"""The kinds of bulk action: what each needs to know, asks leave for, and changes."""

from dataclasses import dataclass
from enum import StrEnum

from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus


class Kind(StrEnum):
    """What can be done to many people at once."""

    JOIN_GROUP = "JOIN_GROUP"
    LEAVE_GROUP = "LEAVE_GROUP"
    JOIN_PROJECT = "JOIN_PROJECT"
    LEAVE_PROJECT = "LEAVE_PROJECT"
    VERIFY = "VERIFY"
    UNVERIFY = "UNVERIFY"
    SET_BANKED = "SET_BANKED"
    SET_INTERNET = "SET_INTERNET"
    SET_PHONE = "SET_PHONE"
    SET_GENDER = "SET_GENDER"
    DELETE = "DELETE"


EXPORT = "EXPORT"
"""Offered beside the kinds; it changes nothing and is the export's own work."""


@dataclass(frozen=True)
class Needs:
    """What a kind has to be told (`group`, `project`, `value` or `reason`; None: nothing), and which action on a
    person, and on the group where there is one, whoever does it must be allowed."""

    told: str | None = None
    leave: str = "update"


@dataclass(frozen=True)
class Field:
    """A column of a person that an action sets: its attribute in the model, and its values."""

    attribute: str
    values: type[StrEnum]


NEEDS: dict[Kind, Needs] = {
    Kind.JOIN_GROUP: Needs("group"),
    Kind.LEAVE_GROUP: Needs("group"),
    Kind.JOIN_PROJECT: Needs("project"),
    Kind.LEAVE_PROJECT: Needs("project"),
    Kind.VERIFY: Needs(),
    Kind.UNVERIFY: Needs(),
    Kind.SET_BANKED: Needs("value"),
    Kind.SET_INTERNET: Needs("value"),
    Kind.SET_PHONE: Needs("value"),
    Kind.SET_GENDER: Needs("value"),
    Kind.DELETE: Needs("reason", leave="delete"),
}

FIELDS: dict[Kind, Field] = {
    Kind.SET_BANKED: Field("banked_status", BankedStatus),
    Kind.SET_INTERNET: Field("internet_status", InternetStatus),
    Kind.SET_PHONE: Field("phone_status", PhoneStatus),
    Kind.SET_GENDER: Field("gender", Gender),
}

JOINING = frozenset({Kind.JOIN_GROUP, Kind.JOIN_PROJECT})
LEAVING = frozenset({Kind.LEAVE_GROUP, Kind.LEAVE_PROJECT})
