"""Every SELECT about tokens."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, column, exists, literal, select, table
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.keyset import FIRST, Count, Page, Position, Sort, count_up_to, page_of
from portal.core.unchanged import while_unchanged
from portal.tokens.models import Token

BY_SYMBOL = Sort("symbol", (Token.symbol, Token.id))

USES = {
    "tbl_projects": ("tbl_projects", "currency"),
    "tbl_project_budgets": ("tbl_project_budgets", "currency"),
    "tbl_payout_lists": ("tbl_payout_lists", "currency"),
    "tbl_transactions": ("tbl_transaction_sums", "currency"),
    "tbl_offramps": ("tbl_offramp_sums", "token"),
}
"""What is counted in tokens → the table and the column to ask for a symbol. Those modules stand above this one or
beside it, so they are read by their names. The sums have a line for each token in which there ever was a payment or an
offramp, and tell it at once where there are a million."""


def decimals_by_symbol(session: Session) -> Mapping[str, int]:
    """The symbols of all tokens in their order, each with how many decimals its amounts have."""
    return {row.symbol: row.decimals for row in session.execute(_SYMBOLS)}


def decimals_of_token(session: Session, symbol: str) -> int | None:
    """How many decimals amounts of this token have; None where there is no such token."""
    return session.scalar(select(Token.decimals).where(Token.symbol == symbol))


_SYMBOLS = select(Token.symbol, Token.decimals).order_by(Token.symbol)


def token_with(uuid: UUID) -> Select[Token]:
    """The token of this uuid."""
    return select(Token).where(Token.uuid == uuid)


def page_of_tokens(session: Session, ability: Ability, position: Position = FIRST) -> Page:
    """One page of the registry, by symbol: uuid, symbol, name, type, decimals, supply, address."""
    shown = _readable(ability).with_only_columns(
        Token.uuid,
        Token.symbol,
        Token.name,
        Token.type,
        Token.decimals,
        Token.initial_supply.label("supply"),
        Token.contract_address.label("address"),
    )
    return page_of(session, shown, BY_SYMBOL, position)


def count_tokens(session: Session, ability: Ability) -> Count:
    """How many tokens the reader may see, up to 10,000."""
    return while_unchanged(session, (count_tokens, ability), lambda: count_up_to(session, _readable(ability)))


def _readable(ability: Ability) -> Select[*tuple[Any, ...]]:
    return ability.accessible(select(Token.id), "read", Token)


def uses_of(session: Session, symbol: str) -> Sequence[str]:
    """The tables of what is counted in a token: the keys of `USES`."""
    asked = {}
    for name, (asked_table, asked_column) in USES.items():
        there = table(asked_table, column(asked_column))
        stands = select(literal(1)).select_from(there).where(there.c[asked_column] == symbol)
        asked[name] = exists(stands)
    row = session.execute(select(*(there.label(name) for name, there in asked.items()))).one()
    return [name for name in asked if getattr(row, name)]


def clash_with(session: Session, values: Mapping[str, Any], but: UUID | None) -> tuple[str, Token] | None:
    """The first of these unique values that another token has, and which; `but` is the token itself."""
    for name, value in values.items():
        if value is None:
            continue
        other = select(Token).where(getattr(Token, name) == value)
        if but is not None:
            other = other.where(Token.uuid != but)
        if found := session.scalars(other).first():
            return name, found
    return None
