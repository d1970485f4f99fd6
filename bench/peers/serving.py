"""Serves a WSGI application as `portal web` does: the same server, workers and threads."""

import sys
from collections.abc import Callable
from typing import Any

from portal.cli.web import THREADS_EACH, WORKERS


def serve(load: Callable[[], Any]) -> None:
    """Serve what `load` returns on the port named after `--port`, until told to stop."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    port = int(sys.argv[sys.argv.index("--port") + 1])
    server = Server(
        "peer",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS_EACH,
        websockets=False,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=load, wrap_loader=False)
