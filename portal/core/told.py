"""What our own triggers refuse, in words.

Operations look first and refuse in words themselves. What gets past them, because it changed at that very moment or was
written by another way, the database refuses with a SQLSTATE of ours and the name of what stood in the way as DETAIL.
"""

import psycopg
from sqlalchemy.exc import DBAPIError

from portal.core.errors import Conflict, sentence

CLOSED = sentence("The project “%(name)s” is closed: nothing in it can be changed until it is opened again.")
DELETED = sentence("The project “%(name)s” was deleted.")
NO_MOVE = sentence("The project “%(name)s” is in another state by now.")
STAYS = sentence("A transaction stays as it was made, and what was decided of it stays as well.")
NO_MOVE_OF_TRANSACTION = sentence("This transaction is in another state by now.")
NO_MOVE_OF_CASE = sentence(
    "The case %(name)s is in another state by now. Reload the page to see where it stands."
)
CASE_STAYS = sentence("What was said in a case stays as it was said.")
NO_MOVE_OF_OFFRAMP = sentence(
    "This offramp is in another state by now. Reload the page to see where it stands."
)
OFFRAMP_STAYS = sentence("An offramp stays as it was asked for, and so does what was said about it.")
UNDER_WAY = sentence(
    "This payment is under way with a provider: it has failed only when that is given up there."
)
NO_MOVE_OF_LIST = sentence("This payout list has moved on meanwhile. Reload the page to see where it stands.")

SAID = {
    "RP001": CLOSED,
    "RP002": DELETED,
    "RP003": NO_MOVE,
    "RP004": STAYS,
    "RP005": NO_MOVE_OF_TRANSACTION,
    "RP006": NO_MOVE_OF_CASE,
    "RP007": CASE_STAYS,
    "RP010": NO_MOVE_OF_LIST,
    "RP011": NO_MOVE_OF_OFFRAMP,
    "RP012": OFFRAMP_STAYS,
    "RP013": UNDER_WAY,
}
"""SQLSTATE → sentence."""


def told_by_database(error: BaseException) -> Conflict | None:
    """The refusal that a trigger of ours meant; None for any other error.

    The transaction is broken: the caller rolls it back before it answers.
    """
    original = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(original, psycopg.Error) or original.sqlstate not in SAID:
        return None
    return Conflict(SAID[original.sqlstate], name=original.diag.message_detail or "")
