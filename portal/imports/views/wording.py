"""Why a row is held, in the reader's language: what is wrong with a cell, or whom the row may double."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

REASONS = {
    "reference_unknown": _l("Nobody in the registry has this reference."),
    "person_deleted": _l("The person with this reference was deleted. Restore them to update them."),
    "reference_in_file": _l("Row %(row)s of the file has the same reference."),
    "phone_in_file": _l("Row %(row)s of the file has the same phone."),
    "wallet_in_file": _l("Row %(row)s of the file has the same wallet."),
    "id_in_file": _l("Row %(row)s of the file has the same government ID."),
    "person_in_file": _l("Row %(row)s of the file is about the same person."),
    "person_gone": _l("The person whom this row would update is no longer registered."),
    "person_elsewhere": _l("This would change somebody outside of your projects."),
    "birth_in_file": _l("Row %(row)s of the file has the same name and birth date."),
    "phone_known": _l("The phone belongs to somebody else in the registry."),
    "phone_deleted": _l("The phone belongs to somebody who was deleted."),
    "phone_same_person": _l("Phone and name are those of somebody in the registry."),
    "wallet_known": _l("The wallet belongs to somebody else in the registry."),
    "wallet_deleted": _l("The wallet belongs to somebody who was deleted."),
    "wallet_same_person": _l("Wallet and name are those of somebody in the registry."),
    "id_known": _l("Somebody with another name has the same government ID."),
    "id_deleted": _l("The government ID belongs to somebody who was deleted."),
    "id_same_person": _l("Government ID and name are those of somebody in the registry."),
    "birth_known": _l("Somebody in the registry has the same name and birth date."),
    "place_known": _l("Somebody in the registry has the same name and place and was born in the same year."),
}
"""What each code of `operations/judging.py` means."""


def in_words(entry: Mapping[str, Any]) -> str:
    """One problem, note or reason as a sentence."""
    if message := entry.get("message"):
        params = entry.get("params") or {}
        return str(_(message, **params) if params else _(message))
    return str(REASONS[entry["code"]]) % {"row": entry.get("row")}


def all_in_words(*lists: Iterable[Mapping[str, Any]] | None) -> list[str]:
    """The sentences of several lists of problems, notes and reasons, in their order."""
    return [in_words(entry) for entries in lists for entry in entries or ()]
