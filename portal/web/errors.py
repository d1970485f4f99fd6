"""Every refusal is a page in plain words with a request id, and never a stack trace."""

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException

from portal.core.db import db
from portal.core.errors import NotFound, Overreach, Refusal
from portal.core.told import told_by_database
from portal.web.deeds import note_denied
from portal.web.htmx import wants_fragment

log = structlog.get_logger()

PAGES = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503}
WAIT_SECONDS = 5


def error_page(status: int, said: str | None = None) -> Response:
    """The page of a status; `said` is what the reader should know beyond it.

    A fragment's place is left as it was: the message goes to the toasts, so nothing typed is lost.
    """
    if wants_fragment():
        body = render_template(
            "components/_toasts.html",
            messages=[("danger", said or title_of(status))],
            out_of_band=True,
        )
        response = make_response(body, status)
        response.headers["HX-Reswap"] = "none"
        return response
    name = status if status in PAGES else 500
    return make_response(
        render_template(f"errors/{name}.html", said=said, request_id=g.get("request_id")), status
    )


def title_of(status: int) -> str:
    """A status in a few words of the reader's language."""
    said: dict[int, str] = {
        400: _("That request could not be read."),
        401: _("Please sign in."),
        403: _("You may not do that."),
        404: _("There is no such page."),
        409: _("Somebody else was first."),
        413: _("That is too large."),
        429: _("Too many attempts. Wait a little."),
        503: _("The portal is not ready. It will be in a moment."),
    }
    return said.get(status) or str(_("Something went wrong on our side."))


def _on_refusal(refusal: Refusal) -> Response:
    db.session.rollback()
    if isinstance(refusal, Overreach):
        note_denied(refusal.action, refusal.subject)
    said = _(refusal.message, **refusal.params) if refusal.params else _(refusal.message)
    return error_page(refusal.status, said)


def _on_not_found(_error: NotFound) -> Response:
    db.session.rollback()
    return error_page(404)


def _on_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = error_page(error.code)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _on_csrf(_error: CSRFError) -> Response:
    return error_page(
        400, _("This form was open for too long, or you signed in again. Go back and send it once more.")
    )


def _on_database(error: DBAPIError | PoolTimeout) -> Response:
    """A database that is away, restarting, or cut a statement short: wait and try again, not a fault. What a trigger
    of ours refused is a refusal like any other."""
    db.session.rollback()
    refusal = told_by_database(error)
    if refusal is not None:
        return _on_refusal(refusal)
    original = getattr(error, "orig", None)
    state = getattr(original, "sqlstate", None) or ""
    passing = isinstance(error, PoolTimeout | OperationalError) or state in {"57014", "55P03", "40P01"}
    if not passing:
        return _on_fault(error)
    log.warning("database_unavailable", path=request.path, sqlstate=state, kind=type(error).__name__)
    response = error_page(503)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


def _on_fault(error: Exception) -> Response:
    log.error("fault", path=request.path, kind=type(error).__name__, exc_info=error)
    return error_page(500)


def init_errors(app: Flask) -> None:
    """Answer each kind of refusal with its page. Unknown faults pass through where the app propagates them."""
    app.register_error_handler(Refusal, _on_refusal)
    app.register_error_handler(NotFound, _on_not_found)
    app.register_error_handler(CSRFError, _on_csrf)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(DBAPIError, _on_database)
    app.register_error_handler(PoolTimeout, _on_database)
    if not app.config.get("PROPAGATE_EXCEPTIONS"):
        app.register_error_handler(Exception, _on_fault)
