"""After how long a request that is under way, or a provider that is silent, is somebody's business."""

import datetime as dt
from typing import Any

SETTING = "OFFRAMP_STUCK_AFTER"
HOURS = "hours"
USUAL = 6
"""Hours, where nothing was set: mobile money arrives in minutes, and a provider's outage is over in an afternoon."""
MOST = 24 * 30
SILENT = dt.timedelta(minutes=5)
"""A provider that has not answered for so long, asked several times, is down."""
FAILURES = 3
STRAY = dt.timedelta(minutes=5)
"""A callback may come before the reference that it names is written down; after so long it is about nothing of ours."""
QUIET = dt.timedelta(minutes=10)
"""Nobody is written to more often than that, however much happens: what came meanwhile is told together."""


def unpacked(value: Any) -> int:
    """The hours that the setting says; the usual where it was never set, or says nothing sensible."""
    told = value.get(HOURS) if isinstance(value, dict) else None
    if isinstance(told, str) and told.isascii() and told.isdecimal() and 0 < int(told) <= MOST:
        return int(told)
    return USUAL
