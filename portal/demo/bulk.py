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
FROM pg_constraint c
WHERE c.contype IN ('f', 'u') AND c.conrelid = ANY (SELECT unnest(CAST(:tables AS text[]))::regclass)
  AND NOT EXISTS (SELECT FROM pg_constraint other WHERE c.contype = 'u' AND other.conindid = c.conindid
      AND other.contype = 'f')
ORDER BY c.contype DESC, 1, 2
"""
)
"""Foreign keys, and unique keys that no foreign key refers to; the latter first."""

INDEXES = text(
    """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i
WHERE i.indrelid = ANY (SELECT unnest(CAST(:tables AS text[]))::regclass)
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
ORDER BY 1
"""
)
MEMORY = text("SET LOCAL maintenance_work_mem = '512MB'")


@contextmanager
def without_indexes(session: Session, tables: Sequence[str]) -> Iterator[None]:
    """Run the block while `tables` have only the keys that others refer to; readers wait for them meanwhile.

    Raises the database's IntegrityError at the end where the new rows break a key that was taken off.
    """
    values = {"tables": list(tables)}
    indexes = session.execute(INDEXES, values).all()
    keys = session.execute(KEYS, values).all()
    for key in keys:
        session.execute(text(f"ALTER TABLE {key.table} DROP CONSTRAINT {key.name}"))
    for index in indexes:
        session.execute(text(f"DROP INDEX {index.name}"))
    yield
    session.execute(MEMORY)
    for index in indexes:
        session.execute(text(index.definition.replace(":", r"\:")))
    for key in keys:
        session.execute(text(f"ALTER TABLE {key.table} ADD CONSTRAINT {key.name} {key.definition}"))
