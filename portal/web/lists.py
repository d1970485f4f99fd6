"""What every list page shares: its state is its address, so a link is the address with something changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from werkzeug.datastructures import MultiDict

from portal.core.keyset import Count, Page

PLACE = ("at", "count")
"""What says where in the list the reader stands; every change of the list starts again at its beginning."""

RESERVED = ("endpoint", "_anchor", "_external", "_method", "_scheme")

Query = Mapping[str, Sequence[str]]


def query_of(args: MultiDict[str, str], without: Iterable[str] = PLACE) -> dict[str, list[str]]:
    """A query string as a mapping, empty values and the names in `without` left out.

    So are the names that `url_for` takes for itself (`_scheme`, `endpoint`) and those of the path: whoever
    writes them into an address must not reach into how the page's own addresses are made.
    """
    skipped = {*without, *RESERVED, *(request.view_args or {})}
    given = {
        name: [value for value in values if value] for name, values in args.lists() if name not in skipped
    }
    return {name: values for name, values in given.items() if values}


def here(query: Query, **changes: Any) -> str:
    """This page's address with another query; a change to None takes a name away."""
    merged: dict[str, Any] = {**query, **changes}
    values = {name: value for name, value in merged.items() if value is not None}
    return url_for(g.get("list_endpoint") or request.endpoint or "", **(request.view_args or {}), **values)


def show_list_of(endpoint: str) -> None:
    """Let this request, which is no list's own, answer with that list: its addresses are then those of `endpoint`."""
    g.list_endpoint = endpoint


@dataclass(frozen=True)
class Pager:
    """The neighbours of a page as addresses, and which rows of how many it shows."""

    first_url: str | None
    previous_url: str | None
    next_url: str | None
    last_url: str | None
    start: int | None
    end: int | None
    count: Count


def pager(page: Page, count: Count, query: Query) -> Pager:
    """The pager of `page` in a list whose address is `query`."""

    def to(token: str | None) -> str | None:
        return here(query, at=token) if token else None

    rows = len(page.rows)
    start = page.ordinal if rows else None
    if rows and start is None and page.next is None and not count.more:
        start = count.number - rows + 1
    end = start + rows - 1 if start else None
    return Pager(to(page.first), to(page.previous), to(page.next), to(page.last), start, end, count)


def sort_column(key: str, label: Any, query: Query, by: str, now: str) -> dict[str, Any]:
    """A table's column that sorts by `by`, and the other way round when it is already sorted so."""
    wanted = f"-{by}" if now == by else by
    state = {by: "ascending", f"-{by}": "descending"}.get(now)
    return {"key": key, "label": label, "sort_url": here(query, sort=wanted), "sorted": state}
