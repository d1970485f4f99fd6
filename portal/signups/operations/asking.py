"""Asking for an account; whether that can be done at all."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.settings.operations import set_switch
from portal.settings.queries import is_on
from portal.signups.kinds import Kind
from portal.signups.models import SignUp
from portal.users.emails import fold_email

SIGN_UPS_OPEN = "SIGN_UPS_OPEN"
"""The setting that opens the public form. Never set, it is closed."""


@dataclass(frozen=True)
class Request:
    """What somebody says who wants an account; `phone` in E.164, `language` the one they read the form in.

    Of a vendor the organisation is their shop, and they may say a `place` and a `wallet` (in EIP-55's spelling).
    """

    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str | None = field(repr=False)
    organisation: str
    reason: str = field(repr=False)
    language: str | None = None
    kind: Kind = Kind.STAFF
    place: str | None = None
    wallet: str | None = None

    def told(self) -> dict[str, Any]:
        """What is kept of it."""
        told = asdict(self)
        if self.kind == Kind.STAFF:
            for name in ("kind", "place", "wallet"):
                del told[name]
        return told


def sign_ups_are_open(session: Session) -> bool:
    """Whether the public form takes requests."""
    return is_on(session, SIGN_UPS_OPEN)


def open_sign_ups(session: Session, open_them: bool) -> None:
    """Let the public form take requests, or not."""
    set_switch(session, SIGN_UPS_OPEN, open_them)


def ask_for_account(session: Session, request: Request) -> None:
    """Take a request in, to be decided. Who asks again while one of theirs waits adds nothing.

    Whether somebody has an account with this address makes no difference here: it is told to nobody but to who
    decides.
    """
    session.execute(
        insert(SignUp)
        .values(user_identifier=fold_email(request.email), data=request.told())
        .on_conflict_do_nothing(index_elements=["userIdentifier"], index_where=text("status = 'PENDING'"))
    )
