"""Answers that stay true while nothing is written: how many there are, what can be chosen from.

Who turns the pages of a list has it counted again on each, though mostly nobody wrote anything meanwhile. Whether
somebody did is told by the snapshot in which a request begins: two with the same text see the very same rows, in
every table. An answer is kept beside the snapshot it was asked in, and asked again in any other, so it is never old.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Text, case, cast, event, func
from sqlalchemy.orm import Session

Answer = TypeVar("Answer")

MOST = 1_024
"""How many answers a process keeps; those not asked for longest give way."""
_AS_OF = "portal.as_of"

AS_OF = case(
    (
        func.pg_current_xact_id_if_assigned().is_(None),
        cast(func.pg_current_snapshot(), Text) + " " + cast(func.current_date(), Text),
    )
)
"""SQL: the state of all tables that the transaction sees, and the day, by which ages are told.

NULL in a transaction that has written: what it wrote is not in its snapshot.
"""


def reads_as_of(session: Session, as_of: str | None) -> None:
    """Let the session's transaction use what was answered in the same state; `as_of` is what `AS_OF` gave it."""
    session.info[_AS_OF] = as_of


@event.listens_for(Session, "after_flush")
@event.listens_for(Session, "after_commit")
def _has_written(session: Session, *_flushed: Any) -> None:
    session.info.pop(_AS_OF, None)


def while_unchanged(session: Session, key: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What `ask` answers, or answered before if nothing was written since.

    `key` names all that the question depends on beside the tables and the day: what is asked, and for whom.
    """
    as_of = session.info.get(_AS_OF)
    if as_of is None:
        return ask()
    place = _place(session.get_bind(), key)
    kept = place.kept
    if kept is not None and kept[0] == as_of:
        answer: Answer = kept[1]
        return answer
    answer = ask()
    place.kept = (as_of, answer)
    return answer


class _Place:
    """Where one answer lies, with the state it was asked in."""

    def __init__(self) -> None:
        self.kept: tuple[str, Any] | None = None


@lru_cache(MOST)
def _place(_bind: object, _key: Hashable) -> _Place:
    return _Place()
