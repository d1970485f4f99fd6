"""Opening a project, closing it after a look at what is not finished, opening it again for a reason."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.forms.life import CloseForm, ReopenForm
from portal.projects.models import Project
from portal.projects.operations import life
from portal.projects.parts import open_ends
from portal.projects.queries.parts import unfinished_in
from portal.projects.queries.project import project_with
from portal.projects.views import bp
from portal.web.access import current_ability, current_person, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.post("/<uuid:uuid>/open")
@requires("update", "Project")
def open_project(uuid: UUID) -> Response:
    """Open a project for work."""
    load(project_with(uuid), "update", Project)
    life.open_project(db.session(), uuid, by=current_person().id)
    db.session.commit()
    flash(_("The project is open."), "success")
    return see_other(url_for("projects.show_project", uuid=uuid))


@bp.route("/<uuid:uuid>/close", methods=["GET", "POST"])
@requires("update", "Project")
def close_project(uuid: UUID) -> Response:
    """Say what is not finished yet and what closing means, and close the project."""
    project, form = load(project_with(uuid), "update", Project), CloseForm()
    if not form.validate_on_submit():
        return _ask(project, form, "projects/close_project.html", 422 if form.is_submitted() else 200)
    try:
        life.close_project(db.session(), uuid, by=current_person().id, reason=form.reason.data)
    except Refusal as refusal:
        return _refused(project, form, "projects/close_project.html", refusal)
    db.session.commit()
    flash(_("The project is closed."), "success")
    return see_other(url_for("projects.show_project", uuid=uuid))


@bp.route("/<uuid:uuid>/reopen", methods=["GET", "POST"])
@requires("reopen", "Project")
def reopen_project(uuid: UUID) -> Response:
    """Ask why, and open a closed project again."""
    project, form = load(project_with(uuid), "reopen", Project), ReopenForm()
    if not form.validate_on_submit():
        return _ask(project, form, "projects/reopen_project.html", 422 if form.is_submitted() else 200)
    try:
        life.reopen_project(db.session(), uuid, by=current_person().id, reason=form.reason.data or "")
    except Refusal as refusal:
        return _refused(project, form, "projects/reopen_project.html", refusal)
    db.session.commit()
    flash(_("The project is open again."), "success")
    return see_other(url_for("projects.show_project", uuid=uuid))


def _refused(project: Project, form: PortalForm, template: str, refusal: Refusal) -> Response:
    db.session.rollback()
    form.refuse(refusal)
    return _ask(project, form, template, refusal.status)


def _ask(project: Project, form: PortalForm, template: str, status: int) -> Response:
    words = {end.name: end.said for end in open_ends()}
    found = unfinished_in(db.session(), project.uuid, current_ability())
    unfinished = [words[name](number) for name, number in found]
    return page(template, project=project, form=form, unfinished=unfinished, status=status)
