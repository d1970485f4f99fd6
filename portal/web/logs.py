"""One JSON line for each request, with an id that its error page shows too.

No personal data: the endpoint and never the query, the place of an error and never its text.
"""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


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
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)
        event["kind"] = type(error).__name__
        event["sqlstate"] = getattr(getattr(error, "orig", error), "sqlstate", None)
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-20:]]
    return event


def configure_logs(level: str = "INFO") -> None:
    """Write structured lines to standard error; line breaks inside values stay inside their line."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def init_logs(app: Flask) -> None:
    """Give each request its id before anything else runs."""
    configure_logs(app.config.get("PORTAL_LOG_LEVEL", "INFO"))
    app.before_request(_begin)
    app.after_request(_end)
