"""The life of a payout list: its states, and which follows on which. The database holds the same table."""

from enum import StrEnum


class State(StrEnum):
    """Where a list stands. FILLING, CHECKING and PAYING: a job is at work on it."""

    FILLING = "FILLING"
    DRAFT = "DRAFT"
    CHECKING = "CHECKING"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    PAYING = "PAYING"
    APPROVED = "APPROVED"
    CANCELLED = "CANCELLED"


MOVES: dict[State, tuple[State, ...]] = {
    State.FILLING: (State.DRAFT,),
    State.DRAFT: (State.FILLING, State.CHECKING, State.CANCELLED),
    State.CHECKING: (State.SUBMITTED, State.DRAFT),
    State.SUBMITTED: (State.PAYING, State.RETURNED, State.DRAFT, State.CANCELLED),
    State.RETURNED: (State.DRAFT, State.CANCELLED),
    State.PAYING: (State.APPROVED, State.SUBMITTED),
    State.APPROVED: (),
    State.CANCELLED: (),
}
"""State → what it may become. The last two are the end: what they are, they stay."""

AT_WORK = frozenset({State.FILLING, State.CHECKING, State.PAYING})
OPEN = frozenset(MOVES) - {State.APPROVED, State.CANCELLED}
"""In these somebody is still meant to be paid by the list."""
REOPENED = {State.FILLING: State.DRAFT, State.CHECKING: State.DRAFT, State.PAYING: State.SUBMITTED}
"""Where a list goes back to when the job at work on it was cancelled or failed."""


def before(state: State) -> tuple[State, ...]:
    """The states from which a list comes to this one."""
    return tuple(one for one, following in MOVES.items() if state in following)
