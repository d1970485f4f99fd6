"""What the setting says of how much goes without somebody else."""

from sqlalchemy.orm import Session

from portal.offramp.limits import SETTING, ReleaseLimits, unpacked
from portal.settings.queries import value_of


def release_limits(session: Session) -> ReleaseLimits:
    """Up to which amounts a request goes by its maker alone."""
    return unpacked(value_of(session, SETTING))
