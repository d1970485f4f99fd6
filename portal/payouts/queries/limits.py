"""What the setting says of how many people must approve."""

from sqlalchemy.orm import Session

from portal.payouts.limits import SETTING, Limits, unpacked
from portal.settings.queries import value_of


def limits(session: Session) -> Limits:
    """Up to which totals one approver is enough."""
    return unpacked(value_of(session, SETTING))
