"""`portal run`: everything that a portal needs, in one command: database, web server, background worker."""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType

import click

from portal.cli._children import STOP_SIGNALS, Child, say, supervise
from portal.core.embedded import EmbeddedError, Server, database_url, embedded_server


@click.command()
@click.option(
    "--host", envvar="HOST", default="127.0.0.1", show_default=True, help="The address to listen on."
)
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--demo/--no-demo",
    envvar="PORTAL_DEMO",
    default=True,
    help="Load the demo into an embedded database that is empty.",
)
def run(host: str, port: int, demo: bool) -> None:
    """Start the portal: its database, web server and worker, until Ctrl-C."""
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    refuse_taken_address(host, port)
    children = [
        Child("web server", command("web", "--host", host, "--port", str(port))),
        Child("worker", command("worker")),
    ]
    if sys.stderr.isatty():  # a person reads along: the address and the log-ins stay in view
        os.environ.setdefault("PORTAL_LOG_LEVEL", "WARNING")
    server = embedded_server()
    try:
        if not server:
            require_answer()
        log_ins = prepare(server, demo)
        os.environ["PORTAL_DEMO_OUTBOX"] = json.dumps(bool(log_ins))  # for the children: not beyond the demo
        announce(host, port, log_ins)
        supervise(children, healer(server))
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        say("Stopped before it was ready")
        sys.exit(130)
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        if server:
            server.release()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def refuse_taken_address(host: str, port: int) -> None:
    """Raise `ClickException` (exit code 1) where nobody could listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(
            f"Cannot listen on {host} port {port}: {error.strerror}. Choose another, for example:"
            f" PORT={port + 1 if port < 65535 else 8000} make run"
        ) from error


def require_answer() -> None:
    """Raise `ClickException` where the server that the user named cannot be reached."""
    import psycopg

    from portal.core.db import libpq_url

    try:
        psycopg.connect(libpq_url(database_url()), connect_timeout=10).close()
    except (ValueError, psycopg.Error) as error:
        raise click.ClickException(f"The database in DATABASE_URL does not answer. {error}") from error


def prepare(server: Server | None, demo: bool) -> list[str]:
    """Bring the database up to date; the demo's log-ins, one a line, where there is a demo."""
    from portal import create_app
    from portal.cli.upgrade import bring_up_to_date

    app = create_app()
    with app.app_context():
        bring_up_to_date()
        log_ins: list[str] = []
        if server and demo:
            from portal.cli.demo import load_if_empty

            log_ins = load_if_empty()
    app.extensions["portal_pool"].close()
    return log_ins


def announce(host: str, port: int, log_ins: list[str]) -> None:
    """Tell where the portal is, and who may sign in to its demo."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(  # noqa: S104 -- shown, not bound
        host, f"[{host}]" if ":" in host else host
    )
    lines = ["", f"  Rahat Portal: http://{shown}:{port}", ""]
    if log_ins:
        lines += ["  To look around, sign in as", *(f"    {line}" for line in log_ins), ""]
    click.echo("\n".join([*lines, "  Ctrl-C stops it. Your data stays.", ""]))
    sys.stdout.flush()


def command(*words: str) -> list[str]:
    """One of the portal's own commands, for the Python that runs this one."""
    return [sys.executable, "-m", "portal.cli", *words]


def healer(server: Server | None) -> Callable[[], None]:
    """What starts the embedded database again when it was killed, with a pause where that fails."""
    not_before = 0.0

    def heal() -> None:
        nonlocal not_before
        if server is None or server.is_running() or time.monotonic() < not_before:
            return
        say("The database is gone; it starts again")
        try:
            server.ensure()
        except EmbeddedError as error:
            say(str(error))
            not_before = time.monotonic() + 5

    return heal
