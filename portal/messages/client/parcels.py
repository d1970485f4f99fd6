"""What is handed to a mail server or a gateway, and how they say no."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Parcel:
    """One message on its way out. Its `uuid` goes along, so that a second copy can be recognised as one."""

    uuid: UUID
    to: str = field(repr=False)
    subject: str | None = field(repr=False)
    body: str = field(repr=False)


class NotTaken(Exception):
    """The message was not taken. `message` is a sentence for people, `code` the number that came with it.

    A `permanent` no would be the same tomorrow; any other is worth another try.
    """

    def __init__(self, message: str, code: int | None = None, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.permanent = permanent


class Misconfigured(ValueError):
    """The configuration names a server in a way that cannot be used; the text says what to change."""
