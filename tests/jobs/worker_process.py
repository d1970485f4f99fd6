"""What a worker in a process of its own does, which knows the works of the tests: see `forked`."""

import time

import eth_account.hdaccount  # noqa: F401 -- half a second that each worker would take for its first wallet
from sqlalchemy import text

from portal import assembly
from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs import progress as notes
from portal.jobs.tasks import Progress, work
from portal.jobs.worker import WORKER_CONFIG, run_worker


@work("test.rows", "Rows, one after the other")
def rows(progress: Progress, rows: int, pause: float) -> None:
    """Counts, then writes one effect together with its ending."""
    progress.step("Counting", rows)
    for done in range(rows):
        progress.advance(done)
        time.sleep(pause)
    db.session.execute(text("INSERT INTO effects (who) SELECT current_setting('portal.actor', true)"))
    progress.finish_with(db.session(), {"rows": rows})
    db.session.commit()


@work("test.careless", "An effect that is committed before the job ends")
def careless(progress: Progress) -> dict[str, int]:
    """Never calls finish_with."""
    db.session.execute(text("INSERT INTO effects (who) VALUES ('careless')"))
    db.session.commit()
    return {"rows": 1}


@work("test.slow_statement", "One long statement")
def slow_statement(progress: Progress, seconds: float) -> None:
    """Busy in the database, so that the database can be killed under it."""
    progress.step("Asking")
    db.session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
    db.session.execute(text("INSERT INTO effects (who) VALUES ('slow')"))
    progress.finish_with(db.session())
    db.session.commit()


@work("test.refused", "Refused")
def refused(progress: Progress) -> None:
    """Says why in words for people."""
    raise Refusal("The file has no column for %(column)s.", column="phone")


@work("test.faulty", "Faulty")
def in_which_it_breaks(progress: Progress) -> None:
    """Breaks on something that names a person."""
    raise ValueError("Sita Tamang +9779812345678")


@work("test.fatal", "Kills its worker")
def fatal(progress: Progress) -> None:
    """Takes the whole process with it, every time."""
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, silence: float) -> None:
    """Work, and write each note of progress down, so that a test can wait for one."""
    notes.PAUSE = 0.0
    run_worker(
        assembly.assemble(
            {
                **WORKER_CONFIG,
                "SECRET_KEY": "only for tests, and long enough to be taken",
                "SQLALCHEMY_DATABASE_URI": url,
                "PORTAL_JOB_SILENCE": silence,
                "PORTAL_WALLET_POOL": 100,
            }
        )
    )
