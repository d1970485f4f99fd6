"""How migrations run: in one transaction, one program at a time, and never waiting long for a lock.

Two starts at once both come here: the second waits for the first and then finds nothing left to do. A
migration that needs more time than the limits give says so itself (`SET LOCAL statement_timeout`).
"""

from alembic import context
from flask import current_app
from sqlalchemy import text

from portal import models

WAIT_FOR_THE_OTHER = "120s"
LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "60s"
TURN = 0x72616861_74  # any number, the same in every program that migrates this database


def migrate() -> None:
    """Bring the database of the current app to the revision that was asked for."""
    if context.is_offline_mode():
        raise SystemExit("These migrations talk to the database; run them without --sql.")
    extension = current_app.extensions["migrate"]
    with extension.db.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=extension.db.metadata, **extension.configure_args
        )
        with context.begin_transaction():
            connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_FOR_THE_OTHER}'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{WAIT_FOR_THE_OTHER}'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
            connection.execute(text(f"SET LOCAL statement_timeout = '{STATEMENT_TIMEOUT}'"))
            context.run_migrations()


__all__ = ["models"]

migrate()
