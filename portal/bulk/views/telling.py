"""What every page of an action says of it: what it does, to whom, and by whom that may be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.forms.places import write_places
from portal.beneficiaries.views.reading import read_list
from portal.bulk.models import BulkAction
from portal.bulk.queries.actions import action_with, names_of
from portal.bulk.wording import KINDS, deed_words
from portal.core.db import db
from portal.web.access import current_person, load


@dataclass(frozen=True)
class Told:
    """An action in words. `filter` is what it narrows by, or None for who may not know that."""

    kind: Any
    deed: str
    filter: list[tuple[Any, Any]] | None
    list_url: str | None


def action_of(uuid: UUID, leave: str = "read") -> BulkAction:
    """The action, if the person may do `leave` to it. A draft is for who made it."""
    return load(action_with(uuid, current_person().id), leave, BulkAction)


def tell_of(action: BulkAction) -> Told:
    """What the action's pages say. What somebody else searched for may be a name, and is told to them alone."""
    group, project = names_of(db.session(), action)
    deed = deed_words(action.kind, {"group": group, "project": project}, action.value)
    own = action.created_by == current_person().id and action.filter is not None
    query = query_of_filter(action.filter or {}) if own else {}
    return Told(
        KINDS[action.kind],
        deed,
        list(_facts(query)) if own else None,
        url_for("beneficiaries.list_beneficiaries", **query) if own else None,
    )


def query_of_filter(packed: dict[str, Any]) -> dict[str, Any]:
    """A packed filter as the query of the list's address."""
    words = {True: "yes", False: "no"}
    query = {name: words[value] if isinstance(value, bool) else value for name, value in packed.items()}
    if isinstance(query.get("area"), list):
        query["area"] = ",".join(str(number) for number in query["area"])
    if isinstance(query.get("location"), list):
        query["location"] = write_places(query["location"])
    return query


def _facts(query: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    given = {name: value if isinstance(value, list) else [str(value)] for name, value in query.items()}
    for chip in read_list(
        MultiDict([(name, str(v)) for name, values in given.items() for v in values])
    ).chips():
        yield chip["label"], chip["value"]
