"""Signing in and out, and one's own sessions."""

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, flash, g, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portal.auth import operations, queries
from portal.auth.devices import browser_and_system
from portal.auth.forms import PasswordForm, SignInForm
from portal.auth.operations import Visit
from portal.auth.passwords import COST, Passwords, passwords_at
from portal.core.db import db
from portal.core.errors import Refusal
from portal.web.access import current_person, public, signed_in
from portal.web.htmx import page, see_other
from portal.web.paths import own_path
from portal.web.sessions import PersonStore, keep_people, needs_https, sign_person_in, sign_person_out

bp = Blueprint("auth", __name__)


@bp.record_once
def _open(state: BlueprintSetupState) -> None:
    """Tell `web` how people are found, and set the cost of passwords (PORTAL_PASSWORD_COST) for this app."""
    app = cast(Flask, state.app)
    keep_people(app, PersonStore(find=queries.find_person, touch=operations.touch_session))
    app.extensions["portal_passwords"] = passwords_at(app.config.get("PORTAL_PASSWORD_COST", COST))


def passwords() -> Passwords:
    """How this app hashes passwords."""
    found: Passwords = current_app.extensions["portal_passwords"]
    return found


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """The sign-in page; signs in who fills it in rightly, and goes on to where they wanted."""
    if current_user.is_authenticated:
        return see_other(_after_sign_in())
    form = SignInForm(data={"next": request.args.get("next")})
    if needs_https():
        return page(
            "auth/sign_in.html", form=form, needs_https=True, status=403 if form.is_submitted() else 200
        )
    if form.validate_on_submit():
        if _try(form):
            return see_other(_after_sign_in())
        form.refuse(
            Refusal(
                "This e-mail address and password do not fit together, or there were too many attempts. "
                "After five wrong ones the account rests for 15 minutes."
            )
        )
    status = 422 if form.is_submitted() else 200
    return page("auth/sign_in.html", form=form, needs_https=False, status=status)


def _try(form: SignInForm) -> bool:
    email, password = form.email.data or "", form.password.data or ""
    token = operations.sign_in(db.session(), passwords(), email, password, _visit())
    person = queries.find_person(db.session(), token, g.request_id) if token else None
    db.session.commit()
    if person is None:
        return False
    sign_person_in(person)
    return True


def _visit() -> Visit:
    return Visit(request.remote_addr, request.user_agent.string)


def _after_sign_in() -> str:
    return own_path(request.values.get("next")) or url_for("home.show_home")


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session, here and in the database, and have the browser forget what it kept of us."""
    if current_user.is_authenticated:
        person = current_person()
        operations.end_session(db.session(), person, person.session_uuid)
        db.session.commit()
    sign_person_out()
    response = see_other(url_for("auth.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Response:
    """Take another password. All other browsers are signed out."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            _change(form)
        except Refusal as refusal:
            db.session.commit()  # a wrong password was counted
            form.refuse(refusal)
        else:
            flash(_("Your password is changed. You are signed out everywhere else."), "success")
            return see_other(url_for("home.show_home"))
    status = 422 if form.is_submitted() else 200
    return page("auth/change_password.html", form=form, person=current_person(), status=status)


def _change(form: PasswordForm) -> None:
    current, new = form.current.data or "", form.password.data or ""
    token = operations.change_password(db.session(), passwords(), current_person(), current, new, _visit())
    person = queries.find_person(db.session(), token, g.request_id)
    db.session.commit()
    if person is not None:
        sign_person_in(person)


@bp.get("/account/sessions")
@signed_in
def list_sessions() -> Response:
    """Where one is signed in now."""
    person = current_person()
    sessions = queries.live_sessions(db.session(), person.id)
    return page(
        "auth/list_sessions.html",
        sessions=[
            {"row": row, "device": _device(row.user_agent), "here": row.id == person.session_id}
            for row in sessions
        ],
    )


def _device(user_agent: str | None) -> str:
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
