"""PostgreSQL's COPY, the quickest way for rows in and out, for SELECTs written with SQLAlchemy."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from psycopg.adapt import Dumper
from sqlalchemy import Connection, Select, func, select, text
from sqlalchemy.orm import Session

EXPORT_TIMEOUT = "600s"
"""A reader on a slow line may take this long to receive an export."""


BLOCK = 2**17
"""Bytes that leave at a time."""


def driver_connection(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection on which this session's transaction runs."""
    connection: Connection = session.connection()
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


@dataclass(frozen=True)
class _Setting:
    """A value that stands in a setting of the transaction and is named in the SQL."""

    name: str


class _SettingDumper(Dumper):
    def dump(self, obj: _Setting) -> bytes:
        return obj.name.encode()

    def quote(self, obj: _Setting) -> bytes:
        return f"current_setting('{obj.name}')".encode()


def as_sql(session: Session, statement: Select[*tuple[Any, ...]], private: Iterable[str] = ()) -> str:
    """A SELECT as one SQL text with its values quoted in, as COPY needs it: it takes no parameters.

    A running statement's text can be read by others (`pg_stat_activity`) and is kept in logs. So a text in which one
    of the `private` words stands (what somebody typed to find a person) goes into a setting of the transaction.
    """
    compiled = statement.compile(dialect=session.get_bind().dialect)
    state = compiled.construct_expanded_state()  # with a place for each value of an IN
    bound = {name: _bound(state.processors.get(name), value) for name, value in state.parameters.items()}
    words = [word.casefold() for word in private if word]
    for name, value in bound.items():
        if isinstance(value, str) and any(word in value.casefold() for word in words):
            bound[name] = _set_aside(session, f"portal.private_{name}", value)
    with psycopg.ClientCursor(driver_connection(session)) as cursor:
        cursor.adapters.register_dumper(_Setting, _SettingDumper)
        return cursor.mogrify(state.statement, bound)


def _set_aside(session: Session, name: str, value: str) -> _Setting:
    session.execute(select(func.set_config(name, value, True)))
    return _Setting(name)


def _bound(process: Any, value: Any) -> Any:
    return process(value) if process else value


def copy_csv(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    header: Sequence[str],
    private: Iterable[str] = (),
) -> Iterator[bytes]:
    """The rows of `statement` as UTF-8 CSV with a byte order mark and CRLF-free lines, straight from PostgreSQL.

    Memory stays flat: each piece goes out as it comes in. `private` words stay out of the statement's text.
    """
    session.execute(text(f"SET LOCAL statement_timeout = '{EXPORT_TIMEOUT}'"))
    query = as_sql(session, statement, private)
    yield "\ufeff".encode() + csv_line(header)
    with (
        driver_connection(session).cursor() as cursor,
        cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy,
    ):
        yield from _in_blocks(copy)


def _in_blocks(pieces: Iterable[bytes | bytearray | memoryview]) -> Iterator[bytes]:
    """The pieces joined to blocks: PostgreSQL sends each row by itself, and passing a million of them through the
    web server one by one takes longer than reading them."""
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= BLOCK:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


def copy_rows(
    session: Session, statement: Select[*tuple[Any, ...]], private: Iterable[str] = ()
) -> Iterator[tuple[str | None, ...]]:
    """The rows of `statement` as tuples of text, with flat memory. `private` words stay out of its text."""
    session.execute(text(f"SET LOCAL statement_timeout = '{EXPORT_TIMEOUT}'"))
    query = as_sql(session, statement, private)
    with driver_connection(session).cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        yield from copy.rows()


def csv_line(cells: Sequence[str]) -> bytes:
    """One CSV line, every cell quoted."""
    return (",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n").encode()
