"""How often one may be wrong, and how long one stays signed in."""

import datetime as dt

MOST_FALSE_ATTEMPTS = 5
LOCKED_FOR = dt.timedelta(minutes=15)

IDLE = dt.timedelta(minutes=30)
"""A session nobody uses for so long has ended."""
LONGEST = dt.timedelta(hours=12)
"""A session ends after so long however much it is used."""
TOUCH_AFTER = dt.timedelta(minutes=1)
"""How old the note of a session's last use may be before it is written anew."""

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 1_000
