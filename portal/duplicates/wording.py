"""What values of two records are called for a reader; what they have in common: see portal.beneficiaries.wording."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus
from portal.web.filters import date
from portal.web.labels import label

_ENUMS = (Gender, BankedStatus, InternetStatus, PhoneStatus)


def value_words(name: str, facts: Mapping[str, Any], masked: Mapping[str, str | None]) -> str | None:
    """One fact of a side as a page shows it: phone and government id in part; None where nothing is known."""
    if name == "phone":
        shown = masked["phone"]
        return None if shown is None or shown.startswith("none:") else shown
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
