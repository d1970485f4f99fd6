"""What a browser is in the middle of, while its person is away signing something or at another service.

It is kept in that browser's own cookie, sealed, so it is bound to the browser, tells nothing, and costs the database
nothing. One at a time: who begins another one gives up the first.
"""

import json
import time
from typing import Any

from flask import current_app, session

from portal.core.secrets import SealBroken, open_sealed, seal

NAME = "errand"
GOOD_FOR = 600
"""Seconds."""


def begin_errand(kind: str, **facts: Any) -> None:
    """Remember what was begun; `facts` are what JSON can say."""
    told = json.dumps({"kind": kind, "at": int(time.time()), **facts})
    session[NAME] = seal(current_app.config["PORTAL_INSTANCE"], told)


def errand(kind: str) -> dict[str, Any] | None:
    """What this browser is in the middle of; None where it is nothing of this kind, or was begun too long ago."""
    try:
        found = json.loads(open_sealed(current_app.config["PORTAL_INSTANCE"], str(session.get(NAME, ""))))
    except (SealBroken, ValueError):
        return None
    in_time = isinstance(found, dict) and 0 <= time.time() - int(found.get("at", 0)) <= GOOD_FOR
    return found if in_time and found.get("kind") == kind else None


def end_errand(kind: str) -> dict[str, Any] | None:
    """The same, once: it is forgotten with this."""
    found = errand(kind)
    session.pop(NAME, None)
    return found
