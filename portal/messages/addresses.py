"""Where a message goes: an e-mail address or a phone number, each exactly one."""

import re
from dataclasses import dataclass
from typing import Literal

from portal.core.errors import Refusal

Kind = Literal["EMAIL", "SMS"]

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Address:
    """One receiver: an e-mail address (`EMAIL`) or a phone number as E.164 writes it (`SMS`).

    Raises Refusal for anything else, so that no line break, and no second receiver, gets into a message's head.
    """

    kind: Kind
    to: str

    def __post_init__(self) -> None:
        """See the class."""
        if self.kind == "EMAIL":
            if len(self.to) > LONGEST_EMAIL or not self.to.isprintable() or not _EMAIL.fullmatch(self.to):
                raise Refusal("This is not an e-mail address that a message can go to.", field="email")
        elif not _PHONE.fullmatch(self.to):
            raise Refusal("This is not a phone number that a message can go to.", field="phone")


def masked(kind: str, to: str | None) -> str | None:
    """A receiver as lists show it: `a•••@example.org`, `+977••••678`; None once the address is forgotten."""
    if to is None:
        return None
    if kind == "EMAIL":
        name, _, domain = to.rpartition("@")
        return f"{name[:1]}•••@{domain}"
    return f"{to[:4]}••••{to[-3:]}"
