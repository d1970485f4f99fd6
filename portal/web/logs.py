"""One JSON line for each request, with an id that its error page shows too.

No personal data: the endpoint and never the query, the place of an error and never its text. What libraries warn of
takes the same form, so that every line of the log is one JSON object, whatever stands in it.
"""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO, cast
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request
from structlog.typing import Processor

log = structlog.get_logger()

_JSON = structlog.processors.JSONRenderer()
"""Escapes all that is not plain ASCII text, line breaks and terminals' control characters above all."""


def _begin() -> None:
    g.request_id = uuid4().hex[:16]
    g.request_began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint not in {"assets.read_asset", "health.live"}:
        log.info(
            "request",
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            ms=round((time.monotonic() - g.request_began) * 1000, 1) if "request_began" in g else None,
        )
    return response


def _trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where an error arose, without its text and without any variable: both may hold personal data."""
    error = event.pop("exc_info", None)
    if isinstance(error, tuple):  # as the standard library has it
        error = error[1]
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["kind"] = type(error).__name__
        event["sqlstate"] = getattr(getattr(error, "orig", error), "sqlstate", None)
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]]
    return event


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def configure_logs(level: str = "INFO") -> None:
    """Write structured lines to standard error; line breaks inside values stay inside their line.

    Raises ValueError for a level that there is none of.
    """
    level = level.upper()
    if level not in LEVELS:
        raise ValueError(f"PORTAL_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR, and is {level!r}.")
    facts: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace,
    ]
    structlog.configure(
        processors=[*facts, _JSON],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
    _write_others(facts)


class _StandardError:
    """Whatever standard error is at the moment of writing."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


class _Others(logging.StreamHandler[Any]):
    """Where lines of libraries go."""


def _write_others(facts: list[Processor]) -> None:
    """Give warnings that libraries log the same form, once for the process."""
    root = logging.getLogger()
    if not any(isinstance(handler, _Others) for handler in root.handlers):
        handler = _Others(_StandardError())
        handler.setLevel(logging.WARNING)
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[structlog.stdlib.add_logger_name, *facts],
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _JSON],
            )
        )
        root.addHandler(handler)


def init_logs(app: Flask) -> None:
    """Give each request its id before anything else runs."""
    configure_logs(app.config.get("PORTAL_LOG_LEVEL", "INFO"))
    app.before_request(_begin)
    app.after_request(_end)
