"""What the values of the database are called in the reader's language."""

from enum import StrEnum

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.core import enums

LABELS: dict[type[StrEnum], dict[str, LazyString]] = {
    enums.Gender: {
        "MALE": _l("Male"),
        "FEMALE": _l("Female"),
        "OTHER": _l("Other"),
        "UNKNOWN": _l("Unknown"),
    },
    enums.Service: {
        "EMAIL": _l("E-mail"),
        "PHONE": _l("Phone"),
        "WALLET": _l("Wallet"),
        "GOOGLE": _l("Google"),
        "APPLE": _l("Apple"),
        "FACEBOOK": _l("Facebook"),
        "TWITTER": _l("X (Twitter)"),
        "GITHUB": _l("GitHub"),
        "LINKEDIN": _l("LinkedIn"),
    },
    enums.BankedStatus: {
        "UNKNOWN": _l("Unknown"),
        "UNBANKED": _l("Unbanked"),
        "BANKED": _l("Banked"),
        "UNDER_BANKED": _l("Under-banked"),
    },
    enums.InternetStatus: {
        "UNKNOWN": _l("Unknown"),
        "NO_INTERNET": _l("No internet"),
        "HOME_INTERNET": _l("Home internet"),
        "MOBILE_INTERNET": _l("Mobile internet"),
    },
    enums.PhoneStatus: {
        "UNKNOWN": _l("Unknown"),
        "NO_PHONE": _l("No phone"),
        "FEATURE_PHONE": _l("Feature phone"),
        "SMART_PHONE": _l("Smartphone"),
    },
    enums.GroupPurpose: {
        "BANK_TRANSFER": _l("Bank transfer"),
        "MOBILE_MONEY": _l("Mobile money"),
        "COMMUNICATION": _l("Communication"),
    },
    enums.ProjectStatus: {
        "NOT_READY": _l("Not ready"),
        "ACTIVE": _l("Active"),
        "CLOSED": _l("Closed"),
    },
}


def label(value: StrEnum | None) -> LazyString | str:
    """The name of an enum's value for a reader; an em dash for nothing."""
    if value is None:
        return "—"
    return LABELS[type(value)][value.value]


def choices(enum: type[StrEnum]) -> list[tuple[str, LazyString]]:
    """All values of an enum with their names, for a select."""
    return list(LABELS[enum].items())
