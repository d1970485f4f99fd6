"""Statements that stop half-way through their rows, so that a test can kill whoever is waiting for them.

A trigger of the test's own waits at one row for a lock that the test holds. So a handful of rows is enough, and the
moment is the same on a machine of any speed.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import psycopg

LOCK = 4711
HALT = f"""
CREATE SEQUENCE IF NOT EXISTS halting;
SELECT setval('halting', 1, false);
CREATE OR REPLACE FUNCTION halt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('halting') = TG_ARGV[0]::bigint THEN PERFORM pg_advisory_xact_lock_shared({LOCK}); END IF;
    RETURN coalesce(NEW, OLD);
END $$
"""
HALTED = f"""
SELECT EXISTS (
    SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = {LOCK} AND NOT l.granted)
"""


class Point(NamedTuple):
    """The row at which a statement stops: the `nth` that is changed so in a table and fits a condition."""

    change: str
    table: str
    nth: int = 1
    when: str = "true"


@contextmanager
def halting(conninfo: str, point: Point) -> Iterator[None]:
    """Within the block whoever comes to the point waits there: `HALTED` tells when somebody does.

    When the block has ended, what waited is over as well; with a database that was killed in it, it is anyway.
    """
    holder = psycopg.connect(conninfo, autocommit=True)
    try:
        holder.execute(HALT)
        holder.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        holder.execute(
            f"CREATE TRIGGER halt BEFORE {point.change} ON {point.table} FOR EACH ROW"
            f" WHEN ({point.when}) EXECUTE FUNCTION halt({point.nth})"
        )
        yield
        with suppress(psycopg.OperationalError):
            holder.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            holder.execute(f"DROP TRIGGER halt ON {point.table}")
    finally:
        holder.close()
