"""The list of payout lists: filter, page."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.keyset import read_position
from portal.payouts.forms import FilterForm
from portal.payouts.queries.lists import NEWEST, count_lists, page_of_lists, projects_of_lists
from portal.payouts.views import bp
from portal.web.access import current_ability, requires
from portal.web.htmx import page
from portal.web.lists import here, pager, query_of
from portal.web.picking import kept_among

COLUMNS: list[dict[str, Any]] = [
    {"key": "title", "label": _l("Payout list"), "role": "title"},
    {"key": "state", "label": _l("State"), "role": "aside"},
    {"key": "project", "label": _l("Project")},
    {"key": "people", "label": _l("People"), "num": True},
    {"key": "total", "label": _l("Total"), "num": True},
    {"key": "by", "label": _l("Made by"), "role": "low"},
    {"key": "created", "label": _l("Made"), "role": "low"},
]


@bp.get("")
@requires("read", "PayoutList")
def list_lists() -> Response:
    """A page of the lists that the filter finds."""
    ability, session = current_ability(), db.session()
    form = FilterForm(MultiDict([(name, value) for name, value in request.args.items(multi=True) if value]))
    names = url_for("projects.suggest_names", field="project", state="any")
    form.offer(kept_among(projects_of_lists, ability), names)
    query = query_of(request.args)
    context: dict[str, Any] = {
        "form": form,
        "columns": COLUMNS,
        "chips": list(_chips(form, query)),
        "lists": None,
        "pager": None,
    }
    if not form.validate():
        return page("payouts/list_lists.html", "lists", status=422, **context)
    lists = page_of_lists(session, form.chosen(), ability, read_position(request.args.get("at"), NEWEST))
    pages = pager(lists, count_lists(session, form.chosen(), ability), query)
    return page("payouts/list_lists.html", "lists", **(context | {"lists": lists, "pager": pages}))


def _chips(form: FilterForm, query: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Each thing that narrows the list, in words, with the address that takes it away."""
    for name in ("project", "state"):
        for value in query.get(name, ())[:1]:
            words = {str(key): said for key, said in form[name].choices}
            yield {
                "label": form[name].label.text,
                "value": words.get(value, value),
                "url": here(query, **{name: None}),
            }
