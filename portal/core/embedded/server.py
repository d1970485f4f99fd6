"""One PostgreSQL server in one folder: started by whoever needs it first, stopped by whoever leaves last."""

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from portal.core.embedded import holders, leftovers
from portal.core.embedded.account import QUIET, Account, EmbeddedError, choose_account
from portal.core.embedded.binaries import (
    SETTINGS,
    as_server_options,
    find_binaries,
    initdb_options,
    major_version,
)

PORTAL = "portal"
"""The role and the database of the program. The role is no superuser; it owns the database."""

SUPERUSER = "postgres"
LONGEST_SOCKET_FOLDER = 88
"""Bytes. The kernel allows 108 for a socket's whole path."""

UNSAFE = frozenset('"$`\\,')
"""In a path: `pg_ctl` puts it between double quotes for a shell, and a comma parts hosts in an address."""

PATIENCE = 300
"""Seconds that a start may take: after a crash the server first reads its log again."""


class Server:
    """A server whose data lies in `directory`; any number of processes may use it, each by a `Server`."""

    def __init__(self, directory: Path, settings: Mapping[str, str] | None = None) -> None:
        """`settings` are PostgreSQL's own, over the usual ones, for whoever starts it."""
        self.data = directory.resolve()
        self.settings = {**SETTINGS, **(settings or {})}
        self._lock = self.data.with_name(self.data.name + ".lock")
        self._register = self.data.with_name(self.data.name + ".users")

    def ensure(self) -> str:
        """Have the server running with the portal's database in it; its address for SQLAlchemy.

        Counts this process among the users until it ends or calls `release`. Quick where all is well (some
        milliseconds), so it may be called again at any time. Raises `EmbeddedError`.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with holders.alone(self._lock):
            holders.sign(self._register)
            atexit.unregister(self.release)
            atexit.register(self.release)
            if not self._answers():
                self._start()
                self._make_database()
        return self.url()

    def release(self) -> bool:
        """Use the server no longer. The last to do so stops it; whether that was us."""
        atexit.unregister(self.release)
        if not self.data.parent.exists():
            return False
        with holders.alone(self._lock):
            last = holders.leave(self._register)
            if last:
                self._stop()
            return last

    def remove_if_unused(self) -> bool:
        """Stop the server and delete its data, unless some process uses it; whether it was done."""
        with holders.alone(self._lock):
            if not holders.unused(self._register):
                return False
            self._stop()
            shutil.rmtree(self.data, ignore_errors=True)
            return True

    def is_running(self) -> bool:
        """Whether the server's main process lives; asks the machine, not the server."""
        return leftovers.postmaster(self.data) is not None

    def url(self, role: str = PORTAL, database: str = PORTAL) -> str:
        """The address of a database on this server. Who may enter its folder may take any role."""
        socket = quote(str(self._socket()), safe="")
        return f"postgresql+psycopg://{role}@/{database}?host={socket}&port=5432"

    def conninfo(self, role: str = PORTAL, database: str = PORTAL) -> str:
        """The same address as psycopg and PostgreSQL's own tools read it."""
        return self.url(role, database).replace("+psycopg", "", 1)

    def _socket(self) -> Path:
        if len(os.fsencode(self.data)) <= LONGEST_SOCKET_FOLDER:
            return self.data
        name = sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"portal-pg-{name}"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.conninfo(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _start(self) -> None:
        binaries = find_binaries()
        account = choose_account(binaries, self.data)
        if not (self.data / "PG_VERSION").exists():
            self._initialise(binaries, account)
        self._check_version(binaries)
        if self._wait_for_running(binaries, account):
            return
        leftovers.clear(self.data)
        self._make_socket_folder(account)
        if UNSAFE & set(str(self.data)):
            raise EmbeddedError(
                f'PostgreSQL cannot work in {self.data}: name a folder without any of " $ ` \\ ,'
            )
        log = self.data / "server.log"
        if log.exists() and log.stat().st_size > 10_000_000:
            log.replace(log.with_suffix(".log.1"))
        options = as_server_options(self.settings, self._socket())
        with tempfile.TemporaryFile("w+") as said:
            started = account.run(
                *(binaries / "pg_ctl", "start", "--silent", "--wait", f"--timeout={PATIENCE}"),
                *(f"--pgdata={self.data}", f"--log={log}", f"--options={options}"),
                stdout=said,
                stderr=said,
            )
            if started.returncode:
                said.seek(0)
                last = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
                raise EmbeddedError("\n".join(["PostgreSQL did not start.", said.read().strip(), *last]))

    def _wait_for_running(self, binaries: Path, account: Account) -> bool:
        """Whether a server is there and answers; one that is just starting or stopping is waited for."""
        for _ in range(PATIENCE * 5):
            ready = account.run(
                binaries / "pg_isready", f"--host={self._socket()}", "--port=5432", "--timeout=5", **QUIET
            )
            if ready.returncode == 0:
                return True
            if ready.returncode == 2 and not self.is_running():
                return False
            time.sleep(0.2)
        raise EmbeddedError(f"PostgreSQL runs on {self.data} but does not answer; see server.log there.")

    def _initialise(self, binaries: Path, account: Account) -> None:
        """Make the data folder beside its place and move it there whole: a crash leaves no half of one."""
        new = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(mode=0o700)
        account.own(new)
        with tempfile.TemporaryFile("w+") as said:
            made = account.run(
                binaries / "initdb",
                f"--pgdata={new}",
                *initdb_options(major_version(binaries)),
                stdout=said,
                stderr=said,
            )
            if made.returncode:
                said.seek(0)
                raise EmbeddedError(f"PostgreSQL could not make its data folder.\n{said.read().strip()}")
        if self.data.exists():
            self.data.rmdir()
        new.rename(self.data)

    def _check_version(self, binaries: Path) -> None:
        wrote = (self.data / "PG_VERSION").read_text().strip()
        reads = major_version(binaries)
        if wrote != str(reads):
            raise EmbeddedError(
                f"The database in {self.data} was written by PostgreSQL {wrote}, and {binaries} holds version"
                f" {reads}, which cannot read it. Set PORTAL_PG_BIN to version {wrote}, dump the database"
                " with pg_dump, and load it into a new one."
            )

    def _make_socket_folder(self, account: Account) -> None:
        socket = self._socket()
        if socket == self.data:
            return
        if not socket.exists():
            socket.mkdir(mode=0o700)
            account.own(socket)
        found = socket.lstat()
        if socket.is_symlink() or found.st_uid != account.uid or found.st_mode & 0o077:
            raise EmbeddedError(f"{socket} belongs to somebody else. Use a shorter path in PORTAL_INSTANCE.")

    def _make_database(self) -> None:
        with psycopg.connect(self.conninfo(SUPERUSER, "postgres"), autocommit=True) as connection:
            name = sql.Identifier(PORTAL)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [PORTAL]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [PORTAL]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(name))

    def _stop(self) -> None:
        """Fast, so that open transactions are rolled back and everything is on disk."""
        if not self.is_running():
            return
        binaries = find_binaries()
        account = choose_account(binaries, self.data)
        stop = (binaries / "pg_ctl", "stop", "--silent", "--wait", f"--pgdata={self.data}")
        if account.run(*stop, "--mode=fast", "--timeout=60", **QUIET).returncode:
            account.run(*stop, "--mode=immediate", "--timeout=10", **QUIET)
        if self._socket() != self.data:
            shutil.rmtree(self._socket(), ignore_errors=True)
