"""People as JSON: a list of records, what Kobo's data service answers, one Kobo submission, or the batch that the
community tool pushes. They become rows under one header, so that everything after treats them as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from portal.core.errors import sentence
from portal.imports.parsing.errors import FileRefused, damaged
from portal.imports.parsing.limits import MAX_COLUMNS

LISTS = ("beneficiaries", "results")
"""Under which names an object holds its people: the community tool's, and Kobo's."""
GROUP_NAME = "groupName"
OWN_NAMES = {"_uuid": "submission uuid", "_id": "submission id", "formhub/uuid": "form uuid"}
"""Kobo's names for a submission and its form, which would be taken for those of a person."""

_NO_PEOPLE = sentence("The file holds JSON, but no list of people.")


def read_rows(file: IO[bytes]) -> Iterator[list[str]]:
    """The header, then a row for each person. Raises FileRefused for JSON that is damaged or holds no people."""
    try:
        document = json.loads(file.read())
    except (ValueError, RecursionError) as fault:
        raise damaged() from fault
    people = [_flat(person) for person in _people(document)]
    header = list(dict.fromkeys(name for person in people for name in person))
    if len(header) > MAX_COLUMNS:
        raise FileRefused(_NO_PEOPLE)
    yield header
    for person in people:
        yield [person.get(name, "") for name in header]


def _people(document: Any) -> list[dict[str, Any]]:
    """The records of a document, each with the name of the group that the document gives to all."""
    group: dict[str, Any] = {}
    if isinstance(document, dict):
        listed = next((document[name] for name in LISTS if isinstance(document.get(name), list)), None)
        if listed is not None and document.get(GROUP_NAME):
            group = {"group": document[GROUP_NAME]}
        document = [document] if listed is None else listed
    if not isinstance(document, list) or not all(isinstance(person, dict) for person in document):
        raise FileRefused(_NO_PEOPLE)
    return [{**person, **group} for person in document]


def _flat(person: dict[str, Any]) -> dict[str, str]:
    """A record as columns: what its extras hold stands beside its other fields, other nesting stays JSON."""
    extras = person.get("extras")
    columns = {
        name: value for name, value in person.items() if not (name == "extras" and isinstance(extras, dict))
    }
    if isinstance(extras, dict):
        columns |= {name: value for name, value in extras.items() if name not in columns}
    return {OWN_NAMES.get(name, name): _cell(value) for name, value in columns.items()}


def _cell(value: Any) -> str:
    """A value as the text of a cell; an ISO moment at midnight is a day."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.removesuffix("T00:00:00.000Z").replace("\0", "\ufffd")
    return (
        str(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else json.dumps(value, ensure_ascii=False)
    )
