"""Changing rows behind the models' backs, and reading what the log made of it."""

from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session


class Entry(NamedTuple):
    """One row of the log."""

    action: str
    record_id: str | None
    actor: Any
    request_id: str | None
    before: Any
    after: Any


def run(session: Session, sql: str, **values: Any) -> Any:
    """Execute a statement as plain SQL."""
    return session.execute(text(sql), values)


def entries(session: Session, table: str) -> list[Entry]:
    """What the log says of a table, oldest first."""
    columns = 'action, "recordId", actor, "requestId", before, after'
    found = run(session, f'SELECT {columns} FROM tbl_audit_log WHERE "tableName" = :t ORDER BY id', t=table)
    return [Entry(*row) for row in found]


def whole_log(session: Session) -> str:
    """Every entry as text, to look for what must not be there."""
    return str(run(session, "SELECT string_agg(l::text, '\n') FROM tbl_audit_log l").scalar())
