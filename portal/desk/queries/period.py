"""The days that a list or a statement covers, as the vendor's own calendar has them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_

from portal.transactions.models import Transaction


@dataclass(frozen=True)
class Period:
    """From one day to another, both included; None where it has no such end. `zone` says when a day begins."""

    first: dt.date | None
    last: dt.date | None
    zone: dt.tzinfo | None

    @property
    def always(self) -> bool:
        """Whether it covers all days."""
        return self.first is None and self.last is None

    def holds(self) -> ColumnElement[bool]:
        """SQL: a transaction was made within it."""
        made: Any = Transaction.created_at
        ends = []
        if self.first is not None:
            ends.append(made >= self._begin(self.first))
        if self.last is not None:
            ends.append(made < self._begin(self.last + dt.timedelta(days=1)))
        return and_(True, *ends)

    def _begin(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.zone)


def today_in(zone: dt.tzinfo) -> dt.date:
    """The day that it is there now."""
    return dt.datetime.now(zone).date()


def this_week(today: dt.date, first_weekday: int) -> dt.date:
    """The day on which the week of `today` began; weekdays count from Monday, which is 0."""
    return today - dt.timedelta(days=(today.weekday() - first_weekday) % 7)
