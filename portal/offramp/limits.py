"""From which amount on somebody else than its maker lets a request go: a setting for each token, and for all others."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

SETTING = "OFFRAMP_RELEASE_ABOVE"
EVERY_OTHER = "*"
USUAL = Decimal(1_000)
"""Where nothing was set: above a thousand, of whatever, somebody else lets it go."""


@dataclass(frozen=True)
class ReleaseLimits:
    """Up to which amount a request goes by its maker alone: `others` of any token that `by_token` does not name."""

    others: Decimal = USUAL
    by_token: dict[str, Decimal] = field(default_factory=dict)

    def of(self, token: str) -> Decimal:
        """Up to which amount of this token nobody else is needed."""
        return self.by_token.get(token, self.others)

    def needed(self, token: str, amount: Decimal) -> bool:
        """Whether somebody else has to let so much go."""
        return amount > self.of(token)

    def packed(self) -> dict[str, str]:
        """As the setting keeps it: exact, as text."""
        return {EVERY_OTHER: str(self.others), **{name: str(most) for name, most in self.by_token.items()}}


def unpacked(value: Any) -> ReleaseLimits:
    """What the setting says; the usual where it was never set."""
    if not isinstance(value, dict):
        return ReleaseLimits()
    told = {str(name): Decimal(str(most)) for name, most in value.items()}
    return ReleaseLimits(told.pop(EVERY_OTHER, USUAL), told)
