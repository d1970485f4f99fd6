"""What people have chosen for themselves, asked for somebody else than the one who sends the request."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.users.models import User


def preference_of(session: Session, user_id: int | None, key: str) -> Any:
    """One of a user's choices; None where they made none, and for nobody at the same cost."""
    row = session.execute(
        select(User.extras).where(User.id == bindparam("user", user_id, User.id.type))
    ).one_or_none()
    extras = row.extras if row else None
    chosen = extras.get("preferences") if isinstance(extras, dict) else None
    return chosen.get(key) if isinstance(chosen, dict) else None
