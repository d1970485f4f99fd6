"""In which state some settings were when somebody looked: who changes them says so, and overwrites nobody unasked."""

from hashlib import sha256

from portal.core.errors import Conflict


def fingerprint(*facts: object) -> str:
    """A short text that is another one as soon as one of these facts is."""
    return sha256(repr(facts).encode()).hexdigest()[:16]


def check_seen(seen: str, now: str) -> None:
    """Raises Conflict where the settings are no longer as they were when somebody looked."""
    if seen != now:
        raise Conflict("Somebody else changed this meanwhile.")
