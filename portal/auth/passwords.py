"""Passwords: hashing them with argon2id, checking one, and what makes one acceptable."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from portal.auth.common_passwords import is_common
from portal.auth.limits import LONGEST_PASSWORD, SHORTEST_PASSWORD
from portal.core.errors import Refusal

COST = {"memory": 32_768, "rounds": 2, "lanes": 1}
"""Memory in KiB, passes over it, and threads. OWASP's least is 19,456 KiB, 2 and 1."""

EVERYBODYS_WORDS = ("rahat", "portal")
SHORTEST_WORD = 3
"""Letters: shorter words of a name or address stand in anything."""


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


def check_password(password: str, words: Iterable[str] = (), shortest: int = SHORTEST_PASSWORD) -> None:
    """Raise Refusal for a new password that is too short or long, much used, or made of the person's own `words`.

    No rule about kinds of characters: length is what counts, and any character may stand in it. Half of the
    `shortest` length has to be something else than those words.
    """
    length = len(_one_spelling(password))
    if length < shortest:
        raise Refusal("Take at least %(count)s characters.", field="password", count=shortest)
    if length > LONGEST_PASSWORD:
        raise Refusal("Take at most %(count)s characters.", field="password", count=LONGEST_PASSWORD)
    folded = _one_spelling(password).casefold()
    if is_common(folded, shortest // 2):
        raise Refusal("Many people use this password, so it is tried first. Take another.", field="password")
    rest = folded
    for word in sorted({word.casefold() for word in words}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(rest) < shortest // 2:
        raise Refusal(
            "Take something that is not made of your name or address, or of the portal's name.",
            field="password",
        )


def words_of(organisation: str, *facts: str | None) -> set[str]:
    """The words that are guessed first for a person: the portal's, their organisation's, and those of their name,
    address and number."""
    words = set(EVERYBODYS_WORDS)
    for fact in (organisation, *facts):
        if fact:
            words |= {fact, fact.partition("@")[0], *re.split(r"[\W_]+", fact)}
    return {word for word in words if len(word) >= SHORTEST_WORD}


def _one_spelling(password: str) -> str:
    """Keyboards write the same letter in different ways; all are the same password."""
    return unicodedata.normalize("NFKC", password)
