"""Links that are good for one time: whose they are, as long as they are good."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from portal.auth.models import OneTimeToken
from portal.auth.queries.accounts import may_enter
from portal.auth.queries.sessions import token_hash
from portal.users.models import User

Purpose = Literal["RESET", "INVITATION", "EMAIL", "PHONE"]


@dataclass(frozen=True)
class Holder:
    """The user whom a link is for."""

    token_id: int
    user_id: int
    name: str | None
    email: str | None
    phone: str | None


def is_good() -> ColumnElement[bool]:
    """SQL: the token was neither used nor is it too old."""
    return and_(OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > func.now())


def holder_of(session: Session, purpose: Purpose, token: str, *, lock: bool = False) -> Holder | None:
    """The user whom a good token of that purpose is for; None where it is not good, or they may not come in.

    With `lock` nobody else can use the token until the transaction ends.
    """
    found = (
        select(OneTimeToken.id, User.id, User.name, User.email, User.phone)
        .join(User, User.id == OneTimeToken.user_id)
        .where(OneTimeToken.token_hash == token_hash(token), OneTimeToken.purpose == purpose, is_good())
        .where(may_enter())
    )
    row = session.execute(found.with_for_update(of=OneTimeToken) if lock else found).one_or_none()
    return Holder(*row) if row else None
