"""Adding a user, and inviting them."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from flask import Response, current_app, flash, url_for
from flask_babel import gettext as _

from portal.auth.letters import send_invitation
from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.queries.choosing import projects_to_see
from portal.staff.forms import NewUserForm
from portal.staff.operations.joining import take_in, taken_in
from portal.staff.operations.roles import check_end
from portal.staff.queries.options import roles_with_rules
from portal.staff.views import bp
from portal.users.models import Role
from portal.users.phones import USUAL_REGION, fold_phone
from portal.users.wording import role_name
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "User")
def add_user() -> Response:
    """Somebody new, with their roles; they get an invitation. The same form sent twice leads to the same user."""
    ability = current_ability()
    roles = roles_with_rules(db.session(), ability)
    form = NewUserForm()
    form.roles.choices = [(role.id, role_name(role.name)) for role in roles]
    form.offer_projects(among(projects_to_see(ability)))
    if not form.validate_on_submit():
        return page("staff/add_user.html", form=form, status=422 if form.is_submitted() else 200)
    uuid = form.uuid_for(current_person().uuid)
    if not taken_in(db.session(), uuid):
        try:
            _take_in(uuid, form, roles)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            return page("staff/add_user.html", form=form, status=refusal.status)
        db.session.commit()
    flash(_("The user is added, and an invitation is on its way to them."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))


def _take_in(uuid: UUID, form: NewUserForm, roles: Sequence[Role]) -> None:
    check_end(form.ends_at(), dt.datetime.now(dt.UTC))
    user = take_in(
        db.session(),
        current_person(),
        {"uuid": uuid, **form.facts(_phone(form))},
        [role for role in roles if role.id in (form.roles.data or ())],
        form.ends_at(),
        form.chosen_projects(),
    )
    send_invitation(db.session(), user)


def _phone(form: NewUserForm) -> str | None:
    """The number in its one form. One without its country is of PORTAL_REGION."""
    if not form.phone.data:
        return None
    found = fold_phone(form.phone.data, current_app.config.get("PORTAL_REGION", USUAL_REGION))
    if found is None:
        raise Refusal("This is no phone number. Write it with the code of its country.", field="phone")
    return found
