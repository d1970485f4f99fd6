"""The list of projects: search, filter, sort, page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from portal.core.abilities import Ability
from portal.core.db import db
from portal.core.keyset import Sort, read_position
from portal.projects.forms.listing import FilterForm
from portal.projects.queries.listing import NEWEST, SORTS, count_projects, page_of_projects, types_in_use
from portal.projects.queries.parts import figures_of, seen_parts
from portal.projects.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import page
from portal.web.lists import here, pager, query_of, sort_column

FILTERS = ("q", "status", "type", "state")


@dataclass(frozen=True)
class Reading:
    """What the address says of the list: a filter, valid or not, an order, and its query without the place."""

    form: FilterForm
    sort: Sort
    query: dict[str, list[str]]
    valid: bool

    def chips(self) -> Iterator[dict[str, Any]]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name in FILTERS:
            for value in self.query.get(name, ())[:1]:
                field: Any = self.form[name]
                words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
                label = field.label.text
                yield {
                    "label": label,
                    "value": words.get(value, value),
                    "url": here(self.query, **{name: None}),
                }


def read_list(ability: Ability) -> Reading:
    """The list that this request's address is about."""
    # Without a script a form sends all its fields; an empty one asks for nothing.
    form = FilterForm(MultiDict([(name, value) for name, value in request.args.items(multi=True) if value]))
    form.offer(types_in_use(db.session(), ability))
    sort = SORTS.get(request.args.get("sort", ""), NEWEST)
    return Reading(form, sort, query_of(request.args), form.validate())


@bp.get("")
@requires("read", "Project")
def list_projects() -> Response:
    """A page of the projects that the filter finds, each with its figures."""
    ability = current_ability()
    reading = read_list(ability)
    context: dict[str, Any] = {
        "form": reading.form,
        "sort": reading.sort.name if "sort" in reading.query else "",
        "columns": list(_columns(reading, ability)),
        "chips": list(reading.chips()),
        "query": reading.query,
        "makes": ability.everywhere("create", "Project"),
        "projects": None,
        "pager": None,
        "figures": {},
    }
    if not reading.valid:
        return page("projects/list_projects.html", "projects", status=422, **context)
    session, chosen = db.session(), reading.form.chosen()
    position = read_position(request.args.get("at"), reading.sort)
    found = page_of_projects(session, chosen, ability, reading.sort, position)
    count = count_projects(session, chosen, ability)
    context |= {
        "projects": found,
        "pager": pager(found, count, reading.query),
        "figures": figures_of(session, [row.uuid for row in found.rows], ability),
    }
    return page("projects/list_projects.html", "projects", **context)


def _columns(reading: Reading, ability: Ability) -> Iterator[dict[str, Any]]:
    query, sort = reading.query, reading.sort.name
    yield {**sort_column("name", _l("Name"), query, "name", sort), "role": "title"}
    yield {"key": "status", "label": _l("Status"), "role": "aside"}
    yield {"key": "type", "label": _l("Type")}
    for part in seen_parts(ability)[:3]:
        yield {"key": part.name, "label": part.label, "num": True}
    yield {"key": "budget", "label": _l("Budget used")}
    yield {**sort_column("created", _l("Made"), query, "created", sort), "role": "low"}
