"""The list of requests: a page of it, for the list itself and for the tabs of projects and people that lead there."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.keyset import (
    FIRST,
    PAGE_SIZE,
    Page,
    Position,
    Sort,
    page_statement,
    read_page,
)
from portal.offramp.models import OfframpRequest
from portal.offramp.queries.columns import columns, joined
from portal.offramp.queries.filters import RequestFilter, where

NEWEST = Sort("-created", (OfframpRequest.created_at, OfframpRequest.id), descending=True)
SORTS = {
    sort.name: sort for sort in (NEWEST, Sort("created", (OfframpRequest.created_at, OfframpRequest.id)))
}
REMEMBERED = 256
"""How many statements stay put together; see `beneficiaries.queries.people`."""


def chosen_requests(chosen: RequestFilter, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The requests that a filter finds among those the reader may see; columns are added by the caller."""
    statement = select(OfframpRequest.id).where(OfframpRequest.deleted_at.is_(None), *where(chosen, ability))
    return ability.accessible(statement, "read", OfframpRequest)


def page_of_requests(
    session: Session,
    chosen: RequestFilter,
    ability: Ability,
    wanted: Sequence[str],
    sort: Sort = NEWEST,
    position: Position = FIRST,
    size: int = PAGE_SIZE,
) -> Page:
    """One page of the list, each row with its `uuid` and the `wanted` columns, in one statement."""
    remembered = _page_statement if chosen.needle is None else _page_statement.__wrapped__
    statement = partial(remembered, chosen, ability, tuple(wanted), sort, size)
    return read_page(session.connection(), statement, sort, position, size)


@lru_cache(REMEMBERED)
def _page_statement(
    chosen: RequestFilter,
    ability: Ability,
    wanted: tuple[str, ...],
    sort: Sort,
    size: int,
    shape: Position,
) -> Select[*tuple[Any, ...]]:
    available = columns(ability, wanted, on_screen=True)
    shown: list[Any] = [available[name].label(name) for name in wanted if name != "uuid"]
    statement = chosen_requests(chosen, ability).with_only_columns(OfframpRequest.uuid, *shown)
    return page_statement(statement.select_from(joined()), sort, shape, size)
