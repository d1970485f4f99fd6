"""What the portal wrote to people: the outbox as a test reads it."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.places import instance_directory
from portal.core.secrets import open_sealed
from portal.messages.models import Message


@dataclass(frozen=True)
class Letter:
    """A message with its words."""

    to: str | None
    purpose: str
    subject: str | None
    body: str

    @property
    def code(self) -> str:
        """The first code of eight digits in it."""
        found = re.search(r"\b\d{8}\b", self.body)
        assert found, self.body
        return found[0]

    @property
    def link(self) -> str:
        """The path and query of the first link in it."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.body)
        assert found, self.body
        return found[1]


def letters(session: Session, purpose: str | None = None) -> list[Letter]:
    """All messages of a purpose, or of any, in the order in which they were written."""
    rows = session.scalars(select(Message).order_by(Message.created_at, Message.uuid)).all()
    return [
        Letter(
            row.to, row.purpose, row.subject, open_sealed(instance_directory(), row.body) if row.body else ""
        )
        for row in rows
        if purpose in (None, row.purpose)
    ]


def letter(session: Session, purpose: str) -> Letter:
    """The only message of a purpose."""
    (found,) = letters(session, purpose)
    return found


def last_letter(session: Session, purpose: str, to: str) -> Letter:
    """The newest message of a purpose to an address. Where a worker runs, pause it: what is sent is forgotten."""
    return [one for one in letters(session, purpose) if one.to == to][-1]
