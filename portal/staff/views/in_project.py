"""Who works in a project: a tab of its page."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.models import Project
from portal.projects.views.frame import framed
from portal.projects.views.tabs import PROJECT
from portal.staff.forms import ColleagueForm
from portal.staff.operations import in_project as operations
from portal.staff.queries.in_project import count_everywhere, users_to_choose, working_in
from portal.staff.queries.one_user import grant_of
from portal.staff.queries.options import roles_with_rules
from portal.staff.views import bp
from portal.staff.views.loading import user_to
from portal.users.models import Role
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among
from portal.web.tabs import Tab

PROJECT.offer(Tab(_l("Staff"), "staff.list_project_staff", "read", "User", 90, by="project_uuid"))


@bp.get("/in-project/<uuid:project_uuid>")
@requires("read", "User")
def list_project_staff(project_uuid: UUID) -> Response:
    """The roles that are limited to a project, and whose they are."""
    _project, frame = framed(project_uuid)
    ability, session = current_ability(), db.session()
    return page(
        "staff/list_project_staff.html",
        **frame,
        assignments=working_in(session, project_uuid, ability),
        everywhere=count_everywhere(session, ability),
        assigns=ability.can("update", "User"),
        me=current_person().uuid,
    )


@bp.route("/in-project/<uuid:project_uuid>/add", methods=["GET", "POST"])
@requires("update", "User")
def add_project_staff(project_uuid: UUID) -> Response:
    """Choose a user and a role, which they then hold in this project too."""
    project, _frame = framed(project_uuid)
    session, person, ability = db.session(), current_person(), current_ability()
    roles = roles_with_rules(session, ability)
    form = _form(roles)
    if not form.validate_on_submit():
        return _ask(project, form, 422 if form.is_submitted() else 200)
    role = next(role for role in roles if str(role.id) == form.role.data)
    user = user_to("update", UUID(form.user.data))
    try:
        held = grant_of(session, user.id, role.id)
        operations.let_work_in(session, person, user, held, role, project_uuid)
    except Refusal as refusal:
        session.rollback()
        form.refuse(refusal)
        return _ask(project, form, refusal.status)
    session.commit()
    flash(_("%(name)s works in this project now.", name=user.name or ""), "success")
    return see_other(url_for("staff.list_project_staff", project_uuid=project_uuid))


@bp.post("/in-project/<uuid:project_uuid>/<uuid:uuid>/<int:role_id>/remove")
@requires("update", "User")
def remove_project_staff(project_uuid: UUID, uuid: UUID, role_id: int) -> Response:
    """Take a role away for this project alone."""
    framed(project_uuid)
    user = user_to("update", uuid)
    held = grant_of(db.session(), user.id, role_id)
    operations.let_work_no_more_in(db.session(), current_person(), user, held, project_uuid)
    db.session.commit()
    flash(_("%(name)s does not hold this role in the project any more.", name=user.name or ""), "success")
    return see_other(url_for("staff.list_project_staff", project_uuid=project_uuid))


def _form(roles: Sequence[Role]) -> ColleagueForm:
    form = ColleagueForm()
    form.offer_roles(roles)
    form.offer_users(among(users_to_choose(current_ability(), current_person().id)))
    return form


def _ask(project: Project, form: ColleagueForm, status: int) -> Response:
    return page("staff/add_project_staff.html", project=project, form=form, status=status)
