"""A log that is really committed: filled, sealed, tampered with by whoever has every privilege."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from portal.audit.models import AuditSeal
from portal.audit.operations.sealing import seal_entries
from portal.audit.queries.checking import Report, check_log

NOWHERE = Path("/nowhere/audit-seals.log")
"""No file outside the database."""

Sessions = Iterator[Session]


@contextmanager
def opened(address: str, superuser: bool = False) -> Sessions:
    """A session of the program's role, or of one whom neither privileges nor triggers stop."""
    if superuser:
        address = address.replace("portal@", "postgres@", 1)
    engine = create_engine(address)
    with Session(engine) as session:
        if superuser:
            session.execute(text("SET session_replication_role = replica"))
            session.commit()
        yield session
    engine.dispose()


def fill(session: Session, number: int, each: int = 20) -> None:
    """So many entries of many kinds, in transactions of `each`; committed."""
    for at in range(0, number, each):
        session.execute(text("SELECT set_config('portal.actor', gen_random_uuid()::text, true)"))
        session.execute(
            text(
                "INSERT INTO tbl_vendors (name, location)"
                " SELECT 'Shop ' || n, 'Bazaar “' || n || '”'"
                " FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n"
            ),
            {"first": at + 1, "last": min(at + each, number)},
        )
        session.commit()


SETTLED = text(
    "SELECT coalesce(max(txid) FILTER (WHERE txid < pg_snapshot_xmax(pg_current_snapshot()))"
    " < pg_snapshot_xmin(pg_current_snapshot()), true) FROM tbl_audit_log"
)


def settle(session: Session) -> None:
    """Wait until no transaction is open that began before the last entry: those of other tests on the same server
    count too."""
    for _ in range(1_200):
        settled = session.scalar(SETTLED)
        session.rollback()
        if settled:
            return
        time.sleep(0.05)
    raise AssertionError("another transaction stays open")


def seal(
    session: Session, size: int = 50, slices: int = 1_000, *, whatever_is_open: bool = False
) -> list[AuditSeal]:
    """Seal everything, or only what is settled now whatever else is open, and commit."""
    if not whatever_is_open:
        settle(session)
    made = seal_entries(session, slices, size)
    for one in made:
        session.expunge(one)
    session.commit()
    return made


def check(session: Session, outside: Path = NOWHERE) -> Report:
    """What a check says now."""
    session.expire_all()
    return check_log(session, outside)
