"""What somebody says of a token."""

from dataclasses import dataclass

from portal.core.enums import TokenDataType


@dataclass(frozen=True)
class TokenFacts:
    """The facts of a token, typed: `contract_address` in its EIP-55 spelling, `transaction_hash` in lower case,
    `initial_supply` in whole tokens as it was typed."""

    name: str
    symbol: str
    decimals: int
    initial_supply: str
    from_block: int
    contract_address: str
    type: TokenDataType
    transaction_hash: str | None = None
    description: str | None = None
