"""Whoever is signed in: who they are, what they may do, and by which session they came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.core.abilities import Ability

LANGUAGE = "language"
"""The key among a person's preferences for the code of the language that they read and are written to in."""


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
    has_second_factor: bool = False
    """Whether they have a second factor set up, so that each of their sessions must show it once."""
    showed_second_factor: bool = False
    """Whether this session did."""
    needs_second_factor: bool = False
    """Whether a role of theirs demands that they have one."""
    privileges: bytes = field(default=b"", repr=False)
    """A stamp of what they may do: another one as soon as that is something else."""
    only_vendor: bool = False
    """Whether they are a vendor and nothing else: the database then shows them the payouts of that vendor alone."""
    gained_or_lost: bool = False
    """Whether that has changed since the session got its token, so that it is due for another."""
    came_late: bool = False
    """Whether the token was replaced a moment ago, after the browser had sent this request."""
    seen_long_ago: bool = False
    """Whether the session's last use is due to be written down again."""

    @property
    def must_show_second_factor(self) -> bool:
        """Whether this session stays shut until a code is typed in."""
        return self.has_second_factor and not self.showed_second_factor

    @property
    def must_set_up_second_factor(self) -> bool:
        """Whether it stays shut until they have a second factor."""
        return self.needs_second_factor and not self.has_second_factor

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds: the session's token."""
        return self.token
