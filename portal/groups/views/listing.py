"""The list of groups: search, filter, sort, page."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.queries.joining import groups_to_join, groups_to_see
from portal.core.choosing import names_like
from portal.core.db import db
from portal.core.keyset import read_position
from portal.groups.forms import LONGEST_NAME, FilterForm
from portal.groups.queries.listing import NEWEST, SORTS, count_groups, count_members, page_of_groups
from portal.groups.views import bp
from portal.projects.queries.choosing import projects_to_see
from portal.web.access import current_ability, requires
from portal.web.htmx import page
from portal.web.lists import here, pager, query_of, sort_column
from portal.web.picking import kept_among

COLUMNS = {"name": _l("Name"), "purpose": _l("Purpose"), "members": _l("Members"), "projects": _l("Projects")}
KINDS = {"purpose": "sign", "members": "number", "projects": "several"}
"""How portal/web/cells.py draws a column; the others are text."""
FILTERS = ("q", "purpose", "project", "state")


@bp.get("")
@requires("read", "BeneficiaryGroup")
def list_groups() -> Response:
    """A page of the groups that the filter finds."""
    ability = current_ability()
    # Without a script a form sends all its fields; an empty one asks for nothing.
    form = FilterForm(MultiDict([(name, value) for name, value in request.args.items(multi=True) if value]))
    names = url_for("projects.suggest_names", field="project", state="any")
    form.offer(kept_among(projects_to_see, ability), names)
    sort, query = SORTS.get(request.args.get("sort", ""), NEWEST), query_of(request.args)
    context: dict[str, Any] = {
        "form": form,
        "sort": sort.name if "sort" in query else "",
        "columns": list(_columns(query, sort.name)),
        "chips": list(_chips(form, query)),
        "groups": None,
        "pager": None,
        "members": {},
        "rows": (),
    }
    if not form.validate():
        return page("groups/list_groups.html", "groups", status=422, **context)
    position = read_position(request.args.get("at"), sort)
    groups = page_of_groups(db.session(), form.chosen(), ability, sort, position)
    count = count_groups(db.session(), form.chosen(), ability)
    members = count_members(db.session(), [row.uuid for row in groups.rows], ability)
    context |= {"groups": groups, "pager": pager(groups, count, query), "members": members}
    context["rows"] = [
        (row.uuid, row.name, row.purpose, members.get(row.uuid, 0), row.projects, row.created)
        for row in groups.rows
    ]
    return page("groups/list_groups.html", "groups", **context)


@bp.get("/names")
@requires("read", "BeneficiaryGroup")
def suggest_names() -> Response:
    """Names of groups that hold what is typed in a field, as options of its list: of all that one sees, or of those
    whose members one may change."""
    groups = groups_to_join if request.args.get("may") == "update" else groups_to_see
    typed = request.args.get(request.args.get("field", "groups"), "")[:LONGEST_NAME].replace("\0", "")
    return page("components/_names.html", names=names_like(db.session(), groups(current_ability()), typed))


def _columns(query: dict[str, list[str]], sort: str) -> Iterator[dict[str, Any]]:
    for name, label in COLUMNS.items():
        column = {"key": name, "label": label}
        if name == "name":
            column = sort_column(name, label, query, name, sort)
        role = "title" if name == "name" else None
        yield {**column, "num": name == "members", "role": role, "kind": KINDS.get(name)}
    yield {**sort_column("created", _l("Made"), query, "created", sort), "role": "low", "kind": "day"}


def _chips(form: FilterForm, query: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Each thing that narrows the list, in words, with the address that takes it away."""
    for name in FILTERS:
        for value in query.get(name, ())[:1]:
            words = {str(key): said for key, said, *_more in getattr(form[name], "choices", None) or ()}
            shown = words.get(value, value)
            yield {"label": form[name].label.text, "value": shown, "url": here(query, **{name: None})}
