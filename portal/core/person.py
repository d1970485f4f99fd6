"""Whoever is signed in: who they are, what they may do, and by which session they came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.core.abilities import Ability


@dataclass(frozen=True)
class Person:
    """A signed-in person as one request knows them: read once, by one statement.

    It is also what Flask-Login calls a user; what it keeps in the cookie is the session's token, never who
    the person is.
    """

    id: int
    uuid: UUID
    name: str | None
    email: str | None
    role_names: tuple[str, ...]
    ability: Ability = field(repr=False, compare=False)
    preferences: Mapping[str, Any] = field(repr=False, compare=False)
    """Choices remembered for this person, such as the columns of a list: `extras.preferences`."""
    token: str = field(repr=False)
    session_id: int
    session_uuid: UUID
    must_change_password: bool = False
    """Whether they came in with a password that was made for them, good for coming in once."""
    seen_long_ago: bool = False
    """Whether the session's last use is due to be written down again."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds: the session's token."""
        return self.token
