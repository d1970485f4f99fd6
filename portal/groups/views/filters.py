"""A filter that is kept with a group: how many it would add now, and adding them."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.groups.models import SavedFilter
from portal.groups.operations.filling import people_of, run_filter
from portal.groups.queries.group import filter_with
from portal.groups.queries.reach import count, not_in
from portal.groups.tasks import FILL, MOST_AT_ONCE
from portal.groups.views import bp
from portal.groups.views.loading import group_to
from portal.jobs.operations import start
from portal.web.access import current_ability, current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.route("/<uuid:uuid>/filters/<uuid:filter_uuid>", methods=["GET", "POST"])
@requires("update", "BeneficiaryGroup")
def run_saved_filter(uuid: UUID, filter_uuid: UUID) -> Response:
    """Say how many match the filter now and are not in the group, and add them."""
    group, kept, form = group_to("update", uuid), _filter(uuid, filter_uuid), PortalForm()
    people, new, status = 0, 0, 422 if form.is_submitted() else 200
    try:
        found = people_of(kept, current_ability())
        people, new = count(db.session(), found), count(db.session(), not_in(found, uuid))
        if form.validate_on_submit():
            return _run(uuid, kept, new)
    except Refusal as refusal:
        form.refuse(refusal)
        status = refusal.status
    return page(
        "groups/run_saved_filter.html",
        group=group,
        saved=kept,
        people=people,
        new=new,
        form=form,
        status=status,
    )


@bp.post("/<uuid:uuid>/filters/<uuid:filter_uuid>/delete")
@requires("update", "BeneficiaryGroup")
def delete_saved_filter(uuid: UUID, filter_uuid: UUID) -> Response:
    """Forget a filter. Who joined by it stays in the group."""
    group_to("update", uuid)
    db.session.delete(_filter(uuid, filter_uuid))
    db.session.commit()
    flash(_("The filter is deleted. Who joined by it stays in the group."), "success")
    return see_other(url_for("groups.show_group", uuid=uuid))


def _filter(group: UUID, uuid: UUID) -> SavedFilter:
    found = filter_with(db.session(), group, uuid)
    if found is None:
        raise NotFound
    return found


def _run(group: UUID, kept: SavedFilter, new: int) -> Response:
    link = url_for("groups.show_group", uuid=group)
    if new > MOST_AT_ONCE:
        by = current_person().id
        job = start(FILL, {"filter": str(kept.uuid), "by": by}, created_by=by, link=link)
        db.session.commit()
        return see_other(url_for("jobs.show_job", uuid=job.uuid))
    added = run_filter(db.session(), kept, current_ability())
    db.session.commit()
    flash(ngettext("%(num)s person joined the group.", "%(num)s people joined the group.", added), "success")
    return see_other(link)
