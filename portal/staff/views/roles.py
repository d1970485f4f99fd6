"""Giving a user a role, changing its limits, taking it away."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import to_user_timezone

from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.queries.choosing import projects_to_see
from portal.staff.forms import RoleForm
from portal.staff.operations import roles as operations
from portal.staff.queries.one_user import grant_of
from portal.staff.queries.options import roles_with_rules
from portal.staff.views import bp
from portal.staff.views.loading import user_to
from portal.users.models import Role, User
from portal.users.operations.granting import check_not_own
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/<uuid:uuid>/roles/give", methods=["GET", "POST"])
@requires("update", "User")
def give_role(uuid: UUID) -> Response:
    """Choose a role, until when and where; of one that is held already, choose anew until when and where."""
    user = user_to("update", uuid)
    check_not_own(current_person(), user)
    roles = roles_with_rules(db.session(), current_ability())
    form = _form(user, roles)
    if not form.validate_on_submit():
        return page("staff/give_role.html", user=user, form=form, status=422 if form.is_submitted() else 200)
    role = next(role for role in roles if str(role.id) == form.role.data)
    try:
        operations.check_end(form.ends_at(), dt.datetime.now(dt.UTC))
        held = grant_of(db.session(), user.id, role.id)
        operations.give(
            db.session(), current_person(), user, held, role, form.ends_at(), form.chosen_projects()
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return page("staff/give_role.html", user=user_to("update", uuid), form=form, status=refusal.status)
    db.session.commit()
    flash(_("The role is given."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))


def _form(user: User, roles: Sequence[Role]) -> RoleForm:
    """The form, filled with how the role that the address names is held."""
    named = request.args.get("role", type=int)
    held = grant_of(db.session(), user.id, named) if named else None
    form = RoleForm(
        role=str(named or ""),
        until=to_user_timezone(held.until).replace(tzinfo=None) if held and held.until else None,
        projects=[str(project) for project in held.projects or ()] if held else [],
    )
    form.offer_roles(roles)
    form.offer_projects(among(projects_to_see(current_ability())))
    return form


@bp.post("/<uuid:uuid>/roles/<int:role_id>/take")
@requires("update", "User")
def take_role(uuid: UUID, role_id: int) -> Response:
    """Take a role away, from the next request on."""
    user = user_to("update", uuid)
    operations.take(db.session(), current_person(), user, grant_of(db.session(), user.id, role_id))
    db.session.commit()
    flash(_("The role is taken away."), "success")
    return see_other(url_for("staff.show_user", uuid=uuid))
