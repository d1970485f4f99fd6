"""The entries of the log: a page of those that somebody looks for, the newest first."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry, AuditWords
from portal.core.abilities import Ability
from portal.core.keyset import FIRST, SEARCH_COUNT_LIMIT, Count, Page, Position, Sort, count_up_to, page_of
from portal.users.models import User

NEWEST = Sort("-at", (AuditEntry.at, AuditEntry.id), descending=True)


@dataclass(frozen=True)
class EntryFilter:
    """Which entries are looked for; what is left out narrows nothing.

    `by_nobody` are deeds of the portal itself, and of people who were not signed in. The time runs from
    `since` up to, and without, `until`.
    """

    actor: UUID | None = None
    by_nobody: bool = False
    table: str | None = None
    record: str | None = None
    action: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def page_of_entries(
    session: Session, chosen: EntryFilter, ability: Ability, position: Position = FIRST
) -> Page:
    """One page of the entries that the filter finds among those this reader may see, with the actor's name."""
    return page_of(session, _shown(_narrowed(chosen), ability), NEWEST, position)


def count_entries(session: Session, chosen: EntryFilter, ability: Ability) -> Count:
    """How many these are; beyond a thousand nobody counts."""
    statement = ability.accessible(select(AuditEntry.id).where(*_narrowed(chosen)), "read", AuditEntry)
    return count_up_to(session, statement, SEARCH_COUNT_LIMIT)


def history_of(
    session: Session,
    records: Sequence[tuple[str, Sequence[str]]],
    ability: Ability,
    position: Position = FIRST,
    size: int = 50,
) -> Page:
    """The entries about some records, each a table with the names of rows in it."""
    about = [
        and_(AuditEntry.table_name == table, AuditEntry.record_id.in_(names)) for table, names in records
    ]
    return page_of(session, _shown([or_(*about)], ability), NEWEST, position, size)


def actors() -> Select[UUID, str]:
    """Who may have acted: the users; one without a name by the reference."""
    return select(User.uuid, func.coalesce(User.name, cast(User.uuid, Text)).label("name"))


def _shown(conditions: Sequence[Any], ability: Ability) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor,
        AuditEntry.request_id,
        AuditEntry.action,
        AuditEntry.table_name,
        AuditEntry.record_id,
        AuditEntry.before,
        AuditEntry.after,
        AuditEntry.details,
        # Asked for each row that is shown: a join might be done by hashing, which loses the order of the index.
        select(User.name).where(User.uuid == AuditEntry.actor).scalar_subquery().label("actor_name"),
        select(AuditWords.words).where(AuditWords.entry_id == AuditEntry.id).scalar_subquery().label("words"),
    ]
    statement: Select[*tuple[Any, ...]] = select(*columns)
    return ability.accessible(statement.where(*conditions), "read", AuditEntry)


def _narrowed(chosen: EntryFilter) -> list[Any]:
    conditions: list[Any] = []
    if chosen.actor is not None:
        conditions.append(AuditEntry.actor == chosen.actor)
    if chosen.by_nobody:
        conditions.append(AuditEntry.actor.is_(None))
    for column, value in (
        (AuditEntry.table_name, chosen.table),
        (AuditEntry.record_id, chosen.record),
        (AuditEntry.action, chosen.action),
    ):
        if value is not None:
            conditions.append(column == value)
    if chosen.since is not None:
        conditions.append(AuditEntry.at >= chosen.since)
    if chosen.until is not None:
        conditions.append(AuditEntry.at < chosen.until)
    return conditions
