"""Every SELECT about tokens."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.tokens.models import Token


def decimals_by_symbol(session: Session) -> Mapping[str, int]:
    """The symbols of all tokens in their order, each with how many decimals its amounts have."""
    return dict(session.execute(_SYMBOLS).tuples().all())


def decimals_of_token(session: Session, symbol: str) -> int | None:
    """How many decimals amounts of this token have; None where there is no such token."""
    return session.scalar(select(Token.decimals).where(Token.symbol == symbol))


_SYMBOLS = select(Token.symbol, Token.decimals).order_by(Token.symbol)
