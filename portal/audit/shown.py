"""An entry as a reader sees it: what was done to what, and each value before and after in words."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache, lru_cache
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import Date, DateTime, Row
from sqlalchemy.orm import Session
from sqlalchemy.types import Enum as EnumType

from portal.audit.queries.names import Reference, names_of, refers_to
from portal.audit.queries.records import model_of
from portal.audit.wording import action_name, action_tone, field_name, kebab_of, table_name
from portal.core.abilities import Ability
from portal.core.db import Base
from portal.users.wording import action_words, role_name, subject_words
from portal.web.access import current_ability
from portal.web.filters import moment
from portal.web.labels import LABELS

HIDDEN = "(hidden)"
"""What the log has in place of a secret or of personal data."""

PROOF = "proof"
"""The detail that is no fact but a hash of words."""

COLUMN_LISTS = frozenset({"fields", "columns", "narrowed_by"})
"""Details that are lists of columns."""

WORDS: dict[tuple[str, str], Callable[[str], Any]] = {
    ("tbl_auth_permissions", "action"): action_words,
    ("tbl_auth_permissions", "subject"): subject_words,
    ("tbl_auth_roles", "name"): role_name,
}
"""Columns whose values are words of ours, and what says them in the reader's language."""

SIGNS = {
    ("tbl_vendors", "state"): "VendorState",
    ("tbl_duplicate_pairs", "state"): "PairState",
    ("tbl_import_batches", "state"): "ImportState",
    ("tbl_payout_lists", "state"): "PayoutState",
    ("tbl_bulk_actions", "state"): "BulkState",
    ("tbl_grievance_actions", "state"): "BulkState",
    ("tbl_hotline_files", "state"): "HotlineState",
    ("tbl_reconciliations", "state"): "ReconciliationState",
    ("tbl_offramp_statements", "state"): "StatementState",
    ("tbl_messages", "state"): "MessageState",
    ("tbl_jobs", "state"): "JobStatus",
    ("tbl_grievances", "priority"): "CasePriority",
    ("tbl_grievance_targets", "priority"): "CasePriority",
}
"""Columns whose values pages draw as signs, and what components/badges.html calls these."""

LIMIT = ("tbl_users_roles", "conditions")
"""The column that holds in which projects a role counts."""

PAGES = {
    "tbl_beneficiaries": ("beneficiaries.show_beneficiary", "uuid"),
    "tbl_beneficiaries_group": ("groups.show_group", "uuid"),
    "tbl_projects": ("projects.show_project", "uuid"),
    "tbl_vendors": ("vendors.show_vendor", "uuid"),
    "tbl_transactions": ("transactions.show_transaction", "uuid"),
    "tbl_payout_lists": ("payouts.show_list", "uuid"),
    "tbl_offramps": ("offramp.show_request", "uuid"),
    "tbl_reconciliations": ("reconciliation.show_file", "uuid"),
    "tbl_offramp_providers": ("offramp.show_provider", "provider_uuid"),
    "tbl_grievances": ("grievances.show_case", "uuid"),
    "tbl_hotline_files": ("intake.show_file", "uuid"),
    "tbl_users": ("staff.show_user", "uuid"),
    "tbl_auth_roles": ("users.show_role", "role_id"),
    "tbl_users_signups": ("signups.show_sign_up", "uuid"),
    "tbl_import_batches": ("imports.show_batch", "uuid"),
    "tbl_duplicate_pairs": ("duplicates.show_pair", "uuid"),
    "tbl_bulk_actions": ("bulk.show_action", "uuid"),
    "tbl_messages": ("messages.show_message", "uuid"),
    "tbl_jobs": ("jobs.show_job", "uuid"),
}
"""Table → the page of one of its records, and what that page calls it. Links go up: by name."""


@dataclass(frozen=True)
class Change:
    """One column of an entry. A side is None where it has no such value."""

    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Shown:
    """An entry in words. `table` is the database's name of what `kind` calls in the reader's language."""

    id: int
    at: dt.datetime
    actor_name: str
    actor_url: str | None
    action: str
    tone: str
    table: str | None
    kind: str
    record: str | None
    request_id: str | None
    changes: list[Change]
    facts: list[tuple[str, Any]]

    @property
    def record_url(self) -> str | None:
        """The page of what it is about. A history, which is about one thing, does not ask for it."""
        return page_of_record(self.table, self.record)

    @property
    def history_url(self) -> str | None:
        """All that is on record of the same thing."""
        return _history(self.table, self.record)


def in_words(session: Session, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Shown]:
    """Entries as the reader may see them: values of records that they may not read stay hidden."""
    rows = list(rows)
    names = names_of(session, current_ability(), _referred(rows))
    named = cache(lambda field: str(field_name(field)))  # the entries of a page speak of the same few columns
    return [_in_words(row, named, names) for row in rows]


def _referred(rows: Iterable[Row[*tuple[Any, ...]]]) -> set[Reference]:
    """The records to which values of entries refer, where these are told."""
    told = [row for row in rows if _may_read(row.table_name)]
    return {
        reference
        for row in told
        for side in (_object(row.before), _object(row.after))
        for column, value in side.items()
        for reference in _references(row.table_name, column, value)
    }


def _references(table: str, column: str, value: Any) -> Iterator[Reference]:
    target = refers_to(table, column)
    if target and value is not None and value != HIDDEN:
        yield Reference(*target, str(value))
    elif (table, column) == LIMIT:
        yield from (Reference("tbl_projects", "uuid", uuid) for uuid in _object(value).get("projects", ()))


def _in_words(
    row: Row[*tuple[Any, ...]], named: Callable[[str], str], names: Mapping[Reference, str]
) -> Shown:
    told = _may_read(row.table_name)
    return Shown(
        id=row.id,
        at=row.at,
        actor_name=row.actor_name or (_("Somebody unknown") if row.actor else _("The portal")),
        actor_url=page_of_record("tbl_users", str(row.actor)) if row.actor and row.actor_name else None,
        action=str(action_name(row.action)),
        tone=action_tone(row.action),
        table=row.table_name,
        kind=str(table_name(row.table_name)),
        record=row.record_id,
        request_id=row.request_id,
        changes=list(_changes(row, named, names, told=told)),
        facts=list(_facts(row.details, row.words, named)),
    )


def _facts(details: Any, words: str | None, named: Callable[[str], str]) -> Iterator[tuple[str, Any]]:
    """What a deed without a change tells: how many, what for; names of columns as people know them. What was said in
    own `words` stands apart from the log, and may be erased by now."""
    told = _object(details)
    for name, value in told.items():
        if name == "purpose" and PROOF in told:
            yield named(name), words or _("(erased)")
        elif value is not None and name != PROOF:
            yield named(name), [named(one) for one in value] if name in COLUMN_LISTS else value


def _may_read(table: str | None) -> bool:
    return table is not None and _reads(current_ability(), table)


@lru_cache(1_024)
def _reads(ability: Ability, table: str) -> bool:
    """A page of the log asks it of each entry, several times, about the same few tables."""
    model = model_of(table)
    return model is not None and ability.can("read", model.__name__)


def _changes(
    row: Row[*tuple[Any, ...]],
    named: Callable[[str], str],
    names: Mapping[Reference, str],
    *,
    told: bool,
) -> Iterator[Change]:
    before, after = _object(row.before), _object(row.after)
    for name in dict.fromkeys((*before, *after)):
        if row.action == "INSERT" and after.get(name) is None:
            continue  # a new row's empty columns tell nothing
        if row.action == "DELETE" and before.get(name) is None:
            continue
        sides = (_value(row, side, name, names, told=told) for side in (before, after))
        yield Change(named(name), *sides)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _value(
    row: Row[*tuple[Any, ...]],
    side: Mapping[str, Any],
    name: str,
    names: Mapping[Reference, str],
    *,
    told: bool,
) -> Any:
    """A value in words; None where there is none, HIDDEN where it is not told."""
    value = side.get(name)
    if value is None:
        return None
    if value == HIDDEN or not told:
        return HIDDEN
    return _typed(row.table_name, name, value, names)


def _typed(table: str, column: str, value: Any, names: Mapping[Reference, str]) -> Any:
    """A value as its column means it: a state or a record by its name, a time as pages write times."""
    if (table, column) in WORDS:
        return str(WORDS[table, column](str(value)))
    if (table, column) in SIGNS:
        return _sign(SIGNS[table, column], str(value))
    called = [_called(reference, names) for reference in _references(table, column, value)]
    if called:
        return called if (table, column) == LIMIT else called[0]
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


def _called(reference: Reference, names: Mapping[Reference, str]) -> str:
    """A record's name; what the entry holds where it has none that the reader may see."""
    name = names.get(reference)
    if name is None:
        return reference.value
    return role_name(name) if reference.table == "tbl_auth_roles" else name


def _labelled(enum: type[Enum], value: Any) -> Any:
    known = LABELS.get(enum, {}) if issubclass(enum, StrEnum) else {}
    return str(known[value]) if value in known else _sign(enum.__name__, str(value))


def _sign(kind: str, value: str) -> str:
    """A state as the sign says it that pages draw for it; one that has no sign as it is."""
    signs: Any = current_app.jinja_env.get_template("components/badges.html").module
    return str(signs.state_words(kind, value)) if value in signs.STATES.get(kind, {}) else value


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
