"""How often somebody did something lately: counted in the database, so that all processes count together.

Who it was (an address, a user) is kept only as a keyed hash: a copy of the table names nobody.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Integer, LargeBinary, case, delete, func, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.columns import Line, Moment
from portal.core.db import db


class RateCount(db.Model):
    """How often `who` did what `name` says in the stretch of time that ends at `ends_at`."""

    __tablename__ = "tbl_rate_counts"
    __table_args__ = (CheckConstraint("count >= 0", name="count"),)

    name: Mapped[Line] = mapped_column(primary_key=True)
    who: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    ends_at: Mapped[Moment] = mapped_column("endsAt")


@dataclass(frozen=True)
class Tally:
    """How often by now, this time included, and in how many seconds the counting begins anew."""

    count: int
    seconds_left: int


def count_one(session: Session, name: str, who: bytes, seconds: int) -> Tally:
    """Count once more, in a stretch of so many seconds that begins with the first time."""
    over = RateCount.ends_at <= func.now()
    ends_at = func.now() + dt.timedelta(seconds=seconds)
    row = session.execute(
        upsert(RateCount)
        .values(name=name, who=who, count=1, ends_at=ends_at)
        .on_conflict_do_update(
            index_elements=["name", "who"],
            set_={
                "count": case((over, 1), else_=RateCount.count + 1),
                "endsAt": case((over, ends_at), else_=RateCount.ends_at),
            },
        )
        .returning(RateCount.count, func.ceil(func.extract("epoch", RateCount.ends_at - func.now())))
    ).one()
    return Tally(row[0], max(1, int(row[1])))


def uncount_one(session: Session, name: str, who: bytes) -> None:
    """Take one time back."""
    session.execute(
        update(RateCount)
        .where(RateCount.name == name, RateCount.who == who, RateCount.count > 0)
        .values(count=RateCount.count - 1)
        .execution_options(synchronize_session=False)
    )


def forget_old_counts(session: Session) -> None:
    """Delete the counts whose time is over."""
    session.execute(delete(RateCount).where(RateCount.ends_at <= func.now()))
