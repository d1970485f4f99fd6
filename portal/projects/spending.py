"""What is spent of a budget, and what is left."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Spending:
    """What may be spent in a currency or token (`amount`; None: no limit is set), and what is spent or promised."""

    currency: str
    amount: Decimal | None
    spent: Decimal

    @property
    def left(self) -> Decimal | None:
        """What may still be spent; None without a limit."""
        return None if self.amount is None else self.amount - self.spent

    @property
    def share(self) -> float | None:
        """How much of it is spent, from 0 to 1; None without a limit."""
        if self.amount is None:
            return None
        return float(self.spent / self.amount) if self.amount else 1.0
