"""How a user stands, in one word."""

from enum import StrEnum


class UserState(StrEnum):
    """Each user is in one of these; where two would fit, the one that stands first."""

    DEACTIVATED = "DEACTIVATED"
    """Taken out of use. Nothing of them is lost, and they can be restored."""
    LOCKED = "LOCKED"
    """Too many wrong passwords: has to wait a while, or for somebody who unlocks them."""
    INVITED = "INVITED"
    """Has never signed in."""
    ACTIVE = "ACTIVE"
