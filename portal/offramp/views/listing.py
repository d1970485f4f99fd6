"""The list of requests: search, filter, sort, page, choose columns; and what it comes to."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from portal.core.db import db
from portal.core.keyset import Page, read_position
from portal.offramp.forms.listing import ColumnsForm
from portal.offramp.queries.columns import COUNTED, DEFAULT, knows_colleagues, with_units
from portal.offramp.queries.listing import page_of_requests
from portal.offramp.queries.totals import totals_of
from portal.offramp.views import bp
from portal.offramp.views.reading import Reading, read_list
from portal.offramp.views.sections import sections
from portal.offramp.wording import COLUMN_LABELS
from portal.users.operations.preferences import remember_preference
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other, wants_fragment
from portal.web.lists import here, pager, sort_column
from portal.web.paths import own_path

COLUMNS_PREFERENCE = "offramps.columns"
OF_COLLEAGUES = frozenset({"maker", "releaser"})
FIXED = "receiver"
"""The column that names a row."""
ROLES = {FIXED: "title", "status": "aside", "uuid": "low", "request": "low", "reference": "low"}
KINDS = {
    **dict.fromkeys(COUNTED, "money"),
    "status": "sign",
    "phone": "phone",
    **dict.fromkeys(("created", "released", "moved", "completed"), "date"),
}
"""How portal/web/cells.py draws a column; the others are text."""


@bp.get("")
@requires("read", "OfframpRequest")
def list_requests() -> Response:
    """A page of the requests that the filter finds."""
    reading, ability = read_list(request.args), current_ability()
    shown = chosen_columns()
    columns = list(_columns(reading, shown))
    context: dict[str, Any] = {
        "reading": reading,
        "columns": columns,
        "head": tuple((column["key"], column.get("sort_url"), column.get("sorted")) for column in columns),
        "choices": [
            {"key": name, "label": words, "shown": name in shown, "fixed": name == FIXED}
            for name, words in COLUMN_LABELS.items()
            if name not in OF_COLLEAGUES or knows_colleagues(ability)
        ],
        "rows": None,
        "pager": None,
        "totals": None,
        "sections": [] if wants_fragment() else sections("requests"),
        "here_again": here(reading.query, at=request.args.get("at") or None),
    }
    if not reading.valid:
        return page("offramp/list_requests.html", "requests", status=422, **context)
    position = read_position(request.args.get("at"), reading.sort)
    found = page_of_requests(db.session(), reading.chosen, ability, with_units(shown), reading.sort, position)
    further = request.args.get("count") == "further"
    totals = totals_of(db.session(), reading.chosen, ability, further=further)
    pages = pager(found, totals.count, reading.query)
    context |= {"rows": list(_rows(found, shown)), "pager": pages, "totals": totals}
    return page("offramp/list_requests.html", "requests", **context)


@bp.post("/columns")
@requires("read", "OfframpRequest")
def choose_columns() -> Response:
    """Remember which columns this person wants, and go back to the list they came from."""
    form = ColumnsForm()
    if form.validate_on_submit():
        wanted = [name for name in COLUMN_LABELS if name in {FIXED, *(form.columns.data or ())}]
        remember_preference(db.session(), current_user.id, COLUMNS_PREFERENCE, wanted)
        db.session.commit()
    return see_other(own_path(request.form.get("back")) or url_for("offramp.list_requests"))


def chosen_columns() -> list[str]:
    """The columns this person wants to see, in the table's order; the receiver is always among them."""
    remembered = current_user.preferences.get(COLUMNS_PREFERENCE) or DEFAULT
    told = set(remembered) if knows_colleagues(current_ability()) else set(remembered) - OF_COLLEAGUES
    return [name for name in COLUMN_LABELS if name in told]


def _columns(reading: Reading, shown: list[str]) -> Iterator[dict[str, Any]]:
    for name in shown:
        column: dict[str, Any] = {"key": name, "label": COLUMN_LABELS[name]}
        if name == "created":
            column = sort_column(name, COLUMN_LABELS[name], reading.query, name, reading.sort.name)
        yield {**column, "role": ROLES.get(name), "num": name in COUNTED, "kind": KINDS.get(name)}


def _rows(found: Page, shown: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows as `table_rows` draws them: the uuid, then a value a column, an amount with what it counts."""
    others = [name for name in shown if name != "uuid"]
    for row in found.rows:
        values = row._mapping
        yield (
            row.uuid,
            *((values[name], values[COUNTED[name]]) if name in COUNTED else values[name] for name in others),
        )
