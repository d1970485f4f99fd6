"""The list of cases: search, filter, sort, page, choose columns."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from portal.core.db import db
from portal.core.keyset import Page, read_position
from portal.grievances.clocks import running_clock
from portal.grievances.forms.listing import ColumnsForm
from portal.grievances.queries.columns import DEFAULT, knows_colleagues
from portal.grievances.queries.listing import count_cases, page_of_cases
from portal.grievances.views import bp
from portal.grievances.views.reading import Reading, read_list
from portal.grievances.views.standing import segments_of
from portal.grievances.wording import COLUMN_LABELS, term, type_words
from portal.users.operations.preferences import remember_preference
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other
from portal.web.lists import here, pager, sort_column
from portal.web.paths import own_path

COLUMNS_PREFERENCE = "grievances.columns"
OF_COLLEAGUES = frozenset({"assignee"})
SORTED = {"clock": "due", "created": "created"}
"""Column → the order that its heading stands for."""
ROLES = {"title": "title", "status": "aside", "uuid": "low", "channel": "low", "type": "low"}
KINDS = {
    **dict.fromkeys(("status", "clock", "priority"), "sign"),
    **dict.fromkeys(("created", "moved", "acknowledged", "resolved", "closed"), "day"),
    "reopened": "number",
}
"""How portal/web/cells.py draws a column; the others are text."""


@bp.get("")
@requires("read", "Grievance")
def list_grievances() -> Response:
    """A page of the cases that the filter finds."""
    reading, ability = read_list(request.args), current_ability()
    shown = chosen_columns()
    columns = list(_columns(reading, shown))
    context: dict[str, Any] = {
        "reading": reading,
        "columns": columns,
        "head": tuple((column["key"], column.get("sort_url"), column.get("sorted")) for column in columns),
        "choices": [
            {"key": name, "label": words, "shown": name in shown, "fixed": name == "title"}
            for name, words in COLUMN_LABELS.items()
            if name not in OF_COLLEAGUES or knows_colleagues(ability)
        ],
        "rows": None,
        "pager": None,
        "segments": (),
        "clocks": {},
        "here_again": here(reading.query, at=request.args.get("at") or None),
    }
    if not reading.valid:
        return page("grievances/list_grievances.html", "cases", status=422, **context)
    session = db.session()
    position = read_position(request.args.get("at"), reading.sort)
    found = page_of_cases(session, reading.chosen, ability, shown, reading.sort, position)
    count = count_cases(session, reading.chosen, ability, further=request.args.get("count") == "further")
    context |= {
        "rows": list(_rows(found, shown)),
        "clocks": {row.uuid: running_clock(row, row.now) for row in found.rows} if "clock" in shown else {},
        "pager": pager(found, count, reading.query),
        "segments": segments_of(reading),
    }
    return page("grievances/list_grievances.html", "cases", **context)


@bp.post("/columns")
@requires("read", "Grievance")
def choose_columns() -> Response:
    """Remember which columns this person wants, and go back to the list they came from."""
    form = ColumnsForm()
    if form.validate_on_submit():
        wanted = [name for name in COLUMN_LABELS if name in {"title", *(form.columns.data or ())}]
        remember_preference(db.session(), current_user.id, COLUMNS_PREFERENCE, wanted)
        db.session.commit()
    return see_other(own_path(request.form.get("back")) or url_for("grievances.list_grievances"))


def chosen_columns() -> list[str]:
    """The columns this person wants to see, in the table's order; what the case is called is always among them."""
    remembered = current_user.preferences.get(COLUMNS_PREFERENCE) or DEFAULT
    told = set(remembered) if knows_colleagues(current_ability()) else set(remembered) - OF_COLLEAGUES
    return [name for name in COLUMN_LABELS if name in told]


def _columns(reading: Reading, shown: list[str]) -> Iterator[dict[str, Any]]:
    for name in shown:
        column: dict[str, Any] = {"key": name, "label": COLUMN_LABELS[name]}
        if name in SORTED:
            column = sort_column(name, COLUMN_LABELS[name], reading.query, SORTED[name], reading.sort.name)
        yield {**column, "role": ROLES.get(name), "num": name == "reopened", "kind": KINDS.get(name)}


def _rows(found: Page, shown: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows as `table_rows` draws them: the uuid, then a value a column. What is drawn as a sign is named by what
    tells it apart from others: a status with whether the case is sensitive, a clock by its case."""
    words = {"category": term, "channel": term, "type": type_words}
    for row in found.rows:
        values: dict[str, Any] = {**row._mapping, "clock": row.uuid, "status": (row.status, row.sensitive)}
        yield (
            row.uuid,
            *(
                words[name](values[name]) if name in words and values[name] else values[name]
                for name in shown
                if name != "uuid"
            ),
        )
