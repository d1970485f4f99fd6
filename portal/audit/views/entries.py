"""The log, filtered."""

from collections.abc import Iterator
from typing import Any

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from portal.audit.forms import EntryFilterForm
from portal.audit.queries.entries import NEWEST, actors, count_entries, page_of_entries
from portal.audit.shown import in_words
from portal.audit.views import bp
from portal.core.db import db
from portal.core.keyset import read_position
from portal.web.access import current_ability, requires
from portal.web.htmx import page
from portal.web.lists import here, pager, query_of
from portal.web.picking import among


@bp.get("")
@requires("read", "AuditEntry")
def list_entries() -> Response:
    """What was done, the newest first: by whom, to what, from when to when."""
    given = MultiDict([(name, value) for name, value in request.args.items(multi=True) if value])
    form = EntryFilterForm(given)
    form.offer(among(actors()))
    query = query_of(request.args)
    narrowing = {name: values for name, values in query.items() if name in form}
    context: dict[str, Any] = {"form": form, "query": query, "narrowing": narrowing, "entries": None}
    context |= {"chips": list(_chips(form, narrowing, query)), "clear_url": url_for("audit.list_entries")}
    if not form.validate():
        return page("audit/list_entries.html", "results", status=422, **context)
    chosen, ability = form.chosen(), current_ability()
    found = page_of_entries(db.session(), chosen, ability, read_position(request.args.get("at"), NEWEST))
    pages = pager(found, count_entries(db.session(), chosen, ability), query)
    return page(
        "audit/list_entries.html",
        "results",
        **{**context, "entries": in_words(db.session(), found.rows)},
        pager=pages,
    )


def _chips(
    form: EntryFilterForm, narrowing: dict[str, list[str]], query: dict[str, list[str]]
) -> Iterator[dict[str, Any]]:
    """What narrows the list, each with the address that takes it away."""
    for name, values in narrowing.items():
        field = form[name]
        words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
        yield {
            "label": field.label.text,
            "value": words.get(values[0], values[0]),
            "url": here(query, **{name: None}),
        }
