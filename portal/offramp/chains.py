"""Chains: how addresses and transfers are written on each."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from portal.core.errors import Refusal
from portal.core.values.contacts import convert_wallet
from portal.core.values.outcome import Context
from portal.core.values.text import clean

NONE = "none:"
"""What the hash of a transfer begins with where no tokens move: the provider's name for the request follows."""

_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_HEX = re.compile(r"[0-9a-fA-F]{64}")


def _evm_address(text: str) -> str | None:
    """In EIP-55's spelling; None where it is none, or one whose capitals say that it is mistyped."""
    read = convert_wallet(text, Context("sender_address"))
    return None if read.problem else read.value


def _evm_hash(text: str) -> str | None:
    digits = text[2:] if text[:2] in {"0x", "0X"} else ""
    return f"0x{digits.lower()}" if _HEX.fullmatch(digits) else None


def _plain_hash(text: str) -> str | None:
    return text.lower() if _HEX.fullmatch(text) else None


def _as(pattern: str) -> Callable[[str], str | None]:
    """Reads what fits the pattern, as it is written: capitals mean something there."""
    fitting = re.compile(pattern)
    return lambda text: text if fitting.fullmatch(text) else None


@dataclass(frozen=True)
class Chain:
    """How a chain writes. Both read a text into the one spelling that is kept, or say None."""

    read_address: Callable[[str], str | None]
    read_hash: Callable[[str], str | None]


_EVM = Chain(_evm_address, _evm_hash)
CHAINS: dict[str, Chain] = {
    **dict.fromkeys(
        (
            "ARBITRUM",
            "AVALANCHE",
            "BASE",
            "BSC",
            "CELO",
            "ETHEREUM",
            "LISK",
            "OPTIMISM",
            "POLYGON",
            "SCROLL",
        ),
        _EVM,
    ),
    "SOLANA": Chain(_as(f"{_BASE58}{{32,44}}"), _as(f"{_BASE58}{{86,88}}")),
    "STELLAR": Chain(_as("G[A-Z2-7]{55}"), _plain_hash),
    "TRON": Chain(_as(f"T{_BASE58}{{33}}"), _plain_hash),
}
"""Name → how it writes, in the order in which they are offered."""


def read_address(chain: str, text: str, field: str = "sender_address") -> str:
    """An address on the chain in its one spelling. Raises Refusal at `field`, or at `chain` for one nobody knows."""
    found = _known(chain).read_address(clean(text))
    if found is None:
        raise Refusal("This is not an address on %(chain)s, or it is mistyped.", field=field, chain=chain)
    return found


def read_hash(chain: str, text: str, field: str = "tx_hash") -> str:
    """The hash of a transfer on the chain in its one spelling. Raises Refusal as `read_address` does."""
    found = _known(chain).read_hash(clean(text))
    if found is None:
        raise Refusal("This is not the hash of a transfer on %(chain)s.", field=field, chain=chain)
    return found


def spelt_hash(chain: str, text: str) -> str:
    """A hash that a provider named, in the spelling that is kept; one that no rule of ours fits as it is, so that
    nothing a provider did is lost."""
    found = CHAINS.get(chain)
    if text.startswith(NONE) or found is None:
        return text
    return found.read_hash(text) or text


def _known(chain: str) -> Chain:
    found = CHAINS.get(chain)
    if found is None:
        raise Refusal("Choose a chain.", field="chain")
    return found
