"""One's own password."""

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.auth.forms import PasswordForm
from portal.auth.letters import tell_password_changed
from portal.auth.operations import passwords as by_password
from portal.auth.operations.passwords import shortest_for
from portal.auth.views import bp
from portal.auth.views.entering import enter, has_password, organisation, passwords, visit
from portal.core.db import db
from portal.core.errors import Refusal
from portal.users.queries.users import the_user
from portal.web.access import current_person, signed_in
from portal.web.htmx import page, see_other


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Response:
    """Take another password. All other browsers are signed out."""
    form, person = PasswordForm(), current_person()
    form.with_shortest(shortest_for(db.session(), person.id))
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
    known = has_password(person)
    return page("auth/change_password.html", form=form, person=person, has_password=known, status=status)


def _change(form: PasswordForm) -> None:
    current, new = form.current.data or "", form.password.data or ""
    person, session = current_person(), db.session()
    token = by_password.change_password(session, passwords(), person, current, new, visit(), organisation())
    user = session.scalars(the_user(person.uuid)).one()
    tell_password_changed(session, user.id, user.email, user.phone)
    enter(token)
