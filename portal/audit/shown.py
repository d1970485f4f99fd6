"""An entry as a reader sees it: what was done to what, and each value before and after in words."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import Date, DateTime, Row
from sqlalchemy.types import Enum as EnumType

from portal.audit.queries.records import model_of
from portal.audit.wording import action_name, action_tone, field_name, kebab_of, table_name
from portal.core.db import Base
from portal.web.access import current_ability
from portal.web.filters import moment
from portal.web.labels import LABELS

HIDDEN = "(hidden)"
"""What the log has in place of a secret or of personal data."""

PROOF = "proof"
"""The detail that is no fact but a hash of words."""

COLUMN_LISTS = frozenset({"fields", "columns", "narrowed_by"})
"""Details that are lists of columns."""

PAGES = {
    "tbl_beneficiaries": ("beneficiaries.show_beneficiary", "uuid"),
    "tbl_projects": ("projects.show_project", "uuid"),
    "tbl_users": ("staff.show_user", "uuid"),
    "tbl_auth_roles": ("users.show_role", "role_id"),
    "tbl_users_signups": ("signups.show_sign_up", "uuid"),
    "tbl_import_batches": ("imports.show_batch", "uuid"),
    "tbl_duplicate_pairs": ("duplicates.show_pair", "uuid"),
    "tbl_bulk_actions": ("bulk.show_action", "uuid"),
    "tbl_jobs": ("jobs.show_job", "uuid"),
}
"""Table → the page of one of its records, and what that page calls it. Links go up: by name."""


@dataclass(frozen=True)
class Change:
    """One column of an entry. A side is None where it has no such value."""

    label: Any
    before: Any
    after: Any


@dataclass(frozen=True)
class Shown:
    """An entry in words."""

    id: int
    at: dt.datetime
    actor_name: str
    actor_url: str | None
    action: Any
    tone: str
    kind: Any
    record: str | None
    record_url: str | None
    history_url: str | None
    request_id: str | None
    changes: list[Change]
    facts: list[tuple[Any, Any]]


def in_words(row: Row[*tuple[Any, ...]]) -> Shown:
    """An entry as the reader may see it: values of records that they may not read stay hidden."""
    told = _may_read(row.table_name)
    return Shown(
        id=row.id,
        at=row.at,
        actor_name=row.actor_name or (_("Somebody unknown") if row.actor else _("The portal")),
        actor_url=page_of_record("tbl_users", str(row.actor)) if row.actor and row.actor_name else None,
        action=action_name(row.action),
        tone=action_tone(row.action),
        kind=table_name(row.table_name),
        record=row.record_id,
        record_url=page_of_record(row.table_name, row.record_id),
        history_url=_history(row.table_name, row.record_id),
        request_id=row.request_id,
        changes=list(_changes(row, told)),
        facts=list(_facts(row.details, row.words)),
    )


def _facts(details: Any, words: str | None) -> Iterator[tuple[Any, Any]]:
    """What a deed without a change tells: how many, what for; names of columns as people know them. What was said in
    own `words` stands apart from the log, and may be erased by now."""
    told = _object(details)
    for name, value in told.items():
        if name == "purpose" and PROOF in told:
            yield field_name(name), words or _("(erased)")
        elif value is not None and name != PROOF:
            yield field_name(name), [str(field_name(one)) for one in value] if name in COLUMN_LISTS else value


def _may_read(table: str | None) -> bool:
    model = model_of(table) if table else None
    return model is not None and current_ability().can("read", model.__name__)


def _changes(row: Row[*tuple[Any, ...]], told: bool) -> Iterator[Change]:
    before, after = _object(row.before), _object(row.after)
    for name in dict.fromkeys((*before, *after)):
        if row.action == "INSERT" and after.get(name) is None:
            continue  # a new row's empty columns tell nothing
        if row.action == "DELETE" and before.get(name) is None:
            continue
        yield Change(field_name(name), _value(row, before, name, told), _value(row, after, name, told))


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _value(row: Row[*tuple[Any, ...]], side: Mapping[str, Any], name: str, told: bool) -> Any:
    """A value in words; None where there is none, HIDDEN where it is not told."""
    value = side.get(name)
    if value is None:
        return None
    if value == HIDDEN or not told:
        return HIDDEN
    return _typed(row.table_name, name, value)


def _typed(table: str, column: str, value: Any) -> Any:
    """A value as its column means it: a state by its name, a time as pages write times."""
    known = Base.metadata.tables.get(table)
    kind = known.c[column].type if known is not None and column in known.c else None
    if isinstance(kind, EnumType) and kind.enum_class is not None:
        return _labelled(kind.enum_class, value)
    if isinstance(kind, DateTime | Date) and isinstance(value, str):
        try:
            return moment(dt.datetime.fromisoformat(value))
        except ValueError:
            return value
    return value


def _labelled(enum: type[Enum], value: Any) -> Any:
    known = LABELS.get(enum, {}) if issubclass(enum, StrEnum) else {}
    return str(known[value]) if value in known else value


def page_of_record(table: str | None, record: str | None) -> str | None:
    """The page of a record, where there is one and the reader may open pages of its kind."""
    endpoint, name = PAGES.get(table or "", ("", ""))
    if record is None or endpoint not in current_app.view_functions or not _may_read(table):
        return None
    values: dict[str, Any] = {name: record}
    return url_for(endpoint, **values)


def _history(table: str | None, record: str | None) -> str | None:
    if not table or not record or not _may_read(table):
        return None
    return url_for("audit.show_record_history", table=kebab_of(table), record=record)
