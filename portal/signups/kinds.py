"""What kinds of account can be asked for, and who makes those that are no user alone.

A vendor is a user and more. What more, the module of vendors knows: it says at start-up how one is made, so that
nothing here knows it.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.core.person import Person
from portal.users.models import User


class Kind(StrEnum):
    """Who asks."""

    STAFF = "staff"
    VENDOR = "vendor"


class Maker(Protocol):
    """Makes a vendor of what somebody said in a request, `approved` or to be approved later; returns their user.

    Raises Refusal where it cannot be made, at the field that stands in the way.
    """

    def __call__(
        self, session: Session, person: Person, said: Mapping[str, Any], *, approved: bool
    ) -> User: ...


_makers: dict[Kind, Maker] = {}


def make_vendors_by(maker: Maker) -> None:
    """Let requests of vendors be approved by this."""
    _makers[Kind.VENDOR] = maker


def maker_of_vendors() -> Maker:
    """What makes a vendor. Raises LookupError where no module has said."""
    return _makers[Kind.VENDOR]
