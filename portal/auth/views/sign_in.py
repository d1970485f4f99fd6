"""Signing in with an e-mail address or phone number and the password, and signing out."""

from flask import Response, request, url_for
from flask_login import current_user

from portal.audit.deeds import SIGN_OUT
from portal.audit.operations import record
from portal.auth.forms import SignInForm
from portal.auth.limits import SIGN_IN_SECONDS, SIGN_IN_TRIES
from portal.auth.operations import passwords as by_password
from portal.auth.operations.sessions import end_session
from portal.auth.views import bp
from portal.auth.views.entering import after_sign_in, enter, identifier, passwords, visit
from portal.core.db import db
from portal.core.errors import Refusal
from portal.web import rates
from portal.web.access import current_person, public
from portal.web.htmx import page, see_other
from portal.web.sessions import needs_https, sign_person_out


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """The sign-in page; signs in who fills it in rightly, and goes on to where they wanted."""
    if current_user.is_authenticated:
        return see_other(after_sign_in())
    form = SignInForm(data={"next": request.args.get("next")})
    if needs_https():
        return page(
            "auth/sign_in.html", form=form, needs_https=True, status=403 if form.is_submitted() else 200
        )
    if form.validate_on_submit():
        rates.take("sign-in", rates.address(), SIGN_IN_TRIES, SIGN_IN_SECONDS)
        who, password = identifier(form), form.password.data or ""
        token = by_password.sign_in(db.session(), passwords(), who, password, visit())
        if token is not None:
            rates.give_back("sign-in", rates.address())
        if enter(token):
            return see_other(after_sign_in())
        form.refuse(
            Refusal(
                "This password does not fit, or there were too many attempts. "
                "After five wrong ones the account rests for 15 minutes."
            )
        )
    status = 422 if form.is_submitted() else 200
    return page("auth/sign_in.html", form=form, needs_https=False, status=status)


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End this session, here and in the database, and have the browser forget what it kept of us."""
    if current_user.is_authenticated:
        person = current_person()
        end_session(db.session(), person, person.session_uuid)
        record(db.session(), SIGN_OUT, table_name="tbl_users", record_id=str(person.uuid))
        db.session.commit()
    sign_person_out()
    response = see_other(url_for("auth.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
