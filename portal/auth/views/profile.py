"""One's own facts: what one is called, and the addresses by which one is reached."""

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from portal.auth.challenges import read_code
from portal.auth.forms import CodeForm, EmailForm, PhoneForm, ProfileForm
from portal.auth.letters import CONFIRM, TAKEN, address_for, tell_address_changed, write
from portal.auth.limits import (
    CODE_ASKED,
    CODE_LIFE,
    CODE_MINUTES,
    CODE_SECONDS,
    SIGN_IN_SECONDS,
    SIGN_IN_TRIES,
)
from portal.auth.operations import addresses
from portal.auth.operations.addresses import Kind
from portal.auth.operations.confirming import confirm_person
from portal.auth.views import bp
from portal.auth.views.codes import ask_gently
from portal.auth.views.entering import has_password, passwords
from portal.core.db import db
from portal.core.enums import Gender
from portal.core.errors import Conflict, Refusal
from portal.users.operations.users import edit_user, facts_version
from portal.users.phones import USUAL_REGION
from portal.users.queries.users import the_user
from portal.web import rates
from portal.web.access import current_person, signed_in
from portal.web.htmx import page, see_other

ADDRESS = "/account/<any(email, phone):kind>"
FORMS: dict[str, type[EmailForm] | type[PhoneForm]] = {"email": EmailForm, "phone": PhoneForm}
KINDS: dict[str, Kind] = {"email": "EMAIL", "phone": "PHONE"}


@bp.route("/account", methods=["GET", "POST"])
@signed_in
def edit_profile() -> Response:
    """What one is called, and how one is reached."""
    person = current_person()
    user = db.session.scalars(the_user(person.uuid)).one()
    form = ProfileForm(obj=user, version=facts_version(user))
    if form.validate_on_submit():
        user = db.session.scalars(the_user(person.uuid, locked=True)).one()
        name, gender, version = form.name.data or "", Gender(form.gender.data), form.version.data or ""
        try:
            edit_user(user, name=name, gender=gender, notes=user.notes, version=version, by=person.uuid)
        except Conflict as conflict:
            form.refuse(conflict)
            form.version.data = facts_version(user)  # who sends it once more has seen the other values
            return page("auth/edit_profile.html", form=form, user=user, changed=True, status=409)
        db.session.commit()
        flash(_("The changes are saved."), "success")
        return see_other(url_for("auth.edit_profile"))
    status = 422 if form.is_submitted() else 200
    return page("auth/edit_profile.html", form=form, user=user, changed=False, status=status)


@bp.route(ADDRESS, methods=["GET", "POST"])
@signed_in
def change_address(kind: str) -> Response:
    """Have a code sent to another address or number, after one's password was asked for again."""
    known = has_password(current_person())
    form = FORMS[kind]().ask(known)
    if form.validate_on_submit():
        try:
            _ask(kind, form)
        except Refusal as refusal:
            db.session.commit()  # a wrong password was counted
            form.refuse(refusal)
        else:
            return see_other(url_for("auth.confirm_address", kind=kind))
    status = 422 if form.is_submitted() else 200
    return page("auth/change_address.html", form=form, kind=kind, has_password=known, status=status)


def _ask(kind: str, form: EmailForm | PhoneForm) -> None:
    person, session, key = current_person(), db.session(), current_app.config["SECRET_KEY"]
    who = form.read(current_app.config.get("PORTAL_REGION", USUAL_REGION))
    if who is None and kind == "email":
        raise Refusal("This is not an e-mail address.", field="address")
    if who is None:
        raise Refusal("This is not a phone number. Write it with the code of its country.", field="address")
    rates.take("change-address", str(person.uuid), CODE_ASKED, CODE_SECONDS)
    ask_gently(who)
    confirm_person(session, passwords(), person, form.password)
    code = addresses.ask_to_confirm(session, key, person, who)
    if code is None:
        write(session, address_for(who), TAKEN, None, CODE_LIFE)
    else:
        write(session, address_for(who), CONFIRM, person.id, CODE_LIFE, code=code, minutes=CODE_MINUTES)
    session.commit()


@bp.route(f"{ADDRESS}/confirm", methods=["GET", "POST"])
@signed_in
def confirm_address(kind: str) -> Response:
    """Enter the code that came to the new address; from then on it is one's own."""
    form, person, session = CodeForm(), current_person(), db.session()
    if form.validate_on_submit():
        rates.take("confirm-address", str(person.uuid), SIGN_IN_TRIES, SIGN_IN_SECONDS)
        key, code = current_app.config["SECRET_KEY"], read_code(form.code.data or "")
        try:
            former = addresses.confirm_address(session, key, person, KINDS[kind], code)
        except Refusal as refusal:
            session.commit()  # a wrong code was counted
            form.refuse(Refusal(refusal.message, "code", **refusal.params))
        else:
            tell_address_changed(session, person.id, KINDS[kind], former)
            session.commit()
            flash(_("The change is made. From now on you sign in with this."), "success")
            return see_other(url_for("auth.edit_profile"))
    to = addresses.waiting_address(session, person, KINDS[kind])
    if to is None and not form.is_submitted():
        return see_other(url_for("auth.change_address", kind=kind))
    status = 422 if form.is_submitted() else 200
    return page("auth/confirm_address.html", form=form, kind=kind, to=to, minutes=CODE_MINUTES, status=status)
