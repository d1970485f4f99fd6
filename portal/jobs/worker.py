"""The worker: takes jobs out of the queue, two at a time, and looks after those that other workers lost.

    run_worker(create_app(WORKER_CONFIG))

Any number of workers may run, on any number of machines. One that is killed loses nothing: its jobs fall
silent, and the next worker that looks begins them anew.
"""

import asyncio
import signal
import time
from collections.abc import Callable, Iterable
from threading import Event, Lock, Thread
from typing import Any

import procrastinate
import structlog
from flask import Flask
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout

from portal.core.db import JOB_LIMITS, WEB_LIMITS, libpq_url
from portal.core.embedded import embedded_server
from portal.jobs.lost import is_passing
from portal.jobs.patience import PatientConnector
from portal.jobs.queue import QUEUE, TASK
from portal.jobs.runner import anonymous_trace, run_job, run_of
from portal.jobs.stopping import Statements
from portal.jobs.upkeep import SILENCE, cancelled, do_recurring, keep_alive, recover_jobs

log = structlog.get_logger()

CONCURRENCY = 2
WORKER_CONFIG = {"PORTAL_DB_LIMITS": JOB_LIMITS, "PORTAL_POOL_SIZE": 10}
"""What a worker's app differs in: statements may take long, and each job needs two or three connections."""

GRACE = 8.0
"""Seconds that running jobs may go on after the worker was asked to end; then they stop at the next step."""


class Running:
    """What this worker is doing, and whether it should come to an end. Shared by its threads."""

    def __init__(self) -> None:
        self.ending = Event()
        self._lock = Lock()
        self._runs: dict[int, Statements] = {}
        self._ended_at: float | None = None

    def end(self) -> None:
        """Take no more jobs; asked a second time, have the running ones stop at once."""
        self._ended_at = time.monotonic() - (GRACE if self.ending.is_set() else 0)
        self.ending.set()

    def grace_is_over(self) -> bool:
        """Whether a running job should stop at its next step."""
        return self._ended_at is not None and time.monotonic() >= self._ended_at + GRACE

    def numbers(self) -> set[int]:
        """The runs that are alive."""
        with self._lock:
            return set(self._runs)

    def stop(self, numbers: Iterable[int]) -> None:
        """Stop the statements of these runs, as far as they are at work here."""
        with self._lock:
            found = [self._runs[number] for number in numbers if number in self._runs]
        for statements in found:
            statements.stop()

    def work(self, app: Flask, context: JobContext, job: str) -> None:
        """Do one job of the queue."""
        run, statements = run_of(job, context.job.id), Statements()
        with self._lock:
            self._runs[run.number] = statements
        try:
            run_job(app, run, self.grace_is_over, statements)
        finally:
            with self._lock:
                self._runs.pop(run.number, None)


def run_worker(app: Flask) -> None:
    """Work until SIGTERM or SIGINT, through restarts of the database. `app` is made with `WORKER_CONFIG`.

    At the signal, running jobs have eight seconds to finish; the rest is put back into the queue.
    """
    running = Running()
    silence = float(app.config.get("PORTAL_JOB_SILENCE", SILENCE))
    helpers = [
        _repeat(
            silence / 5, lambda: keep_alive(app, running.numbers()), running.ending, until=running.numbers
        ),
        _repeat(silence / 3, lambda: recover_jobs(app, silence), running.ending),
        _repeat(1.0, lambda: do_recurring(app), running.ending),
        _repeat(
            1.0,
            lambda: running.stop(cancelled(app, running.numbers())),
            running.ending,
            until=running.numbers,
        ),
        _repeat(2.0, _Reviver(app), running.ending),
    ]
    log.info("worker_started", concurrency=CONCURRENCY)
    asyncio.run(_serve(app, running))
    for helper in helpers:
        helper.join(timeout=5)
    app.extensions["portal_pool"].close()
    log.info("worker_ended")


async def _serve(app: Flask, running: Running) -> None:
    """Take jobs until told to end; where procrastinate's worker stops by itself, start it again."""
    connector = PatientConnector(
        conninfo=libpq_url(app.config["SQLALCHEMY_DATABASE_URI"]),
        kwargs={"options": WEB_LIMITS.as_options(), "application_name": "portal worker"},
        min_size=1,
        max_size=CONCURRENCY + 2,
        timeout=5,
        reconnect_timeout=5,
    )
    queue = procrastinate.App(connector=connector)

    @queue.task(name=TASK, queue=QUEUE, pass_context=True)
    def take(context: JobContext, job: str) -> None:
        running.work(app, context, job)

    current: list[Worker] = []

    def end() -> None:
        running.end()
        connector.give_up()
        for worker in current:
            # procrastinate gives these two no types.
            worker.stop()  # type: ignore[no-untyped-call]

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    while not running.ending.is_set():
        try:
            async with queue.open_async():
                current[:] = [_worker(queue)]
                await current[0].run()  # type: ignore[no-untyped-call]
        except (ConnectorException, PoolTimeout) as error:
            log.warning("queue_lost", error=type(error).__name__)
        if not running.ending.is_set():
            await asyncio.sleep(1)


def _worker(queue: procrastinate.App) -> Worker:
    return Worker(
        queue,
        queues=[QUEUE],
        name="portal",
        concurrency=CONCURRENCY,
        delete_jobs="always",
        install_signal_handlers=False,
    )


class _Reviver:
    """Starts the embedded database again where it was killed; a server of the user's own is theirs."""

    def __init__(self, app: Flask) -> None:
        server = embedded_server()
        ours = server is not None and server.url() == app.config["SQLALCHEMY_DATABASE_URI"]
        self._server = server if ours else None

    def __call__(self) -> None:
        if self._server is not None and not self._server.is_running():
            log.warning("database_gone")
            self._server.ensure()


def _repeat(
    seconds: float, do: Callable[[], None], ending: Event, until: Callable[[], Any] | None = None
) -> Thread:
    """Call `do` again and again in a thread, whatever it raises, until the worker ends, `until` is empty."""

    def loop() -> None:
        while not ending.wait(seconds) or (until is not None and until()):
            if ending.is_set():
                time.sleep(seconds)
            try:
                do()
            except Exception as error:
                if is_passing(error):
                    log.warning("upkeep_waits", error=type(error).__name__)
                else:
                    log.error("upkeep_fault", **anonymous_trace(error))

    thread = Thread(target=loop, daemon=True)
    thread.start()
    return thread
