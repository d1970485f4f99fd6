"""Under which of the machine's users PostgreSQL runs. It refuses to run as root, so root lends it another."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
"""All that the server gets to know: nothing of the caller's language, PG* variables or secrets."""

AS_NOBODY = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
"""Root by any other name: files stay root's, and PostgreSQL sees an ordinary user."""


class EmbeddedError(RuntimeError):
    """The embedded server cannot run; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """A user of the machine and how commands are run as that user."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()

    def run(self, *command: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in `/` and with a clean environment."""
        if os.geteuid() == 0 and self.uid != 0:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(
            [*self.prefix, *map(str, command)],
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            **options,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder to this user."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid)

    def reaches(self, binaries: Path, folder: Path) -> bool:
        """Whether this user can run the binaries and get into the folder."""
        can = self.run("/bin/sh", "-c", '"$0/postgres" --version && cd "$1"', binaries, folder, **QUIET)
        return can.returncode == 0


QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def choose_account(binaries: Path, data: Path) -> Account:
    """Whoever owns the data; for new data ourselves, or as root `PORTAL_PG_USER`, `postgres` or `nobody`.

    Where root's other user cannot reach binaries or data (both under /root, say) a user namespace hides that
    we are root. Raises `EmbeddedError` where none of this works.
    """
    if data.exists():
        return _owner(data)
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    account = _lent_by_root()
    if account.reaches(binaries, data.parent):
        return account
    hidden = Account(0, 0, AS_NOBODY)
    if "PORTAL_PG_USER" not in os.environ and _may_unshare() and hidden.reaches(binaries, data.parent):
        return hidden
    raise EmbeddedError(
        f"The user {pwd.getpwuid(account.uid).pw_name!r}, under whom PostgreSQL would run, cannot reach"
        f" {binaries} or {data.parent}. Put the portal into a folder that every user may enter (not under"
        " /root), or name another user in PORTAL_PG_USER."
    )


def _owner(data: Path) -> Account:
    status = data.stat()
    if status.st_uid == 0:
        return Account(0, 0, AS_NOBODY)
    if os.geteuid() not in (0, status.st_uid):
        raise EmbeddedError(
            f"The database in {data} belongs to another user. Start the portal as the user who started it"
            " first, or give it a place of its own with PORTAL_INSTANCE."
        )
    return Account(status.st_uid, status.st_gid)


def _lent_by_root() -> Account:
    named = os.environ.get("PORTAL_PG_USER")
    for name in [named] if named else ["postgres", "nobody"]:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError(
        "PORTAL_PG_USER must name an existing user that is not root, for PostgreSQL to run as."
    )


def _may_unshare() -> bool:
    try:
        return subprocess.run([*AS_NOBODY, "true"], check=False, **QUIET).returncode == 0
    except FileNotFoundError:
        return False
