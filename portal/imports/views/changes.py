"""What taking a row would change of the person it updates, told before it is done."""

from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus
from portal.web.filters import date, phone
from portal.web.labels import label

LABELS = {
    "name": _l("Name"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "gender": _l("Gender"),
    "birth_date": _l("Birth date"),
    "age": _l("Age"),
    "location": _l("Location"),
    "banked_status": _l("Bank account"),
    "phone_status": _l("Phone type"),
    "internet_status": _l("Internet"),
    "notes": _l("Notes"),
}
SHOWN: dict[str, Callable[[Any], Any]] = {
    "phone": phone,
    "birth_date": date,
    "gender": label,
    "banked_status": label,
    "phone_status": label,
    "internet_status": label,
}
NOTHING_SAID = (None, "", Gender.UNKNOWN, BankedStatus.UNKNOWN, PhoneStatus.UNKNOWN, InternetStatus.UNKNOWN)
"""What a file says when it says nothing: such a field stays as it is in the registry."""


def changes(row: Row[*tuple[Any, ...]]) -> Iterator[tuple[Any, Any, Any]]:
    """Field, old and new value for each field that the row would change. Nothing for who may not know the old."""
    if row.verdict != "UPDATE" or row.match_name is None:
        return
    for name, words in LABELS.items():
        new, old = getattr(row, name), getattr(row, f"match_{name}")
        if new not in NOTHING_SAID and new != old:
            show = SHOWN.get(name, str)
            yield words, ("–" if old is None else show(old)), show(new)
