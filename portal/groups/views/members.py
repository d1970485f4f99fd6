"""The people of a group: the list of people, narrowed to it; ticked ones taken out, or others put in."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.models import BeneficiaryGroup
from portal.beneficiaries.operations.membership import add_people_to_group, remove_people_from_group
from portal.beneficiaries.queries.people import count_people, page_of_people
from portal.beneficiaries.views.people import chosen_columns, column_choices, table_columns
from portal.beneficiaries.views.reading import read_list
from portal.core.db import db
from portal.core.errors import Refusal
from portal.core.keyset import read_position
from portal.groups.forms import PeopleForm
from portal.groups.queries.group import projects_of_group
from portal.groups.queries.reach import reachable_of
from portal.groups.views import bp
from portal.groups.views.loading import group_to
from portal.web.access import current_ability, requires
from portal.web.cells import Ticks
from portal.web.htmx import page, see_other
from portal.web.lists import pager

FORM = "ticking"
"""The id of the form to which the boxes of the rows belong."""
OWN = frozenset({"group", "not_in"})
"""What of a filter the two pages say themselves."""
Change = Callable[[Session, UUID, Select[UUID]], int]


@bp.get("/<uuid:uuid>/members")
@requires("read", "BeneficiaryGroup")
def list_members(uuid: UUID) -> Response:
    """The people in the group: search, filter, columns and pages as in the list of all."""
    return _list(group_to("read", uuid), PeopleForm(formdata=None), adding=False)


@bp.get("/<uuid:uuid>/add")
@requires("update", "BeneficiaryGroup")
def find_people(uuid: UUID) -> Response:
    """The people who are not in the group, to search and tick those who shall be."""
    return _list(group_to("update", uuid), PeopleForm(formdata=None), adding=True)


@bp.post("/<uuid:uuid>/add")
@requires("update", "BeneficiaryGroup")
def add_members(uuid: UUID) -> Response:
    """Put the ticked people into the group, and so into its open projects."""
    group, form = group_to("update", uuid), PeopleForm()
    added = _change(form, group, add_people_to_group)
    if added is None:
        return _list(group, form, adding=True, status=422)
    db.session.commit()
    flash(ngettext("%(num)s person joined the group.", "%(num)s people joined the group.", added), "success")
    return see_other(url_for("groups.list_members", uuid=uuid))


@bp.post("/<uuid:uuid>/members")
@requires("update", "BeneficiaryGroup")
def remove_members(uuid: UUID) -> Response:
    """Take the ticked people out of the group; they stay in its projects."""
    group, form = group_to("update", uuid), PeopleForm()
    left = _change(form, group, remove_people_from_group)
    if left is None:
        return _list(group, form, adding=False, status=422)
    projects = projects_of_group(db.session(), uuid, current_ability())
    db.session.commit()
    said = ngettext("%(num)s person left the group.", "%(num)s people left the group.", left)
    if left and projects:
        said += " " + _(
            "They stay in its projects until they are taken out there: %(projects)s.",
            projects=[project.name for project in projects],
        )
    flash(said, "success")
    query: dict[str, Any] = dict(read_list(_args()).query)
    return see_other(url_for("groups.list_members", uuid=uuid, **query))


def _change(form: PeopleForm, group: BeneficiaryGroup, change: Change) -> int | None:
    """How many joined or left; None where nobody was ticked or it was refused, which the form says."""
    if not form.validate_on_submit():
        return None
    try:
        if not form.picked():
            raise Refusal("Tick at least one person.", "people")
        return change(db.session(), group.uuid, reachable_of(form.picked(), current_ability()))
    except Refusal as refusal:
        form.refuse(refusal)
        return None


def _args() -> MultiDict[str, str]:
    given = request.args.items(multi=True)
    return MultiDict([(name, value) for name, value in given if name not in OWN])


def _list(group: BeneficiaryGroup, form: PeopleForm, *, adding: bool, status: int = 200) -> Response:
    uuid, ability, reading = group.uuid, current_ability(), read_list(_args())
    template = "groups/find_people.html" if adding else "groups/list_members.html"
    shown = chosen_columns()
    context: dict[str, Any] = {
        "group": group,
        "form": form,
        "reading": reading,
        "columns": table_columns(reading, shown),
        "choices": column_choices(shown),
        "address": url_for("beneficiaries.list_beneficiaries") + "/",
        "ticks": Ticks(FORM, "people", frozenset(map(str, form.picked())))
        if ability.can("update", group)
        else None,
        "people": None,
        "pager": None,
    }
    if not reading.valid:
        return page(template, "people", status=422, **context)
    chosen = replace(reading.chosen, not_in=uuid) if adding else replace(reading.chosen, group=uuid)
    position = read_position(request.args.get("at"), reading.sort)
    people = page_of_people(db.session(), chosen, ability, shown, reading.sort, position)
    further = request.args.get("count") == "further"
    count = count_people(db.session(), chosen, ability, further=further)
    context |= {"people": people, "pager": pager(people, count, reading.query)}
    return page(template, "people", status=status, **context)
