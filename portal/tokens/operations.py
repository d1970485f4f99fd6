"""Putting tokens into the registry, changing what is known of them, and taking out those that nobody uses."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.enums import TokenDataType
from portal.core.errors import Conflict, Refusal, sentence
from portal.core.values.money import currencies
from portal.tokens.facts import TokenFacts
from portal.tokens.models import Token
from portal.tokens.queries import clash_with, uses_of
from portal.tokens.supply import MOST_DECIMALS, units_of

MOST_BLOCK = 2**63 - 1
FIXED = ("symbol", "decimals", "contract_address")
"""What stays as it is while amounts are counted in the token: they would be amounts of something else."""
IN_USE = sentence("Something is counted in this token, so it stays.")
SAID = {
    "symbol": sentence("There is a token with the symbol %(symbol)s already."),
    "contract_address": sentence("The token %(symbol)s has this contract already."),
    "transaction_hash": sentence("The token %(symbol)s was made by this transaction already."),
    "from_block": sentence("The token %(symbol)s begins at this block already."),
}
"""What no two tokens share → what is said where two would."""
_SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+$_-]{0,19}")
_HASH = re.compile(r"0x[0-9a-f]{64}")


def add_token(session: Session, facts: TokenFacts, *, by: int, uuid: UUID | None = None) -> Token:
    """Put a token into the registry.

    Raises Refusal at its field for what no token can be and for what another one has; Conflict where there is one of
    this uuid.
    """
    columns = _columns(facts)
    _refuse_taken(session, columns, None)
    token = Token(uuid=uuid, created_by=by, **columns)
    try:
        with session.begin_nested():
            session.add(token)
    except IntegrityError as clash:
        _refuse_taken(session, columns, None)
        raise Conflict("This token is in the registry already.") from clash
    return token


def edit_token(session: Session, token: Token, facts: TokenFacts, *, version: int, by: int) -> bool:
    """Change what is known of a token; whether anything is different. The caller has locked the row.

    Raises Conflict when somebody changed it since `version`; Refusal as adding does, and at what may not change while
    amounts are counted in it.
    """
    if token.version != version:
        raise Conflict("Somebody changed this token while you did.")
    columns = _columns(facts)
    different = {name: value for name, value in columns.items() if getattr(token, name) != value}
    if not different:
        return False
    fixed = [name for name in FIXED if name in different]
    if fixed and uses_of(session, token.symbol):
        raise Refusal("Something is counted in this token, so this stays as it is.", fixed[0])
    _refuse_taken(session, different, token.uuid)
    try:
        with session.begin_nested():
            for name, value in different.items():
                setattr(token, name, value)
            token.version = version + 1
            token.updated_by = by
            token.updated_at = func.now()
            session.flush()
    except IntegrityError:
        _refuse_taken(session, different, token.uuid)
        raise
    return True


def delete_token(session: Session, token: Token) -> None:
    """Take a token out of the registry; the log keeps it. Raises Refusal where anything is counted in it."""
    if uses_of(session, token.symbol):
        raise Refusal(IN_USE)
    session.delete(token)
    session.flush()


def _columns(facts: TokenFacts) -> dict[str, Any]:
    """The facts as columns. Raises Refusal for what no token can be."""
    if not _SYMBOL.fullmatch(facts.symbol):
        raise Refusal(
            "A symbol is up to 20 letters of the English alphabet and figures, such as cUSD.", "symbol"
        )
    if facts.symbol.upper() in currencies():
        raise Refusal("%(symbol)s is the code of a currency.", "symbol", symbol=facts.symbol)
    if not 0 <= facts.decimals <= MOST_DECIMALS:
        raise Refusal("A token has from 0 to 77 decimals.", "decimals")
    if not 0 <= facts.from_block <= MOST_BLOCK:
        raise Refusal("This is not the number of a block.", "from_block")
    if facts.transaction_hash is not None and not _HASH.fullmatch(facts.transaction_hash):
        raise Refusal(
            "The hash of a transaction is 0x and 64 digits or letters from a to f.", "transaction_hash"
        )
    if facts.type == TokenDataType.CREATED and facts.transaction_hash is None:
        raise Refusal("Fill in the transaction that made the token.", "transaction_hash")
    return {**vars(facts), "initial_supply": units_of(facts.initial_supply, facts.decimals)}


def _refuse_taken(session: Session, columns: dict[str, Any], but: UUID | None) -> None:
    unique: Sequence[str] = [name for name in SAID if name in columns]
    found = clash_with(session, {name: columns[name] for name in unique}, but)
    if found is not None:
        name, other = found
        raise Refusal(SAID[name], name, symbol=other.symbol)
