"""Links and codes that are good for one time: made, used, made void, forgotten."""

import datetime as dt
from typing import Any

from sqlalchemy import cast, delete, func, insert, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.auth.limits import TOKENS_KEPT
from portal.auth.models import OneTimeToken
from portal.auth.queries.tokens import Purpose
from portal.users.models import User


def make_token(
    session: Session,
    purpose: Purpose,
    user_id: int,
    hashed: bytes,
    life: dt.timedelta,
    details: dict[str, Any] | None = None,
) -> None:
    """Let whoever holds the secret with this hash do something once, within `life`.

    What was made for the same purpose before is void from here on. For the id of no user it makes nothing, by the
    same statements.
    """
    void_tokens(session, user_id, purpose)
    kept = null() if details is None else cast(details, JSONB)
    session.execute(
        insert(OneTimeToken).from_select(
            ["purpose", "tokenHash", "userId", "expiresAt", "details"],
            select(literal(purpose), literal(hashed), User.id, func.now() + life, kept).where(
                User.id == user_id
            ),
        )
    )


def use_token(session: Session, token_id: int) -> None:
    """Nobody can use it again, and what it was about is forgotten."""
    session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.id == token_id)
        .values(used_at=func.now(), details=None)
        .execution_options(synchronize_session=False)
    )


def void_tokens(session: Session, user_id: int, purpose: Purpose | None = None) -> None:
    """What a user was sent for one purpose, or for any, is good no more."""
    session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.user_id == user_id, OneTimeToken.expires_at > func.now())
        .where(OneTimeToken.used_at.is_(None))
        .where(OneTimeToken.purpose == purpose if purpose else OneTimeToken.purpose.is_not(None))
        .values(expires_at=func.now(), details=None)
        .execution_options(synchronize_session=False)
    )


def forget_old_tokens(session: Session) -> None:
    """Delete those that ran out a month ago."""
    session.execute(
        delete(OneTimeToken)
        .where(OneTimeToken.expires_at < func.now() - TOKENS_KEPT)
        .execution_options(synchronize_session=False)
    )
