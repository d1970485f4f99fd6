"""A group in projects: assigned, taken out again, undone."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.groups.forms import AssignForm, EndForm
from portal.groups.operations import assigning
from portal.groups.queries.group import assignment_of, other_projects, parts_of, project_with
from portal.groups.queries.listing import count_members
from portal.groups.tasks import ASSIGN, END, MOST_AT_ONCE
from portal.groups.views import bp
from portal.groups.views.loading import group_to
from portal.jobs.operations import start
from portal.projects.models import Project
from portal.web.access import current_ability, current_person, load, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/<uuid:uuid>/projects/add", methods=["GET", "POST"])
@requires("update", "BeneficiaryGroup")
def assign_group(uuid: UUID) -> Response:
    """Choose a project; the group's members become its people, now and later."""
    group, form = group_to("update", uuid), AssignForm()
    names = url_for("projects.suggest_names", field="project")
    form.offer(among(other_projects(current_ability(), uuid)), names)
    if not form.validate_on_submit():
        return _ask_where(group, form, 422 if form.is_submitted() else 200)
    if _very_many(uuid):
        return _later(ASSIGN, uuid, project=form.project.data)
    try:
        joined = assigning.assign_group(db.session(), uuid, UUID(form.project.data))
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask_where(group, form, refusal.status)
    db.session.commit()
    said = ngettext("%(num)s person joined the project.", "%(num)s people joined the project.", joined)
    flash(_("The group is assigned.") + " " + said, "success")
    return see_other(url_for("groups.show_group", uuid=uuid))


@bp.route("/<uuid:uuid>/projects/<uuid:project_uuid>/end", methods=["GET", "POST"])
@requires("update", "BeneficiaryGroup")
def end_assignment(uuid: UUID, project_uuid: UUID) -> Response:
    """Ask what is to happen to the people, and take the group out of the project."""
    group = group_to("update", uuid)
    project = load(project_with(project_uuid), "read", Project)
    form = EndForm()
    if not form.validate_on_submit():
        return _ask_how(group, project, form, 422 if form.is_submitted() else 200)
    if _very_many(uuid):
        return _later(END, uuid, project=str(project_uuid), what=form.what.data)
    try:
        left = assigning.take_out(db.session(), uuid, project_uuid, form.what.data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask_how(group, project, form, refusal.status)
    db.session.commit()
    said = ngettext("%(num)s person left the project.", "%(num)s people left the project.", left)
    flash(said if form.what.data == "left" else _("The group is taken out.") + " " + said, "success")
    return see_other(url_for("groups.show_group", uuid=uuid))


def _very_many(group: UUID) -> bool:
    return count_members(db.session(), [group], current_ability()).get(group, 0) > MOST_AT_ONCE


def _later(work: str, group: UUID, **told: str) -> Response:
    """Have it done by a job, and lead to its page."""
    by, link = current_person().id, url_for("groups.show_group", uuid=group)
    job = start(work, {"group": str(group), "by": by, **told}, created_by=by, link=link)
    db.session.commit()
    return see_other(url_for("jobs.show_job", uuid=job.uuid))


def _ask_where(group: BeneficiaryGroup, form: AssignForm, status: int) -> Response:
    members = count_members(db.session(), [group.uuid], current_ability()).get(group.uuid, 0)
    return page("groups/assign_group.html", group=group, form=form, members=members, status=status)


def _ask_how(group: BeneficiaryGroup, project: Project, form: EndForm, status: int) -> Response:
    assignment = assignment_of(db.session(), group.uuid, project.uuid)
    if assignment is None:
        raise NotFound
    parts = parts_of(db.session(), group.uuid, project.uuid, assignment, current_ability())
    return page(
        "groups/end_assignment.html", group=group, project=project, form=form, parts=parts, status=status
    )
