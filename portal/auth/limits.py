"""How often one may be wrong, and how long one stays signed in."""

import datetime as dt

MOST_FALSE_ATTEMPTS = 5
LOCKED_FOR = dt.timedelta(minutes=15)

SIGN_IN_TRIES, SIGN_IN_SECONDS = 30, 900
"""Vain tries to sign in from one address on the network, whatever the account: an office may share an address."""

SECOND_FACTOR_TRIES, SECOND_FACTOR_SECONDS = 20, 900
"""Tries of one person at codes of the second factor, right or wrong."""

CODE_DIGITS, CODE_TRIES = 8, 5
CODE_MINUTES = 10
CODE_LIFE = dt.timedelta(minutes=CODE_MINUTES)
CODE_ASKED, CODES_FROM_ADDRESS, CODE_SECONDS = 5, 30, 900
"""How many messages with codes or links may be asked for in so many seconds: to one receiver, from one place."""

RESET_LIFE = dt.timedelta(minutes=10)
OFFER_HOURS = 24
OFFER_LIFE = dt.timedelta(hours=OFFER_HOURS)
"""How long a link is good that an administrator had sent to a user's new address."""
INVITATION_DAYS = 7
INVITATION_LIFE = dt.timedelta(days=INVITATION_DAYS)
TOKENS_KEPT = dt.timedelta(days=30)
"""How long the row of a link or code that ran out stays, to be looked at when something went wrong."""

IDLE = dt.timedelta(minutes=30)
"""A session nobody uses for so long has ended."""
LONGEST = dt.timedelta(hours=12)
"""A session ends after so long however much it is used."""
TOUCH_AFTER = dt.timedelta(minutes=1)
"""How old the note of a session's last use may be before it is written anew."""

FRESH = dt.timedelta(minutes=10)
"""Who has no password to be asked for must have signed in within this time, before something that matters."""

FORMER_TOKEN_FOR = dt.timedelta(seconds=10)
"""For so long a session's replaced token is taken still: the browser may have sent requests before it had the new
one."""
SESSIONS_KEPT = dt.timedelta(days=90)
"""How long the row of an ended session stays, to be looked at when something went wrong."""

SHORTEST_PASSWORD = 15
SHORTEST_WITH_SECOND_FACTOR = 8
LONGEST_PASSWORD = 1_000
