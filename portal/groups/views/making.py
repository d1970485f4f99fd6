"""Making a group: empty, or of the people that a filter of the list finds."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.beneficiaries.models import BeneficiaryGroup
from portal.beneficiaries.operations.membership import add_people_to_group
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.views.reading import Reading, read_list
from portal.core.abilities import Ability
from portal.core.db import db
from portal.core.errors import Refusal
from portal.groups.forms import NewGroupForm
from portal.groups.operations.assigning import assign_group
from portal.groups.operations.filling import keep_filter
from portal.groups.operations.groups import check_reach, make_group
from portal.groups.queries.group import group_named, group_with
from portal.groups.queries.reach import count, reachable
from portal.groups.tasks import FILL, MOST_AT_ONCE
from portal.groups.views import bp
from portal.jobs.operations import start
from portal.projects.queries.choosing import open_projects
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "BeneficiaryGroup")
def new_group() -> Response:
    """A new group; with the query of the list of people, of whom that finds. Sent twice, it is made once."""
    ability, reading = current_ability(), read_list(request.args)
    form = NewGroupForm()
    limited = not ability.everywhere("create", "BeneficiaryGroup")
    form.offer(
        among(open_projects(ability)), url_for("projects.suggest_names", field="project"), needed=limited
    )
    chosen = _chosen(reading)
    people = count(db.session(), reachable(chosen, ability)) if chosen else 0
    if not form.validate_on_submit() or not reading.valid:
        return _ask(form, reading, chosen, people, 422 if form.is_submitted() or not reading.valid else 200)
    uuid = form.uuid_for(current_person().uuid)
    if db.session.scalar(group_with(uuid)) is not None:
        return see_other(url_for("groups.show_group", uuid=uuid))
    try:
        job = _make(uuid, form, chosen, people, ability)
    except Refusal as refusal:
        db.session.rollback()
        if db.session.scalar(group_with(uuid)) is not None:  # the same form, sent at the same time, was first
            return see_other(url_for("groups.show_group", uuid=uuid))
        form.refuse(refusal)
        namesake = _deleted_namesake(form) if refusal.field == "name" else None
        return _ask(form, reading, chosen, people, refusal.status, namesake)
    db.session.commit()
    return see_other(job or url_for("groups.show_group", uuid=uuid))


def _make(
    uuid: UUID, form: NewGroupForm, chosen: PeopleFilter | None, people: int, ability: Ability
) -> str | None:
    """Make the group and fill it; the address of the job where very many people are put in by one."""
    session, person = db.session(), current_person()
    group = make_group(session, form.facts(), uuid=uuid)
    if form.project.data:
        assign_group(session, uuid, UUID(form.project.data))
    check_reach(session, group, ability)
    if chosen is None:
        flash(_("The group is made."), "success")
        return None
    if form.keep.data or people > MOST_AT_ONCE:
        kept = keep_filter(session, uuid, form.keep.data or _("All who were chosen"), chosen, person.id)
        if people > MOST_AT_ONCE:
            told = {"filter": str(kept.uuid), "by": person.id, "keep": bool(form.keep.data)}
            job = start(FILL, told, created_by=person.id, link=url_for("groups.show_group", uuid=uuid))
            return url_for("jobs.show_job", uuid=job.uuid)
    added = add_people_to_group(session, uuid, reachable(chosen, ability))
    said = ngettext(
        "The group is made, with %(num)s person in it.",
        "The group is made, with %(num)s people in it.",
        added,
    )
    flash(said, "success")
    return None


def _chosen(reading: Reading) -> PeopleFilter | None:
    """The filter that was brought along; None for a group that begins empty."""
    if not reading.valid or not (reading.narrowing or request.args.get("of") == "everybody"):
        return None
    return reading.chosen


def _ask(
    form: NewGroupForm,
    reading: Reading,
    chosen: PeopleFilter | None,
    people: int,
    status: int,
    namesake: BeneficiaryGroup | None = None,
) -> Response:
    context: dict[str, Any] = {"form": form, "reading": reading, "chosen": chosen, "people": people}
    return page("groups/new_group.html", status=status, namesake=namesake, **context)


def _deleted_namesake(form: NewGroupForm) -> BeneficiaryGroup | None:
    """The deleted group that has the name, where the person may restore it."""
    found = group_named(db.session(), form.name.data or "")
    if found is None or found.deleted_at is None or not current_ability().can("delete", found):
        return None
    return found
