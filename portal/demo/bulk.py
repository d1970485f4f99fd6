"""Loading very many rows at once: indexes and foreign keys are taken off before and put on again after.

Building an index over all rows takes a fraction of the time of keeping it up row by row. All of it happens in
the session's transaction, so whatever goes wrong leaves every index where it was.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

KEYS = text(
    """
SELECT c.conrelid::regclass::text AS table, quote_ident(c.conname) AS name,
    pg_get_constraintdef(c.oid) AS definition
FROM pg_constraint c, CAST(CAST(:tables AS text[]) AS regclass[]) AS loaded
WHERE c.contype = 'u' AND c.conrelid = ANY (loaded)
   OR c.contype = 'f' AND (c.conrelid = ANY (loaded) OR c.confrelid = ANY (loaded))
ORDER BY c.contype DESC, 1, 2
"""
)
"""Unique keys, and then the foreign keys of and to the tables."""

INDEXES = text(
    """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i
WHERE i.indrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[]))
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY 1
"""
)
SAMPLED = text(
    """
SELECT a.attrelid::regclass::text AS table, quote_ident(a.attname) AS name, a.attstattarget AS target
FROM pg_attribute a
WHERE a.attrelid = ANY (CAST(CAST(:tables AS text[]) AS regclass[])) AND a.attstattarget > 100
"""
)
"""The columns of which more than the usual sample is looked at."""
MEMORY = text("SET LOCAL maintenance_work_mem = '512MB'")


@contextmanager
def without_indexes(session: Session, tables: Sequence[str]) -> Iterator[None]:
    """Run the block while `tables` have only their primary keys; who wants to read them waits meanwhile.

    Raises the database's IntegrityError at the end where the new rows break a key that was taken off.
    """
    values = {"tables": list(tables)}
    indexes = session.execute(INDEXES, values).all()
    keys = session.execute(KEYS, values).all()
    for key in reversed(keys):
        session.execute(text(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}"))
    for index in indexes:
        session.execute(text(f"DROP INDEX {index.name}"))
    yield
    session.execute(MEMORY)
    for key in keys:
        session.execute(text(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}"))
    for index in indexes:
        session.execute(text(index.definition.replace(":", r"\:")))


def take_stock(session: Session, tables: Sequence[str]) -> None:
    """Let the database learn what stands in `tables`.

    It samples a table as widely as the one column asks that wants most, and computes each expression of an index for
    the whole sample: ten times as long for nothing. So such columns are looked at by themselves.
    """
    sampled = session.execute(SAMPLED, {"tables": list(tables)}).all()
    change = "ALTER TABLE {one.table} ALTER COLUMN {one.name} SET STATISTICS {target}"
    for one in sampled:
        session.execute(text(change.format(one=one, target=100)))
    for table in tables:
        session.execute(text(f"ANALYZE {table}"))
    for one in sampled:
        session.execute(text(change.format(one=one, target=one.target)))
        session.execute(text(f"ANALYZE {one.table} ({one.name})"))
