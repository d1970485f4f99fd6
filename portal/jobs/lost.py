"""Telling a database that is away, or was busy with another, from a fault of the work."""

import psycopg
from sqlalchemy.exc import DBAPIError

BUSY = {"40001", "40P01", "55P03"}
"""Two transactions in each other's way, a lock not got in time: the same work may well succeed later."""

AWAY = ("08", "57P")
"""A connection lost or not made; a server that is shutting down or starting."""


def is_passing(error: BaseException) -> bool:
    """Whether what went wrong is likely to pass by itself, so that beginning anew makes sense."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        original = cause.orig if isinstance(cause, DBAPIError) else cause
        if isinstance(original, psycopg.Error):
            return _passes(original)
        cause = cause.__cause__ or cause.__context__
    return False


def _passes(error: psycopg.Error) -> bool:
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate in BUSY or error.sqlstate.startswith(AWAY)
