"""The days that a list or a statement covers, as the vendor's own calendar has them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam

from portal.transactions.models import Transaction

BEGINNING = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
"""What stands for no end, so that a statement is the same with and without."""


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

    @property
    def since(self) -> dt.datetime:
        """The moment with which it begins."""
        return BEGINNING if self.first is None else self._begin(self.first)

    @property
    def before(self) -> dt.datetime:
        """The moment with which it is over."""
        return END if self.last is None else self._begin(self.last + dt.timedelta(days=1))

    def _begin(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.zone)


def made_within(since: Any, before: Any) -> ColumnElement[bool]:
    """SQL: a transaction was made from one moment on and before another; moments, or the names under which a
    statement is given them."""
    made: Any = Transaction.created_at
    first, end = (bindparam(one, type_=made.type) if isinstance(one, str) else one for one in (since, before))
    return and_(made >= first, made < end)


def today_in(zone: dt.tzinfo) -> dt.date:
    """The day that it is there now."""
    return dt.datetime.now(zone).date()


def this_week(today: dt.date, first_weekday: int) -> dt.date:
    """The day on which the week of `today` began; weekdays count from Monday, which is 0."""
    return today - dt.timedelta(days=(today.weekday() - first_weekday) % 7)
