"""Signing in with a code that is sent by e-mail or SMS."""

from flask import Response, current_app, request, session, url_for
from flask_login import current_user

from portal.auth.challenges import read_code
from portal.auth.forms import CodeForm, IdentifierForm, SignInForm
from portal.auth.identifiers import Identifier
from portal.auth.letters import CODE, address_for, write
from portal.auth.limits import (
    CODE_ASKED,
    CODE_LIFE,
    CODE_MINUTES,
    CODE_SECONDS,
    CODES_FROM_ADDRESS,
    SIGN_IN_SECONDS,
    SIGN_IN_TRIES,
)
from portal.auth.operations import codes as by_code
from portal.auth.views import bp
from portal.auth.views.entering import after_sign_in, enter, identifier, visit
from portal.core.db import db
from portal.core.errors import Refusal
from portal.web import rates
from portal.web.access import public
from portal.web.htmx import page, see_other
from portal.web.paths import own_path
from portal.web.sessions import needs_https

BROWSER = "asked"
"""In the cookie: what a browser that asked for a code is known by. A random value, nothing about the person."""


@bp.post("/sign-in/code")
@public
def send_code() -> Response:
    """Send a code to whoever signs in with what was typed; for everybody else everything looks the same."""
    if current_user.is_authenticated:
        return see_other(after_sign_in())
    form = IdentifierForm()
    if needs_https() or not form.validate_on_submit():
        door = SignInForm()
        door.identifier.errors = form.identifier.errors
        return page("auth/sign_in.html", form=door, needs_https=needs_https(), status=422)
    who = identifier(form)
    ask_gently(who)
    sent = by_code.ask_for_code(db.session(), current_app.config["SECRET_KEY"], who)
    with db.session.begin_nested() as letter:
        write(
            db.session(),
            address_for(who),
            CODE,
            sent.user_id,
            CODE_LIFE,
            code=sent.code,
            minutes=CODE_MINUTES,
        )
        if sent.user_id is None:
            letter.rollback()
    db.session.commit()
    session[BROWSER] = sent.browser
    return see_other(url_for("auth.enter_code", next=own_path(request.form.get("next"))))


@bp.route("/sign-in/code/enter", methods=["GET", "POST"])
@public
def enter_code() -> Response:
    """Enter the code that came; signs in who enters it rightly, in the browser that asked for it."""
    if current_user.is_authenticated:
        return see_other(after_sign_in())
    browser = session.get(BROWSER)
    if not isinstance(browser, str):
        return see_other(url_for("auth.sign_in", next=own_path(request.values.get("next"))))
    form = CodeForm(data={"next": request.args.get("next")})
    if form.validate_on_submit():
        rates.take("sign-in", rates.address(), SIGN_IN_TRIES, SIGN_IN_SECONDS)
        key, code = current_app.config["SECRET_KEY"], read_code(form.code.data or "")
        token = by_code.sign_in_with_code(db.session(), key, browser, code, visit())
        if token is not None:
            rates.give_back("sign-in", rates.address())
        if enter(token):
            return see_other(after_sign_in())
        form.refuse(
            Refusal(
                "This code does not fit, or it is too old, or there were too many attempts. "
                "Look for the newest one, or ask for another.",
                field="code",
            )
        )
    status = 422 if form.is_submitted() else 200
    return page("auth/enter_code.html", form=form, minutes=CODE_MINUTES, status=status)


def ask_gently(who: Identifier) -> None:
    """Hold down how often messages are asked for: from one place, and to one address whoever asks."""
    rates.take("code-from", rates.address(), CODES_FROM_ADDRESS, CODE_SECONDS)
    rates.take("code-to", f"{who.service} {who.service_id}", CODE_ASKED, CODE_SECONDS)
