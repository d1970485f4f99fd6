"""The database: one pool of PostgreSQL connections, the model base, and who acts in a transaction.

Connections come from psycopg's pool, which tests each one before handing it out, so a restart of the
database costs a wait and not an error. SQLAlchemy keeps no pool of its own (`NullPool`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from select import POLLIN, poll
from typing import Any, TypeAlias, cast
from uuid import UUID

import psycopg
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool
from sqlalchemy import Connection, CursorResult, MetaData, NullPool, Result, bindparam, event, func, select
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints are called, so that a migration can name what it changes."""


class Base(DeclarativeBase):
    """The root of all models."""

    metadata = MetaData(naming_convention=NAMES)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)
migrate = Migrate()


@dataclass(frozen=True)
class Actor:
    """Who does what happens now: named in each audit entry of the transaction.

    `only_vendor` is the vendor whose rows alone they may see, whatever a statement asks for.
    """

    user_uuid: UUID | None
    request_id: str | None
    only_vendor: UUID | None = None


_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)

NEARLY_SPELT = 0.5
"""How alike two words are, of 1, of which one may be the other misspelt: two letters changed places in a short one."""

PLAN_FOR_VALUES = func.set_config("plan_cache_mode", "force_custom_plan", True)
"""SQL: plan the transaction's further statements for the values they are asked with.

One plan for all, which PostgreSQL tries from the sixth time on, reads a small project's people like a large one's, a
hundred times slower. Only what begins a transaction is planned once: the statement that finds the person, which is the
same in every request and takes longer to plan than to run.
"""

SET_ACTOR = select(
    func.set_config("portal.actor", bindparam("actor"), True),
    func.set_config("portal.request", bindparam("request"), True),
    func.set_config("portal.vendor", bindparam("vendor"), True),
    PLAN_FOR_VALUES,
)


def bind_actor(actor: Actor | None) -> None:
    """Let transactions that begin from now on, in this context, be done by `actor`.

    A transaction that has begun is told by `tell_actor`.
    """
    _actor.set(actor)


def tell_actor(connection: Connection | Session, actor: Actor) -> None:
    """Write the actor into the running transaction, where the audit triggers read it."""
    told = {"actor": actor.user_uuid, "request": actor.request_id, "vendor": actor.only_vendor}
    connection.execute(SET_ACTOR, {name: str(value or "") for name, value in told.items()})


@contextmanager
def as_actor(user_uuid: UUID | None, request_id: str | None = None) -> Iterator[None]:
    """Do a unit of work outside a request (a job, a command) in somebody's name."""
    token = _actor.set(Actor(user_uuid, request_id))
    try:
        yield
    finally:
        _actor.reset(token)


@event.listens_for(Session, "after_begin")
def _tell_new_transaction(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    actor = _actor.get()
    if actor is not None and transaction.parent is None:
        tell_actor(connection, actor)


@dataclass(frozen=True)
class Limits:
    """How long a statement may run, wait for a lock, or sit idle in a transaction, in milliseconds."""

    statement: int = 15_000
    lock: int = 3_000
    idle: int = 30_000

    def as_options(self) -> str:
        """As PostgreSQL reads them when a connection opens."""
        return (
            f"-c statement_timeout={self.statement} -c lock_timeout={self.lock}"
            f" -c idle_in_transaction_session_timeout={self.idle} -c timezone=UTC"
        )


VANISHED_AFTER = 10_000
"""After how many milliseconds without an answer a server is taken to be gone."""
WEB_LIMITS = Limits()
JOB_LIMITS = Limits(statement=600_000, lock=30_000, idle=600_000)


NoticeHandler: TypeAlias = Callable[[psycopg.errors.Diagnostic], None]


class PooledConnection(psycopg.Connection[Any]):
    """A connection that is lent out many times, and stays as it was.

    It still knows its prepared statements after a ROLLBACK. psycopg forgets them there, since the transaction may
    have made the tables that they read. Each of our requests ends with one, and none makes tables; planning the
    statements anew took longer than running them. And it takes a handler of notices once: SQLAlchemy brings its
    own each time it borrows the connection.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known_handlers: set[NoticeHandler] = set()

    def add_notice_handler(self, callback: NoticeHandler) -> None:
        """Call `callback` with what the server remarks."""
        if callback not in self._known_handlers:
            self._known_handlers.add(callback)
            super().add_notice_handler(callback)

    def rollback(self) -> None:
        """End the transaction and undo what it wrote."""
        with self.lock:
            if self.pgconn.transaction_status == TransactionStatus.INTRANS:
                self.pgconn.exec_(b"ROLLBACK")
                return
        super().rollback()


def libpq_url(url: str) -> str:
    """The same address without SQLAlchemy's driver name, as psycopg and PostgreSQL's tools read it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def open_pool(url: str, limits: Limits, size: int) -> ConnectionPool[PooledConnection]:
    """A pool of at most `size` connections to `url`; opens on first use, so it is safe to fork before."""
    return ConnectionPool(
        libpq_url(url),
        connection_class=PooledConnection,
        kwargs={
            "options": f"{limits.as_options()} -c pg_trgm.word_similarity_threshold={NEARLY_SPELT}",
            "application_name": "portal",
            "tcp_user_timeout": VANISHED_AFTER,
        },
        min_size=0,
        max_size=size,
        open=False,
        check=_still_there,
        close_returns=True,
        timeout=10,
        reconnect_timeout=10,
        max_idle=300,
    )


def _still_there(connection: psycopg.Connection[Any]) -> None:
    """Make sure that the server has not closed a connection that waited in the pool.

    It says so before it goes, so a connection with nothing to read is a good one, and asking costs no journey to the
    server. One whose server vanished without a word is given up by the system when `tcp_user_timeout` has passed.
    """
    heard = poll()
    heard.register(connection.fileno(), POLLIN)
    if heard.poll(0):
        ConnectionPool.check_connection(connection)


def _from_pool(pool: ConnectionPool[PooledConnection]) -> psycopg.Connection[Any]:
    if pool.closed:
        pool.open()
    return pool.getconn()


def init_database(app: Flask) -> None:
    """Bind `db` to the address in `SQLALCHEMY_DATABASE_URI` through a pool.

    Reads `PORTAL_POOL_SIZE` (connections per process) and `PORTAL_DB_LIMITS` from the app's config.
    """
    pool = open_pool(
        app.config["SQLALCHEMY_DATABASE_URI"],
        app.config.get("PORTAL_DB_LIMITS", WEB_LIMITS),
        app.config.get("PORTAL_POOL_SIZE", 6),
    )
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "poolclass": NullPool,
        "creator": partial(_from_pool, pool),
        "hide_parameters": True,
        **app.config.get("SQLALCHEMY_ENGINE_OPTIONS", {}),
    }
    app.extensions["portal_pool"] = pool
    db.init_app(app)
    migrate.init_app(
        app,
        db,
        directory=str(app.config["PORTAL_MIGRATIONS"]),
        include_object=_is_ours,
        compare_server_default=True,
    )


def _is_ours(_object: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Keep the drift check to the portal's own tables; the job queue brings and keeps its own."""
    return not (
        kind == "table" and reflected and compare_to is None and str(name).startswith("procrastinate_")
    )


def rows_changed(done: Result[*tuple[Any, ...]]) -> int:
    """How many rows an INSERT, UPDATE or DELETE wrote; SQLAlchemy types its result as that of a SELECT."""
    return cast(CursorResult[*tuple[Any, ...]], done).rowcount
