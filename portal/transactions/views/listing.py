"""The list of transactions: search, filter, sort, page, choose columns; and what it comes to."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from portal.core.db import db
from portal.core.keyset import Page, read_position
from portal.transactions.forms import ColumnsForm
from portal.transactions.queries.columns import DEFAULT, knows_colleagues
from portal.transactions.queries.listing import page_of_transactions
from portal.transactions.queries.totals import totals_of
from portal.transactions.views import bp
from portal.transactions.views.reading import Reading, read_list
from portal.transactions.wording import COLUMN_LABELS
from portal.users.operations.preferences import remember_preference
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other
from portal.web.lists import here, pager, sort_column
from portal.web.paths import own_path

COLUMNS_PREFERENCE = "transactions.columns"
OF_COLLEAGUES = frozenset({"maker", "decider"})
ROLES = {"beneficiary": "title", "status": "aside", "uuid": "low", "person": "low"}
KINDS = {
    "amount": "money",
    "status": "sign",
    "phone": "phone",
    **dict.fromkeys(("created", "decided", "failed"), "date"),
}
"""How portal/web/cells.py draws a column; the others are text."""


@bp.get("")
@requires("read", "Transaction")
def list_transactions() -> Response:
    """A page of the transactions that the filter finds."""
    reading, ability = read_list(request.args), current_ability()
    shown = chosen_columns()
    columns = list(_columns(reading, shown))
    context: dict[str, Any] = {
        "reading": reading,
        "columns": columns,
        "head": tuple((column["key"], column.get("sort_url"), column.get("sorted")) for column in columns),
        "choices": [
            {"key": name, "label": words, "shown": name in shown, "fixed": name == "beneficiary"}
            for name, words in COLUMN_LABELS.items()
            if name not in OF_COLLEAGUES or knows_colleagues(ability)
        ],
        "rows": None,
        "pager": None,
        "totals": None,
        "here_again": here(reading.query, at=request.args.get("at") or None),
    }
    if not reading.valid:
        return page("transactions/list_transactions.html", "transactions", status=422, **context)
    position = read_position(request.args.get("at"), reading.sort)
    wanted = [
        name for column in shown for name in ((column, "currency") if column == "amount" else (column,))
    ]
    found = page_of_transactions(db.session(), reading.chosen, ability, wanted, reading.sort, position)
    further = request.args.get("count") == "further"
    totals = totals_of(db.session(), reading.chosen, ability, further=further)
    pages = pager(found, totals.count, reading.query)
    context |= {"rows": list(_rows(found, shown)), "pager": pages, "totals": totals}
    return page("transactions/list_transactions.html", "transactions", **context)


@bp.post("/columns")
@requires("read", "Transaction")
def choose_columns() -> Response:
    """Remember which columns this person wants, and go back to the list they came from."""
    form = ColumnsForm()
    if form.validate_on_submit():
        wanted = [name for name in COLUMN_LABELS if name in {"beneficiary", *(form.columns.data or ())}]
        remember_preference(db.session(), current_user.id, COLUMNS_PREFERENCE, wanted)
        db.session.commit()
    return see_other(own_path(request.form.get("back")) or url_for("transactions.list_transactions"))


def chosen_columns() -> list[str]:
    """The columns this person wants to see, in the table's order; the person paid is always among them."""
    remembered = current_user.preferences.get(COLUMNS_PREFERENCE) or DEFAULT
    told = set(remembered) if knows_colleagues(current_ability()) else set(remembered) - OF_COLLEAGUES
    return [name for name in COLUMN_LABELS if name in told]


def _columns(reading: Reading, shown: list[str]) -> Iterator[dict[str, Any]]:
    for name in shown:
        column: dict[str, Any] = {"key": name, "label": COLUMN_LABELS[name]}
        if name == "created":
            column = sort_column(name, COLUMN_LABELS[name], reading.query, name, reading.sort.name)
        yield {**column, "role": ROLES.get(name), "num": name == "amount", "kind": KINDS.get(name)}


def _rows(found: Page, shown: list[str]) -> Iterator[tuple[Any, ...]]:
    """The rows as `table_rows` draws them: the uuid, then a value a column, an amount with its currency."""
    others = [name for name in shown if name != "uuid"]
    for row in found.rows:
        values = row._mapping
        yield (
            row.uuid,
            *(
                (values["amount"], values["currency"]) if name == "amount" else values[name]
                for name in others
            ),
        )
