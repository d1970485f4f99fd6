"""One's own second factor: set up, recovery codes, turned off."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from portal.auth import totp
from portal.auth.forms import SecondFactorChangeForm
from portal.auth.limits import SECOND_FACTOR_SECONDS, SECOND_FACTOR_TRIES
from portal.auth.operations import second_factor as operations
from portal.auth.operations.confirming import confirm_person
from portal.auth.operations.recovery_codes import make_recovery_codes
from portal.auth.operations.second_factor import Means
from portal.auth.queries.accounts import account_of_user
from portal.auth.queries.second_factors import count_unused_codes, second_factor_of
from portal.auth.views import bp
from portal.auth.views.entering import enter, passwords
from portal.auth.views.notices import tell_of_second_factor
from portal.core.db import db
from portal.core.errors import Refusal
from portal.web import rates
from portal.web.access import current_person, signed_in
from portal.web.htmx import page, see_other


def means() -> Means:
    """With what this app checks codes, now."""
    return Means(current_app.config["PORTAL_INSTANCE"], passwords(), dt.datetime.now(dt.UTC))


def take_a_try() -> None:
    """Count a try at a code, before the work of checking it.

    The connection is given back before: who holds one and waits for another can wait for ever.
    """
    db.session.commit()
    rates.take("second-factor", str(current_person().id), SECOND_FACTOR_TRIES, SECOND_FACTOR_SECONDS)


@bp.get("/account/second-factor")
@signed_in
def show_second_factor() -> Response:
    """Whether one has a second factor, and what can be done about it."""
    person = current_person()
    factor = second_factor_of(db.session(), person.id)
    return page(
        "auth/show_second_factor.html",
        person=person,
        since=factor.confirmed_at if factor else None,
        codes_left=count_unused_codes(db.session(), person.id),
    )


@bp.post("/account/second-factor/begin")
@signed_in
def begin_second_factor() -> Response:
    """Make a secret for the phone."""
    operations.begin(db.session(), means(), current_person())
    db.session.commit()
    return see_other(url_for("auth.set_up_second_factor"))


@bp.route("/account/second-factor/set-up", methods=["GET", "POST"])
@signed_in
def set_up_second_factor() -> Response:
    """Show the secret to the phone, and take its first code; the recovery codes are the answer.

    They are shown here and now and kept nowhere, so the answer to this POST is a page and no redirect.
    """
    return _change("auth/set_up_second_factor.html", _confirm, _being_set_up)


def _confirm(form: SecondFactorChangeForm) -> Response:
    person, session = current_person(), db.session()
    _confirm_person(form)
    token = operations.confirm(session, means(), person, form.code.data or "")
    codes = make_recovery_codes(session, passwords(), person.id)
    tell_of_second_factor(session, person.id, "on")
    if not enter(token):
        return see_other(url_for("auth.sign_in"))
    onwards = url_for("home.show_home" if person.must_set_up_second_factor else "auth.show_second_factor")
    return page("auth/show_recovery_codes.html", codes=codes, onwards=onwards)


def _being_set_up() -> dict[str, Any]:
    """Whose it is, and the secret in both ways in which a phone takes it."""
    person = current_person()
    secret = operations.secret_being_set_up(db.session(), means(), person)
    if secret is None:
        return {"person": person, "picture": None, "letters": None}
    address = totp.address_of(secret, person.email or person.name or _("My account"))
    return {"person": person, "picture": totp.picture_of(address), "letters": totp.in_groups(secret)}


@bp.route("/account/second-factor/recovery-codes", methods=["GET", "POST"])
@signed_in
def renew_recovery_codes() -> Response:
    """Ten new recovery codes in place of the old ones; the answer to the POST shows them, once."""
    return _change("auth/renew_recovery_codes.html", _renew)


def _renew(form: SecondFactorChangeForm) -> Response:
    person, session = current_person(), db.session()
    _confirm_person(form)
    operations.check_code(session, means(), person, form.code.data or "")
    codes = make_recovery_codes(session, passwords(), person.id)
    tell_of_second_factor(session, person.id, "codes")
    session.commit()
    return page("auth/show_recovery_codes.html", codes=codes, onwards=url_for("auth.show_second_factor"))


@bp.route("/account/second-factor/turn-off", methods=["GET", "POST"])
@signed_in
def turn_off_second_factor() -> Response:
    """Do without a second factor, where no role demands one."""
    return _change("auth/turn_off_second_factor.html", _turn_off, lambda: {"person": current_person()})


def _turn_off(form: SecondFactorChangeForm) -> Response:
    person, session = current_person(), db.session()
    _confirm_person(form)
    operations.turn_off(session, means(), person, form.code.data or "")
    tell_of_second_factor(session, person.id, "off")
    session.commit()
    flash(_("Your second factor is turned off."), "success")
    return see_other(url_for("auth.show_second_factor"))


def _change(
    template: str,
    do: Callable[[SecondFactorChangeForm], Response],
    shown: Callable[[], dict[str, Any]] = dict,
) -> Response:
    """Ask for code and password, and answer with what `do` does with right ones.

    `shown` is asked only where the page is shown, what else stands on it.
    """
    form, status = _change_form(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            take_a_try()
            try:
                return do(form)
            except Refusal as refusal:
                db.session.commit()  # what was wrong was counted
                form.refuse(refusal)
                status = refusal.status
    return page(template, form=form, status=status, **shown())


def _change_form() -> SecondFactorChangeForm:
    """The form, without a field for the password where the person has none."""
    form = SecondFactorChangeForm()
    account = account_of_user(db.session(), current_person().id)
    if account is None or account.password_hash is None:
        del form.current
    return form


def _confirm_person(form: SecondFactorChangeForm) -> None:
    typed = form.current.data if "current" in form else None
    confirm_person(db.session(), passwords(), current_person(), typed or "")
