"""Statements of providers: the files, their rows, and what they leave out."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.keyset import FIRST, Page, Position, Sort, page_of
from portal.offramp.models import OfframpAttempt, OfframpProvider, OfframpRequest
from portal.offramp.statements import OfframpStatement, StatementRow
from portal.offramp.stating import Verdict
from portal.users.models import User

IN_ORDER = Sort("number", (StatementRow.number,))
NEWEST_FILE = Sort("-created", (OfframpStatement.created_at, OfframpStatement.uuid), descending=True)
OLDEST_REQUEST = Sort("made", (OfframpRequest.created_at, OfframpRequest.id))
MOST_WORDS = 50
"""Words of a provider that can be told the portal; a column with more is none of states."""


def statement_with(uuid: UUID) -> Select[OfframpStatement]:
    """The one of a uuid."""
    return select(OfframpStatement).where(OfframpStatement.uuid == uuid)


def page_of_statements(session: Session, position: Position = FIRST) -> Page:
    """The files, newest first: uuid, file, state, counts, since, until, created, provider, by."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            OfframpStatement.uuid,
            OfframpStatement.file_name.label("file"),
            OfframpStatement.state,
            OfframpStatement.counts,
            OfframpStatement.since,
            OfframpStatement.until,
            OfframpStatement.created_at.label("created"),
            OfframpProvider.name.label("provider"),
            func.coalesce(User.name, User.email).label("by"),
        )
        .join(OfframpProvider, OfframpProvider.uuid == OfframpStatement.provider_id)
        .join(User, User.id == OfframpStatement.created_by)
    )
    return page_of(session, statement, NEWEST_FILE, position)


def provider_name(session: Session, uuid: UUID) -> str:
    """What a provider is called."""
    return session.scalars(select(OfframpProvider.name).where(OfframpProvider.uuid == uuid)).one()


def same_statement(session: Session, provider: UUID, digest: str) -> bool:
    """Whether this very file was taken from the provider before."""
    before = exists().where(OfframpStatement.provider_id == provider, OfframpStatement.file_hash == digest)
    return bool(session.scalar(select(before)))


def page_of_statement_rows(
    session: Session, statement: UUID, verdict: Verdict | None, position: Position = FIRST
) -> Page:
    """A page of the rows in the file's order, each with the request that it means: number, given, said, reason, amount,
    tokens, verdict, offramp, token, sent, kept, currency, status. Nobody who was paid is among it."""
    row = StatementRow
    wanted: Select[*tuple[Any, ...]] = (
        select(
            row.number,
            row.given,
            row.said,
            row.reason,
            row.amount,
            row.tokens,
            row.verdict,
            OfframpRequest.uuid.label("offramp"),
            OfframpRequest.token,
            OfframpRequest.amount.label("sent"),
            OfframpRequest.status,
            func.coalesce(OfframpAttempt.amount_paid, OfframpRequest.fiat_amount).label("kept"),
            func.coalesce(OfframpAttempt.currency, OfframpRequest.currency).label("currency"),
        )
        .outerjoin(OfframpRequest, OfframpRequest.uuid == row.offramp_id)
        .outerjoin(OfframpAttempt, OfframpAttempt.id == row.attempt_id)
        .where(row.statement_id == statement)
    )
    if verdict:
        wanted = wanted.where(row.verdict == verdict)
    return page_of(session, wanted, IN_ORDER, position)


def page_of_missing(session: Session, found: OfframpStatement, position: Position = FIRST) -> Page:
    """A page of what arrived in the days of a statement and no row of it names: offramp, token, sent, kept, currency,
    status, completed."""
    wanted = _missing(found).with_only_columns(
        OfframpRequest.uuid.label("offramp"),
        OfframpRequest.token,
        OfframpRequest.amount.label("sent"),
        OfframpRequest.fiat_amount.label("kept"),
        func.coalesce(OfframpRequest.currency, "").label("currency"),
        OfframpRequest.status,
        OfframpRequest.completed_at.label("completed"),
    )
    return page_of(session, wanted, OLDEST_REQUEST, position)


def count_missing(session: Session, found: OfframpStatement) -> int:
    """How many those are."""
    return session.scalar(select(func.count()).select_from(_missing(found).subquery())) or 0


def _missing(found: OfframpStatement) -> Select[*tuple[Any, ...]]:
    named = exists().where(
        StatementRow.statement_id == found.uuid, StatementRow.offramp_id == OfframpRequest.uuid
    )
    since, until = found.since or dt.date.min, found.until or dt.date.min
    return select(OfframpRequest.id).where(
        OfframpRequest.provider_id == found.provider_id,
        OfframpRequest.status == OfframpStatus.COMPLETED,
        OfframpRequest.deleted_at.is_(None),
        OfframpRequest.completed_at >= dt.datetime.combine(since, dt.time(), dt.UTC),
        OfframpRequest.completed_at < dt.datetime.combine(until + dt.timedelta(days=1), dt.time(), dt.UTC),
        ~named,
    )


def words_of(session: Session, statement: UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The provider's words that nobody could read, the commonest first: said, rows."""
    row = StatementRow
    return session.execute(
        select(row.said, func.count().label("rows"))
        .where(row.statement_id == statement, row.verdict == Verdict.UNREADABLE, row.said.is_not(None))
        .group_by(row.said)
        .order_by(func.count().desc(), row.said)
        .limit(MOST_WORDS)
    ).all()
