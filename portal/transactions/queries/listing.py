"""The list of transactions: a page of it. For the list itself, for tabs of other pages and for the vendor's desk."""

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
from portal.transactions.models import Transaction
from portal.transactions.queries.columns import columns, joined
from portal.transactions.queries.filters import TransactionFilter, where

NEWEST = Sort("-created", (Transaction.created_at, Transaction.id), descending=True)
SORTS = {sort.name: sort for sort in (NEWEST, Sort("created", (Transaction.created_at, Transaction.id)))}
REMEMBERED = 256
"""How many statements stay put together; see `beneficiaries.queries.people`."""


def chosen_transactions(chosen: TransactionFilter, ability: Ability) -> Select[*tuple[Any, ...]]:
    """The transactions that a filter finds among those the reader may see; columns are added by the caller."""
    statement = select(Transaction.id).where(Transaction.deleted_at.is_(None), *where(chosen, ability))
    return ability.accessible(statement, "read", Transaction)


def page_of_transactions(
    session: Session,
    chosen: TransactionFilter,
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
    chosen: TransactionFilter,
    ability: Ability,
    wanted: tuple[str, ...],
    sort: Sort,
    size: int,
    shape: Position,
) -> Select[*tuple[Any, ...]]:
    available = columns(ability, wanted, on_screen=True)
    shown: list[Any] = [available[name].label(name) for name in wanted if name != "uuid"]
    statement = chosen_transactions(chosen, ability).with_only_columns(Transaction.uuid, *shown)
    return page_statement(statement.select_from(joined()), sort, shape, size)
