"""One's own sessions: where one is signed in, and ending that."""

from typing import Any
from uuid import UUID

from flask import Response, flash, session, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.auth.devices import browser_and_system
from portal.auth.operations import sessions as operations
from portal.auth.queries.sessions import live_sessions
from portal.auth.views import bp
from portal.core.db import db
from portal.web.access import current_person, signed_in
from portal.web.htmx import page, see_other


@bp.get("/account/sessions")
@signed_in
def list_sessions() -> Response:
    """Where one is signed in now."""
    person = current_person()
    sessions = live_sessions(db.session(), person.id)
    return page(
        "auth/list_sessions.html",
        sessions=[
            {"row": row, "device": device_name(row.user_agent), "here": row.id == person.session_id}
            for row in sessions
        ],
    )


def device_name(user_agent: str | None) -> str:
    """A browser and its system in the reader's words, from what the browser says of itself."""
    browser, system = browser_and_system(user_agent)
    names: dict[str, Any] = {"browser": browser, "system": system}
    if browser and system:
        return str(_("%(browser)s on %(system)s", **names))
    return browser or system or str(_("Unknown browser"))


@bp.post("/account/sessions/<uuid:session_uuid>/end")
@signed_in
def end_session(session_uuid: UUID) -> Response:
    """Sign out of one place."""
    person = current_person()
    operations.end_session(db.session(), person, session_uuid)
    db.session.commit()
    if session_uuid == person.session_uuid:
        session.clear()
        return see_other(url_for("auth.sign_in"))
    flash(_("That session has ended."), "success")
    return see_other(url_for("auth.list_sessions"))


@bp.post("/account/sessions/end-others")
@signed_in
def end_other_sessions() -> Response:
    """Sign out everywhere but here."""
    ended = operations.end_other_sessions(db.session(), current_person())
    db.session.commit()
    flash(
        ngettext("%(num)s other session has ended.", "%(num)s other sessions have ended.", ended), "success"
    )
    return see_other(url_for("auth.list_sessions"))
