"""How many people must approve a list: changed."""

from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.payouts.limits import SETTING, Limits
from portal.payouts.queries.limits import limits
from portal.settings.operations import set_values


def set_limits(session: Session, told: Limits) -> None:
    """Say up to which totals one approver is enough, for lists that are submitted from now on.

    Raises Refusal where only the program may change the setting.
    """
    set_values(session, SETTING, told.packed())


def forget_limit(session: Session, currency: str) -> None:
    """Let a currency have the limit of all others. Raises Conflict where it has that already."""
    now = limits(session)
    if currency not in now.by_currency:
        raise Conflict("This currency has no limit of its own any more.")
    rest = {name: most for name, most in now.by_currency.items() if name != currency}
    set_limits(session, Limits(now.others, rest))
