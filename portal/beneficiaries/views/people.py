"""The list of people: search, filter, sort, page, choose columns."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from portal.beneficiaries.forms import COLUMN_LABELS, ColumnsForm
from portal.beneficiaries.queries.columns import DEFAULT
from portal.beneficiaries.queries.people import count_people, page_of_people, reads_all_personal_data
from portal.beneficiaries.views import bp
from portal.beneficiaries.views.picking import Sent, bar
from portal.beneficiaries.views.reading import TICKS, Reading, read_list
from portal.beneficiaries.views.widening import names_alike, wider_address
from portal.core.db import db
from portal.core.keyset import read_position
from portal.users.operations.preferences import remember_preference
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other
from portal.web.lists import here, pager, show_list_of, sort_column
from portal.web.paths import own_path

COLUMNS_PREFERENCE = "beneficiaries.columns"
ROLES = {"name": "title", "verified": "aside"}
KINDS = {
    "phone": "phone",
    "age": "number",
    "verified": "sign",
    "created": "date",
    "birth_date": "date",
    "wallet": "wallet",
    **dict.fromkeys(("gender", "banked_status", "phone_status", "internet_status"), "word"),
}
"""How portal/web/cells.py draws a column; the others are text."""
FIGURES = frozenset({"age", "latitude", "longitude"})


@bp.get("")
@requires("read", "Beneficiary")
def list_beneficiaries() -> Response:
    """A page of the people that the filter finds."""
    return page_of_list(request.args)


def page_of_list(args: MultiDict[str, str], *, sent: Sent | None = None, status: int = 200) -> Response:
    """The page that an address of the list with these `args` leads to; `sent` is what its bar could not use."""
    show_list_of("beneficiaries.list_beneficiaries")
    reading, ability = read_list(args), current_ability()
    shown = chosen_columns()
    columns = table_columns(reading, shown)
    context: dict[str, Any] = {
        "reading": reading,
        "columns": columns,
        "head": tuple((column["key"], column.get("sort_url"), column.get("sorted")) for column in columns),
        "choices": column_choices(shown),
        "address": url_for("beneficiaries.list_beneficiaries") + "/",
        "people": None,
        "pager": None,
        "picking": None,
        "alike": None,
        "here_again": here(reading.query, at=args.get("at") or None),
    }
    if not reading.valid:
        return page("beneficiaries/list_beneficiaries.html", "people", status=422, **context)
    picking = bar(ability, reading, args.get(TICKS), sent)
    position = read_position(args.get("at"), reading.sort)
    people = page_of_people(db.session(), reading.chosen, ability, shown, reading.sort, position)
    further = args.get("count") == "further"
    count = count_people(db.session(), reading.chosen, ability, further=further)
    wider = wider_address(reading, count) if sent is None else None
    if (
        wider
        and page_of_people(
            db.session(), replace(reading.chosen, alike=True), ability, ("uuid",), reading.sort, size=1
        ).rows
    ):
        return make_response(redirect(wider))
    stays = {TICKS: ["all"]} if picking and picking.everybody else {}
    pages = pager(people, count, {**reading.query, **stays})
    context |= {"people": people, "pager": pages, "picking": picking}
    context["alike"] = names_alike(reading, ability, people, count)
    return page("beneficiaries/list_beneficiaries.html", "people", status=status, **context)


@bp.post("/columns")
@requires("read", "Beneficiary")
def choose_columns() -> Response:
    """Remember which columns this person wants, and go back to the list they came from."""
    form = ColumnsForm()
    if form.validate_on_submit():
        wanted = [name for name in COLUMN_LABELS if name in {"name", *(form.columns.data or ())}]
        remember_preference(db.session(), current_user.id, COLUMNS_PREFERENCE, wanted)
        db.session.commit()
    return see_other(own_path(request.form.get("back")) or url_for("beneficiaries.list_beneficiaries"))


def chosen_columns() -> list[str]:
    """The columns this person wants to see, in the table's order; the name is always among them."""
    remembered = current_user.preferences.get(COLUMNS_PREFERENCE) or DEFAULT
    return [name for name in COLUMN_LABELS if name in remembered]


def column_choices(shown: list[str]) -> list[dict[str, Any]]:
    """What can be chosen to be shown, for `columns_chooser` of components/table.html."""
    return [
        {"key": name, "label": words, "shown": name in shown, "fixed": name == "name"}
        for name, words in COLUMN_LABELS.items()
    ]


def table_columns(reading: Reading, shown: list[str]) -> list[dict[str, Any]]:
    """The columns of a table of people, as `data_table` reads them."""
    return list(_table_columns(reading, shown))


def _table_columns(reading: Reading, shown: list[str]) -> Iterator[dict[str, Any]]:
    by_name = reads_all_personal_data(current_ability())
    for name in shown:
        if name == "created" or (name == "name" and by_name):
            column = sort_column(name, COLUMN_LABELS[name], reading.query, name, reading.sort.name)
        else:
            column = {"key": name, "label": COLUMN_LABELS[name]}
        yield {**column, "role": ROLES.get(name), "num": name in FIGURES, "kind": KINDS.get(name)}
