"""The people of a list: each with the amount, the verdict and what became of the payment."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import lazy_gettext as _l

from portal.core.db import db
from portal.core.keyset import read_position
from portal.payouts.forms import HoldForm, TickedForm
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.queries.lists import told_of
from portal.payouts.queries.rows import IN_ORDER, Show, count_rows, last_paid, page_of_rows
from portal.payouts.views import bp
from portal.payouts.views.loading import list_to
from portal.payouts.wording import REASONS, SHOWN
from portal.web.access import current_ability, current_person, requires
from portal.web.cells import Ticks
from portal.web.htmx import page
from portal.web.lists import pager, query_of, show_list_of

FORM = "ticking"
"""The id of the form to which the boxes of the rows belong."""


@bp.get("/<uuid:uuid>/rows")
@requires("read", "PayoutList")
def list_rows(uuid: UUID) -> Response:
    """A page of the people, all of them or those that the address asks for."""
    return page_of_rows_of(list_to("read", uuid), HoldForm(formdata=None))


def page_of_rows_of(found: PayoutList, form: TickedForm, *, status: int = 200) -> Response:
    """The page of people that the address asks for, with what was ticked on it."""
    session, ability = db.session(), current_ability()
    show_list_of("payouts.list_rows")
    show = _show(request.args.get("show"))
    last = last_paid(session, found) if show in (Show.FAR, Show.NEW) else None
    former = last.uuid if last else None
    position = read_position(request.args.get("at"), IN_ORDER)
    rows = page_of_rows(session, found, ability, show, former, position)
    query = query_of(request.args)
    may = may_change(found)
    ticked = frozenset(map(str, form.ticked()))
    ticks = Ticks(FORM, "rows", ticked) if may else None
    return page(
        "payouts/list_rows.html",
        "rows",
        status=status,
        found=found,
        told=told_of(session, found.uuid),
        form=form,
        show=show,
        shown=SHOWN,
        query={name: values for name, values in query.items() if name == "show"},
        rows=rows,
        pager=pager(rows, count_rows(session, found, ability, show, former), query),
        columns=list(_columns(found, may)),
        ticks=ticks,
        may=may,
        reasons=REASONS,
    )


def may_change(found: PayoutList) -> str:
    """What the reader can do with ticked people: `remove` them from a draft, `hold` them out of a submitted list of
    others, or nothing."""
    ability = current_ability()
    if found.state == State.DRAFT and ability.can("update", found):
        return "remove"
    others = current_person().id not in found.makers
    if found.state == State.SUBMITTED and others and ability.can("approve", found):
        return "hold"
    return ""


def _show(given: str | None) -> Show:
    return Show(given) if given in set(Show) else Show.ALL


def _columns(found: PayoutList, may: str) -> list[dict[str, Any]]:
    columns: list[dict[str, Any]] = [
        {"key": "number", "label": _l("No."), "num": True, "role": "low"},
        {"key": "name", "label": _l("Name"), "role": "title"},
        {"key": "amount", "label": _l("Amount"), "num": True},
        {"key": "verdict", "label": _l("Verdict"), "role": "aside"},
        {"key": "phone", "label": _l("Phone")},
        {"key": "account", "label": _l("Bank account")},
        {"key": "wallet", "label": _l("Wallet"), "role": "low"},
    ]
    if found.state == State.APPROVED:
        columns.insert(4, {"key": "status", "label": _l("Payment")})
    if may:
        columns.insert(0, {"key": "pick", "label": _l("Select"), "role": "check"})
    if may == "remove":
        columns.append({"key": "act", "label": _l("Change"), "role": "act"})
    return columns
