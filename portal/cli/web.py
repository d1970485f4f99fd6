"""`portal web`: the web server alone, for a machine whose database and worker run elsewhere."""

import signal

import click
from flask import Flask

WORKERS = 2
THREADS_EACH = 2
HEAD_START = 3
"""Seconds that a new worker gets to begin listening before the one it replaces ends, lest nobody listens."""


@click.command()
@click.option(
    "--host", envvar="HOST", default="127.0.0.1", show_default=True, help="The address to listen on."
)
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
def web(host: str, port: int) -> None:
    """Serve the portal's pages until told to stop. A hang-up signal replaces the workers one by one."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from portal import load
    from portal.cli._bound import warn_if_unbound
    from portal.core.db import libpq_url
    from portal.core.embedded import database_url

    load()  # once here, so that the workers share its memory
    # Asking for it counts this process, which outlives its workers, among the database's users.
    warn_if_unbound(libpq_url(database_url()))
    server = Server(
        "portal:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS_EACH,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=HEAD_START,
        workers_kill_timeout=12,
    )
    server.serve(target_loader=application, wrap_loader=False)


def application() -> Flask:
    """The application, in a worker. Until it serves, a signal to stop simply ends it."""
    from portal import create_app

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return create_app()
