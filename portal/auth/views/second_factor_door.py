"""Showing the second factor after the first: the session stays shut until then."""

from collections.abc import Callable

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from portal.auth.forms import RecoveryCodeForm, SecondFactorForm
from portal.auth.operations import second_factor as operations
from portal.auth.operations.second_factor import Means
from portal.auth.views import bp
from portal.auth.views.entering import after_sign_in, enter
from portal.auth.views.notices import tell_of_second_factor
from portal.auth.views.second_factor import means, take_a_try
from portal.core.db import db
from portal.core.errors import Refusal
from portal.core.person import Person
from portal.web.access import current_person, signed_in
from portal.web.htmx import page, see_other

Show = Callable[[Session, Means, Person, str], str | None]


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@signed_in
def enter_second_factor() -> Response:
    """Type in the code that the phone shows."""
    return _door(SecondFactorForm, operations.show_code, "auth/enter_second_factor.html")


@bp.route("/sign-in/recovery-code", methods=["GET", "POST"])
@signed_in
def enter_recovery_code() -> Response:
    """Type in a recovery code, without the phone; its owner is told that it was used."""
    return _door(RecoveryCodeForm, _recover, "auth/enter_recovery_code.html")


def _recover(session: Session, means: Means, person: Person, code: str) -> str | None:
    token = operations.show_recovery_code(session, means, person, code)
    tell_of_second_factor(session, person.id, "used")
    return token


def _door(kind: type[SecondFactorForm], show: Show, template: str) -> Response:
    if not current_person().must_show_second_factor:
        return see_other(after_sign_in())
    form = kind(data={"next": request.args.get("next")})
    if form.validate_on_submit():
        take_a_try()
        try:
            token = show(db.session(), means(), current_person(), form.code.data or "")
        except Refusal as refusal:
            db.session.commit()  # a wrong code was counted
            form.refuse(refusal)
        else:
            return see_other(after_sign_in() if enter(token) else url_for("auth.sign_in"))
    return page(template, form=form, status=422 if form.is_submitted() else 200)
