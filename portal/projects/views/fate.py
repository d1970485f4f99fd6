"""Deleting a project that nothing hangs on, and restoring it."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.audit.wording import table_name
from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.models import Project
from portal.projects.operations import fate
from portal.projects.queries.parts import hanging_on, has_spent, seen_parts
from portal.projects.queries.project import project_with
from portal.projects.views import bp
from portal.web.access import current_ability, current_person, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.route("/<uuid:uuid>/delete", methods=["GET", "POST"])
@requires("delete", "Project")
def delete_project(uuid: UUID) -> Response:
    """Say what hangs on a project; where nothing does, ask whether it is to go, and delete it."""
    project, form = load(project_with(uuid), "delete", Project), PortalForm()
    if not form.validate_on_submit():
        return _ask(project, form, 422 if form.is_submitted() else 200)
    try:
        fate.delete_project(db.session(), uuid, by=current_person().id)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(project, form, refusal.status)
    name = project.name
    db.session.commit()
    flash(_("The project %(name)s is deleted. It can be restored.", name=name), "success")
    return see_other(url_for("projects.list_projects"))


@bp.post("/<uuid:uuid>/restore")
@requires("delete", "Project")
def restore_project(uuid: UUID) -> Response:
    """Bring a deleted project back as it was."""
    load(project_with(uuid, also_deleted=True), "delete", Project)
    fate.restore_project(db.session(), uuid, by=current_person().id)
    db.session.commit()
    flash(_("The project is restored."), "success")
    return see_other(url_for("projects.show_project", uuid=uuid))


def _ask(project: Project, form: PortalForm, status: int) -> Response:
    session = db.session()
    parts = {part.link.__tablename__: part for part in seen_parts(current_ability())}
    hanging = [(table, parts.get(table)) for table in hanging_on(session, project.uuid)]
    return page(
        "projects/delete_project.html",
        project=project,
        form=form,
        hanging=[(part.label if part else table_name(table), part) for table, part in hanging],
        spent=has_spent(session, project.uuid),
        status=status,
    )
