"""Stopping a statement that the work of a run waits for: one that changes a million people would else run to its end
before the work hears that somebody has cancelled it."""

from threading import Lock
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

STOPPED = "57014"
"""What the database says of a statement that was stopped."""
PATIENCE = 5.0
"""Seconds to wait until the database has heard that a statement is to stop."""


class Statements:
    """The statements of one run's work. Its own thread tells where they run, another may stop the one that runs now.

    A connection is known here only as long as the work's transaction has it: afterwards it is somebody else's.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._connection: psycopg.Connection[Any] | None = None
        self._stopped = False

    def follow(self, session: Session) -> None:
        """Know on which connection the session's transactions are, from now on."""
        event.listen(session, "after_begin", self._begun)
        for ended in ("after_commit", "after_rollback"):
            event.listen(session, ended, self.leave)

    def leave(self, _session: Session | None = None) -> None:
        """The connection is about to be given back. Waits where a statement on it is being stopped just now."""
        with self._lock:
            self._connection = None

    def stop(self) -> None:
        """Stop the statement that runs now, if any."""
        with self._lock:
            self._stopped = True
            if self._connection is not None:
                self._connection.cancel_safe(timeout=PATIENCE)

    @property
    def at_work(self) -> bool:
        """Whether a transaction of the work is open."""
        with self._lock:
            return self._connection is not None

    def ended_by(self, error: BaseException) -> bool:
        """Whether an error of the work is that its statement was stopped here, and not by a limit of time."""
        original = error.orig if isinstance(error, DBAPIError) else error
        return self._stopped and isinstance(original, psycopg.Error) and original.sqlstate == STOPPED

    def _begun(self, _session: Session, _transaction: Any, connection: Any) -> None:
        driver = connection.connection.driver_connection
        with self._lock:
            self._connection = driver
