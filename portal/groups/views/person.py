"""The groups and projects of one person, and joining or leaving one: part of the person's page."""

from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.operations.membership import (
    add_people_to_group,
    add_people_to_project,
    remove_people_from_group,
    remove_people_from_project,
)
from portal.beneficiaries.queries.person import groups_of, projects_of
from portal.core.db import db
from portal.core.errors import Refusal
from portal.groups.forms import ChangeForm, JoinForm
from portal.groups.queries.group import other_groups_of, other_projects_of, person_with, project_with
from portal.groups.queries.reach import reachable_of
from portal.groups.views import bp
from portal.groups.views.loading import group_to
from portal.projects.models import Project
from portal.web.access import current_ability, load, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among

CHANGES = {
    "join_group": add_people_to_group,
    "leave_group": remove_people_from_group,
    "join_project": add_people_to_project,
    "leave_project": remove_people_from_project,
}
KINDS = ("group", "project")


@bp.get("/of/<uuid:person_uuid>")
@requires("read", "Beneficiary")
def show_memberships(person_uuid: UUID) -> Response:
    """The groups and projects a person is in, with forms to join and leave where one may change them."""
    return _show(load(person_with(person_uuid), "read", Beneficiary), ChangeForm(formdata=None))


@bp.post("/of/<uuid:person_uuid>")
@requires("update", "Beneficiary")
def change_memberships(person_uuid: UUID) -> Response:
    """This person joins or leaves one group or one project."""
    person = load(person_with(person_uuid), "update", Beneficiary)
    form = ChangeForm()
    if not form.validate_on_submit():
        return _show(person, form, 422)
    do: str = form.do.data
    target = form.chosen()
    if target is None:
        named = _joining(person, do.partition("_")[2], sent=True)
        if do.startswith("leave") or not named.validate():
            return _show(person, form, 422)
        target = UUID(named.target.data)
    if do.endswith("group"):
        group_to("update", target)
    else:
        load(project_with(target), "read", Project)
    try:
        changed = CHANGES[do](db.session(), target, reachable_of([person_uuid], current_ability()))
    except Refusal as refusal:
        form.refuse(Refusal(refusal.message, "target", **refusal.params))
        return _show(person, form, refusal.status)
    db.session.commit()
    flash(_("The change is saved.") if changed else _("There was nothing to change."), "success")
    return see_other(url_for("groups.show_memberships", person_uuid=person_uuid))


def _show(person: Beneficiary, form: ChangeForm, status: int = 200) -> Response:
    ability, session = current_ability(), db.session()
    changes = ability.can("update", "Beneficiary")
    return page(
        "groups/show_memberships.html",
        "memberships",
        status=status,
        person=person,
        form=form,
        groups=groups_of(session, person.uuid, ability),
        projects=projects_of(session, person.uuid, ability),
        joining={kind: _joining(person, kind, sent=_joins(form, kind)) for kind in KINDS} if changes else {},
        changes=changes,
    )


def _joins(form: ChangeForm, kind: str) -> bool:
    return bool(form.do.data == f"join_{kind}")


def _joining(person: Beneficiary, kind: str, *, sent: bool) -> JoinForm:
    """What the person can join of a kind, and whether what was sent is of it."""
    ability = current_ability()
    form = JoinForm(request.form if sent else None)
    if kind == "group":
        names = url_for("groups.suggest_names", field="target", may="update")
        form.offer(kind, among(other_groups_of(person.uuid, ability)), names)
    else:
        names = url_for("projects.suggest_names", field="target")
        form.offer(kind, among(other_projects_of(person.uuid, ability)), names)
    if sent:
        form.validate()
    return form
