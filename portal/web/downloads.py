"""Files that are sent while they are made: one at a time in each process.

Such an answer holds its thread until the reader has taken it all, and a reader may be slow. With one turn for all
of them the other threads stay free for pages.
"""

from collections.abc import Iterator
from threading import BoundedSemaphore

from flask import Response, stream_with_context
from flask_babel import gettext as _

from portal.web.errors import error_page

_turns = BoundedSemaphore(1)
WAIT_SECONDS = 10


class Turn:
    """The right to send a file; given back once, at the latest when nobody holds it any more."""

    def __init__(self) -> None:
        self._held = True

    def give_back(self) -> None:
        """Let the next one send."""
        if self._held:
            self._held = False
            _turns.release()

    __del__ = give_back


def take_turn() -> Turn | None:
    """The turn, or None while another file is being sent."""
    return Turn() if _turns.acquire(blocking=False) else None


def ask_to_wait() -> Response:
    """The page for who has to wait for their turn."""
    response = error_page(503, _("Another file is being sent just now. Try again in a moment."))
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    return response


def send(turn: Turn, body: Iterator[bytes], kind: str, name: str) -> Response:
    """Send `body` as a file called `name` (plain ASCII) of the content type `kind`, and then give back the turn."""
    response = Response(
        stream_with_context(_until_done(turn, body)),
        headers={"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'},
    )
    response.call_on_close(turn.give_back)
    return response


def _until_done(turn: Turn, body: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from body
    finally:
        turn.give_back()
