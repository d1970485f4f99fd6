"""Renaming a group, changing its purpose, deleting and restoring it."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.groups.forms import EditForm
from portal.groups.operations import groups as operations
from portal.groups.queries.group import filters_of, projects_of_group
from portal.groups.queries.listing import count_members
from portal.groups.views import bp
from portal.groups.views.loading import group_to
from portal.web.access import current_ability, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other
from portal.web.labels import label


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "BeneficiaryGroup")
def edit_group(uuid: UUID) -> Response:
    """Change name and purpose. Who filled in the form from an older state sees both, and nothing typed is lost."""
    group = group_to("update", uuid, alone=True)
    form = EditForm(name=group.name, purpose=group.group_purpose or "", version=str(group.version))
    if not form.validate_on_submit():
        return _ask(group, form, 422 if form.is_submitted() else 200)
    try:
        operations.edit_group(db.session(), group, form.facts(), form.version_seen)
    except Refusal as refusal:
        db.session.rollback()
        group = group_to("update", uuid)
        form.refuse(refusal)
        if not isinstance(refusal, Conflict):
            return _ask(group, form, refusal.status)
        form.version.data = str(group.version)  # who sends it once more has seen the other values
        return _ask(group, form, refusal.status, _differing(group, form))
    db.session.commit()
    flash(_("The changes are saved."), "success")
    return see_other(url_for("groups.show_group", uuid=uuid))


@bp.route("/<uuid:uuid>/delete", methods=["GET", "POST"])
@requires("delete", "BeneficiaryGroup")
def delete_group(uuid: UUID) -> Response:
    """Ask whether a group is to go, telling what hangs on it, and delete it."""
    group = group_to("delete", uuid)
    form = PortalForm()
    if not form.validate_on_submit():
        return _ask_to_delete(group, form, 422 if form.is_submitted() else 200)
    name = group.name
    try:
        operations.delete_group(db.session(), uuid)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask_to_delete(group, form, refusal.status)
    db.session.commit()
    flash(_("The group %(name)s is deleted. It can be restored.", name=name), "success")
    return see_other(url_for("groups.list_groups"))


@bp.post("/<uuid:uuid>/restore")
@requires("delete", "BeneficiaryGroup")
def restore_group(uuid: UUID) -> Response:
    """Bring a deleted group back, with its members and projects."""
    group_to("delete", uuid, also_deleted=True)
    operations.restore_group(db.session(), uuid)
    db.session.commit()
    flash(_("The group is restored, with its members and projects."), "success")
    return see_other(url_for("groups.show_group", uuid=uuid))


def _differing(group: BeneficiaryGroup, form: EditForm) -> dict[str, Any]:
    """What others saved where something else was typed."""
    now: dict[str, Any] = {}
    if group.name != form.name.data:
        now["name"] = group.name
    if (group.group_purpose or "") != form.purpose.data:
        now["purpose"] = label(group.group_purpose)
    return now


def _ask(group: BeneficiaryGroup, form: EditForm, status: int, now: dict[str, Any] | None = None) -> Response:
    return page("groups/edit_group.html", group=group, form=form, now=now or {}, status=status)


def _ask_to_delete(group: BeneficiaryGroup, form: PortalForm, status: int) -> Response:
    ability = current_ability()
    return page(
        "groups/delete_group.html",
        group=group,
        form=form,
        members=count_members(db.session(), [group.uuid], ability).get(group.uuid, 0),
        projects=projects_of_group(db.session(), group.uuid, ability),
        filters=filters_of(db.session(), group.uuid),
        status=status,
    )
