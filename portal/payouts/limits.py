"""How many people must approve a list: a setting for each currency, with one for all others."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

SETTING = "PAYOUT_ONE_APPROVER_UP_TO"
EVERY_OTHER = "*"
USUAL = Decimal(10_000)
"""Where nothing was set: above ten thousand, of whatever, two people approve."""


@dataclass(frozen=True)
class Limits:
    """Up to which total one approver is enough: `others` in any currency that `by_currency` does not name."""

    others: Decimal = USUAL
    by_currency: dict[str, Decimal] = field(default_factory=dict)

    def of(self, currency: str) -> Decimal:
        """Up to which total in this currency one approver is enough."""
        return self.by_currency.get(currency, self.others)

    def steps(self, currency: str, total: Decimal) -> int:
        """How many people must approve so much."""
        return 1 if total <= self.of(currency) else 2

    def packed(self) -> dict[str, str]:
        """As the setting keeps it: exact, as text."""
        return {EVERY_OTHER: str(self.others), **{name: str(most) for name, most in self.by_currency.items()}}


def unpacked(value: Any) -> Limits:
    """What the setting says; the usual where it was never set."""
    if not isinstance(value, dict):
        return Limits()
    told = {str(name): Decimal(str(most)) for name, most in value.items()}
    return Limits(told.pop(EVERY_OTHER, USUAL), told)
