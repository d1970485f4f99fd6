"""The list of vendors: search, filter, sort, page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.keyset import Sort, read_position
from portal.projects.queries.choosing import projects_to_see
from portal.vendors.forms import FilterForm
from portal.vendors.queries.listing import NEWEST, SORTS, VendorFilter, count_vendors, page_of_vendors
from portal.vendors.views import bp
from portal.vendors.wording import COLUMN_LABELS
from portal.web.access import current_ability, requires
from portal.web.htmx import page
from portal.web.lists import here, pager, query_of, sort_column
from portal.web.picking import kept_among

ROLES = {"name": "title", "state": "aside", "created": "low"}
KINDS = {"phone": "phone", "projects": "several", "created": "day", "state": "sign"}
"""How portal/web/cells.py draws a column; the others are text."""
SORTED = {"name": "name", "created": "created"}
SHOWN = ("name", "phone", "location", "projects", "created", "state")


@dataclass(frozen=True)
class Reading:
    """What an address of the list asks for."""

    form: FilterForm
    sort: Sort
    query: dict[str, list[str]]
    valid: bool

    @property
    def chosen(self) -> VendorFilter:
        """The filter that a valid reading stands for."""
        return self.form.chosen()

    def chips(self) -> Iterator[dict[str, Any]]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name, values in self.query.items():
            if name in self.form:
                field = self.form[name]
                words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
                shown = words.get(values[0], values[0])
                yield {"label": field.label.text, "value": shown, "url": here(self.query, **{name: None})}

    @property
    def narrowing(self) -> list[str]:
        """The names of what narrows the list."""
        return [name for name in self.query if name in self.form]


def read_list(args: MultiDict[str, str]) -> Reading:
    """Understand an address of the list."""
    # Without a script a form sends all its fields; an empty one asks for nothing.
    form = FilterForm(MultiDict([(name, value) for name, value in args.items(multi=True) if value]))
    ability = current_ability()
    names = url_for("projects.suggest_names", field="project", state="any")
    form.offer(kept_among(projects_to_see, ability), names, deleted=ability.can("delete", "Vendor"))
    sort = SORTS.get(args.get("sort", ""), NEWEST)
    return Reading(form, sort, query_of(args), bool(form.validate()))


@bp.get("")
@requires("read", "Vendor")
def list_vendors() -> Response:
    """A page of the vendors that the filter finds."""
    reading, ability = read_list(request.args), current_ability()
    columns = list(_columns(reading))
    context: dict[str, Any] = {
        "form": reading.form,
        "sort": reading.sort.name if "sort" in reading.query else "",
        "columns": columns,
        "head": tuple((column["key"], column.get("sort_url"), column.get("sorted")) for column in columns),
        "chips": list(reading.chips()),
        "query": reading.query,
        "address": url_for("vendors.list_vendors") + "/",
        "vendors": None,
        "pager": None,
    }
    if not reading.valid:
        return page("vendors/list_vendors.html", "vendors", status=422, **context)
    position = read_position(request.args.get("at"), reading.sort)
    vendors = page_of_vendors(db.session(), reading.chosen, ability, reading.sort, position)
    count = count_vendors(db.session(), reading.chosen, ability)
    context |= {"vendors": vendors, "pager": pager(vendors, count, reading.query)}
    return page("vendors/list_vendors.html", "vendors", **context)


def _columns(reading: Reading) -> Iterator[dict[str, Any]]:
    for name in SHOWN:
        column: dict[str, Any] = {"key": name, "label": COLUMN_LABELS[name]}
        if name in SORTED:
            column = sort_column(name, COLUMN_LABELS[name], reading.query, SORTED[name], reading.sort.name)
        yield {**column, "role": ROLES.get(name), "kind": KINDS.get(name)}
