"""From which amount on somebody else lets a request go: changed."""

from sqlalchemy.orm import Session

from portal.core.errors import Conflict
from portal.offramp.limits import SETTING, ReleaseLimits
from portal.offramp.queries.limits import release_limits
from portal.settings.operations import set_values


def set_limits(session: Session, told: ReleaseLimits) -> None:
    """Say up to which amounts requests go by their makers alone, for those that are made from now on.

    Raises Refusal where only the program may change the setting.
    """
    set_values(session, SETTING, told.packed())


def forget_limit(session: Session, token: str) -> None:
    """Let a token have the limit of all others. Raises Conflict where it has that already."""
    now = release_limits(session)
    if token not in now.by_token:
        raise Conflict("This token has no limit of its own any more.")
    rest = {name: most for name, most in now.by_token.items() if name != token}
    set_limits(session, ReleaseLimits(now.others, rest))
