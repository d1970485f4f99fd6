"""Passwords: hashing them with argon2id, checking one, and what makes one acceptable."""

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from portal.auth.limits import LONGEST_PASSWORD, SHORTEST_PASSWORD
from portal.core.errors import Refusal

COST = {"memory": 32_768, "rounds": 2, "lanes": 1}
"""Memory in KiB, passes over it, and threads. OWASP's least is 19,456 KiB, 2 and 1."""


@dataclass(frozen=True)
class Passwords:
    """Hashes and checks passwords at one cost. `decoy` is the hash of a password that nobody has."""

    hasher: PasswordHasher
    decoy: str

    def hash(self, password: str) -> str:
        """The argon2id hash to store, with its salt and cost in it."""
        return str(self.hasher.hash(_one_spelling(password)))

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether the password is the stored one.

        Takes as long where nothing is stored, so that the time does not tell which accounts there are.
        """
        try:
            self.hasher.verify(stored or self.decoy, _one_spelling(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash was made at another cost than today's."""
        return bool(self.hasher.check_needs_rehash(stored))


def passwords_at(cost: Mapping[str, int] = COST) -> Passwords:
    """Hashing at a cost: `memory` in KiB, `rounds`, `lanes`."""
    hasher = PasswordHasher(
        time_cost=cost["rounds"], memory_cost=cost["memory"], parallelism=cost["lanes"], type=Type.ID
    )
    return Passwords(hasher, hasher.hash(secrets.token_urlsafe(32)))


def check_password(password: str, words: tuple[Any, ...] = ()) -> None:
    """Raise Refusal for a new password that is too short or long, or is made of the person's own `words`.

    No rule about kinds of characters: length is what counts, and any character may stand in it.
    """
    length = len(_one_spelling(password))
    if length < SHORTEST_PASSWORD:
        raise Refusal("Take at least %(count)s characters.", field="password", count=SHORTEST_PASSWORD)
    if length > LONGEST_PASSWORD:
        raise Refusal("Take at most %(count)s characters.", field="password", count=LONGEST_PASSWORD)
    rest = password.casefold()
    for word in sorted((str(word).casefold() for word in words if word), key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < SHORTEST_PASSWORD // 2:
        raise Refusal("Take something that is not made of your name or address.", field="password")


def _one_spelling(password: str) -> str:
    """Keyboards write the same letter in different ways; all are the same password."""
    return unicodedata.normalize("NFKC", password)
