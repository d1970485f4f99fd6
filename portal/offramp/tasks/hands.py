"""Who looks after requests, and applies what providers told: threads of each worker, started when something is due.

A provider may take half a minute for an answer, so this is nothing for the thread of what recurs, and requests come and
go too often to be a job each. How many look after requests at once says `PORTAL_OFFRAMP_HANDS`.
"""

from collections.abc import Mapping
from threading import Lock, Thread
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session

from portal.core.db import as_actor, db
from portal.jobs.lost import is_passing
from portal.jobs.runner import anonymous_trace
from portal.jobs.tasks import every
from portal.offramp.operations import stepping, working
from portal.offramp.operations.calling_back import apply_callback, park_callback
from portal.offramp.queries.due import any_due, stored_callbacks
from portal.offramp.tasks.looking_after import Pace, look_after, patiently

log = structlog.get_logger()

HANDS = 4
AT_ONCE = 200
"""Callbacks that are applied in one go; the rest follow a second later."""


class Hands:
    """The threads of this process that look after requests."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._busy = 0

    def begin(self, app: Flask, most: int) -> None:
        """Set one more to work, if there are fewer than `most`. It goes on until nothing is due."""
        with self._lock:
            if self._busy >= most:
                return
            self._busy += 1
        Thread(target=self._work, args=(app,), name="offramp", daemon=True).start()

    def _work(self, app: Flask) -> None:
        try:
            with app.app_context(), as_actor(None, "offramp.due"):
                while take_one(db.session(), app.config):
                    pass
        except Exception as error:
            _say(error)
        finally:
            with self._lock:
                self._busy -= 1


_hands = Hands()


def take_one(session: Session, config: Mapping[str, Any]) -> bool:
    """Take the request that has waited longest of those that are due, and look after it; whether there was one.

    Where that goes wrong it is put off, so that one request does not keep the others from being looked after.
    """
    pace = Pace.of(config)
    held = working.claim(session, pace.lease)
    session.commit()
    if held is None:
        return False
    try:
        look_after(session, config, held.offramp, pace)
    except Exception as error:
        session.rollback()
        _say(error)
        patiently(session, lambda: stepping.schedule(session, held.offramp, pace.first))
    return True


@every(1, "offramp.due")
def look_after_due(session: Session, config: Mapping[str, Any]) -> None:
    """Set a thread to work on what is due; each second one more, as long as there is anything."""
    if any_due(session):
        # What a thread needs of the application it cannot ask of a context that is not its own.
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        _hands.begin(app, int(config.get("PORTAL_OFFRAMP_HANDS", HANDS)))


@every(1, "offramp.callbacks")
def apply_stored(session: Session, config: Mapping[str, Any]) -> None:
    """Apply what providers told, each event in a transaction of its own: two of them may speak of requests that
    somebody else holds in the other order."""
    for uuid in stored_callbacks(session, AT_ONCE):
        try:
            with Session(db.engine) as own, own.begin():
                apply_callback(own, uuid)
        except Exception as error:
            _say(error)
            if not is_passing(error):  # it would be in the way of all that came after it
                with Session(db.engine) as own, own.begin():
                    park_callback(own, uuid)


def _say(error: Exception) -> None:
    if is_passing(error):
        log.warning("offramp_waits", error=type(error).__name__)
    else:
        log.error("offramp_fault", **anonymous_trace(error))
