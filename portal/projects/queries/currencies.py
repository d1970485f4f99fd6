"""In what can be paid: the currencies of the world, and the tokens of the registry."""

from collections.abc import Sequence

from sqlalchemy import column, select, table
from sqlalchemy.orm import Session

from portal.core.values.money import currencies

TOKENS = table("tbl_tokens", column("symbol"))
"""The registry of tokens: the module that keeps it stands beside this one, so it is read by its name."""


def tokens(session: Session) -> Sequence[str]:
    """The symbols of the tokens, in order."""
    return list(session.scalars(select(TOKENS.c.symbol).order_by(TOKENS.c.symbol)))


def is_known(session: Session, code: str) -> bool:
    """Whether a code stands for a currency or a token."""
    return code in currencies() or code in tokens(session)
