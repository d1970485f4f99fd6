"""What scores, reasons and values are called for a reader."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.beneficiaries.queries.comparing import LIKELY, NEARLY_CERTAIN, Reason
from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus
from portal.web.filters import date
from portal.web.filters import phone as phone_words
from portal.web.labels import label

REASON_WORDS: Mapping[Reason, LazyString] = {
    Reason.SAME_PHONE: _l("Same phone"),
    Reason.SAME_ID: _l("Same government ID"),
    Reason.SAME_WALLET: _l("Same wallet"),
    Reason.SAME_NAME: _l("Same name"),
    Reason.NAME_SWAPPED: _l("Same name in another order"),
    Reason.NAME_SOUNDS: _l("Name sounds alike"),
    Reason.NAME_SIMILAR: _l("Name is spelt alike"),
    Reason.SAME_BIRTH_DATE: _l("Born on the same day"),
    Reason.NEAR_BIRTH_DATE: _l("Nearly the same birth date"),
    Reason.SAME_YEAR: _l("Born in the same year"),
    Reason.YEAR_APART: _l("Born about a year apart"),
    Reason.SAME_GENDER: _l("Same gender"),
    Reason.SAME_PLACE: _l("Same place"),
}

_ENUMS = (Gender, BankedStatus, InternetStatus, PhoneStatus)


def score_words(score: int) -> str:
    """How likely it is that two records are of one person."""
    if score >= NEARLY_CERTAIN:
        return str(_("Almost certainly one person"))
    return str(_("Very likely one person") if score >= LIKELY else _("Possibly one person"))


def reason_words(codes: list[str]) -> list[str]:
    """What two records have in common, the strongest kinds first. Codes of other versions are left out."""
    return [str(words) for code, words in REASON_WORDS.items() if code in codes]


def value_words(name: str, facts: Mapping[str, Any], masked: Mapping[str, str | None]) -> str | None:
    """One fact of a side as a page shows it: phone and government id in part; None where nothing is known."""
    if name == "phone":
        shown = masked["phone"]
        return None if shown is None or shown.startswith("none:") else str(phone_words(shown))
    if name in masked:
        return masked[name]
    value = facts[name]
    if name == "birth_date":
        return _born(value, facts["age"])
    if isinstance(value, bool):
        return str(_("Verified") if value else _("Not verified"))
    if isinstance(value, _ENUMS):
        return str(label(value))
    return value or None


def _born(born: Any, age: int | None) -> str | None:
    if born is not None:
        return str(date(born))
    return None if age is None else str(_("About %(age)s years old", age=age))
