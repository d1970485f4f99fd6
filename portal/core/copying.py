"""PostgreSQL's COPY, the quickest way for rows in and out, for SELECTs written with SQLAlchemy."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

import psycopg
from sqlalchemy import Connection, Select, text
from sqlalchemy.orm import Session

EXPORT_TIMEOUT = "600s"
"""A reader on a slow line may take this long to receive an export."""


BLOCK = 2**17
"""Bytes that leave at a time."""


def driver_connection(session: Session) -> psycopg.Connection[Any]:
    """The psycopg connection on which this session's transaction runs."""
    connection: Connection = session.connection()
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def as_sql(session: Session, statement: Select[*tuple[Any, ...]]) -> str:
    """A SELECT as one SQL text with its values quoted in, as COPY needs it: it takes no parameters."""
    compiled = statement.compile(dialect=session.get_bind().dialect)
    state = compiled.construct_expanded_state()  # with a place for each value of an IN
    bound = {name: _bound(state.processors.get(name), value) for name, value in state.parameters.items()}
    with psycopg.ClientCursor(driver_connection(session)) as cursor:
        return cursor.mogrify(state.statement, bound)


def _bound(process: Any, value: Any) -> Any:
    return process(value) if process else value


def copy_csv(session: Session, statement: Select[*tuple[Any, ...]], header: Sequence[str]) -> Iterator[bytes]:
    """The rows of `statement` as UTF-8 CSV with a byte order mark and CRLF-free lines, straight from PostgreSQL.

    Memory stays flat: each piece goes out as it comes in.
    """
    session.execute(text(f"SET LOCAL statement_timeout = '{EXPORT_TIMEOUT}'"))
    query = as_sql(session, statement)
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


def copy_rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[tuple[str | None, ...]]:
    """The rows of `statement` as tuples of text, with flat memory."""
    session.execute(text(f"SET LOCAL statement_timeout = '{EXPORT_TIMEOUT}'"))
    query = as_sql(session, statement)
    with driver_connection(session).cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        yield from copy.rows()


def csv_line(cells: Sequence[str]) -> bytes:
    """One CSV line, every cell quoted."""
    return (",".join('"' + cell.replace('"', '""') + '"' for cell in cells) + "\n").encode()
