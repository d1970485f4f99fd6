"""What a person without an account reads about their case, in plain words."""

from flask_babel import lazy_gettext as _l
from flask_babel import pgettext
from flask_babel.speaklater import LazyString

from portal.core.enums import GrievanceStatus
from portal.grievances.operations import story

STATUSES: dict[GrievanceStatus, LazyString] = {
    GrievanceStatus.NEW: _l("We have received it. Somebody will look at it soon."),
    GrievanceStatus.UNDER_REVIEW: _l("Somebody is looking at it."),
    GrievanceStatus.RESOLVED: _l("We have answered. Please say whether it is settled."),
    GrievanceStatus.CLOSED: _l("It is closed."),
}
WAITING = _l("We asked you something, and wait for your answer.")

FROM_US: dict[str, LazyString] = {
    story.ACKNOWLEDGED: _l("We received it"),
    story.ASKED: _l("We ask you"),
    story.ANSWERED: _l("Written down for you"),
    story.NOTE: _l("A word from us"),
    story.FILE: _l("A file from us"),
    story.RESOLVED: _l("Our answer"),
    story.CLOSED: _l("Closed"),
    story.REOPENED: _l("Opened again"),
}
FROM_YOU: dict[str, LazyString] = {
    story.OPENED: _l("You told us"),
    story.ANSWERED: _l("You answered"),
    story.NOTE: _l("You added"),
    story.FILE: _l("You sent a file"),
    story.CLOSED: _l("You said that it is settled"),
    story.REOPENED: _l("You said that it is not settled"),
}


def told(kind: str, by_reporter: bool) -> str | None:
    """What a line of the story is called for the person; None for one that says nothing to them."""
    words = (FROM_YOU if by_reporter else FROM_US).get(kind)
    if words is None and kind == story.OPENED:
        return str(pgettext("complaint", "Written down"))
    return None if words is None else str(words)


def standing(status: GrievanceStatus, *, waits: bool) -> str:
    """Where the case stands."""
    return str(WAITING if waits else STATUSES[status])
