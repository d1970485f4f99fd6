"""Tokens for tests."""

from itertools import count

from sqlalchemy.orm import Session

from portal.core.enums import TokenDataType
from portal.tokens.models import Token

ADDRESS = "0xD3f9722b8EbB8580A7c36Ce4931832Df71915273"
HASH = "0x" + "ab" * 32
FORM = {
    "name": "Rahat Dollar",
    "symbol": "RUSD",
    "description": "For the flood.",
    "contract_address": ADDRESS,
    "decimals": "18",
    "initial_supply": "1000000.5",
    "from_block": "5000000000",
    "transaction_hash": HASH,
}
_next = count(1)


def add_token(session: Session, symbol: str = "CUSD", decimals: int = 18) -> Token:
    """A token that is on its chain already, at an address and a block of its own."""
    number = next(_next)
    token = Token(
        name=f"Coin {symbol}",
        symbol=symbol,
        decimals=decimals,
        initial_supply=10 ** (decimals + 6),
        from_block=number,
        contract_address=f"0x{number:040d}",
        type=TokenDataType.IMPORTED,
    )
    session.add(token)
    session.flush()
    return token
