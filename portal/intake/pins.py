"""The PIN of a case: six digits that are shown with its code, and kept as a keyed hash only.

It follows from the form's own random key, which is nowhere kept, and from the case: who sends one form twice is shown
the same PIN twice, and nobody else can come by it.
"""

import hmac
from pathlib import Path
from uuid import UUID

from portal.core.secrets import lasting_hash

DIGITS = 6
UNKNOWN = UUID(int=0)
"""Stands for a case that does not exist, so that looking for it costs what looking for one does."""


def pin_for(instance: Path, case: UUID, key: str) -> str:
    """The PIN of a case that was told by the form with this key."""
    made = lasting_hash(instance, "the PIN of a case", f"{key} {case}")
    return f"{int.from_bytes(made[:8]) % 10**DIGITS:0{DIGITS}}"


def kept_as(instance: Path, case: UUID, pin: str) -> str:
    """What is kept of it."""
    return lasting_hash(instance, "the PIN of a case, as it is kept", f"{case} {pin}").hex()


def is_pin(instance: Path, case: UUID | None, kept: str | None, pin: str) -> bool:
    """Whether this is the PIN of a case; takes as long for none."""
    found = kept_as(instance, case or UNKNOWN, pin)
    return hmac.compare_digest(found, kept or "") and case is not None
