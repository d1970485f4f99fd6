"""What a person has chosen for themselves, such as the columns of a list."""

from typing import Any

from sqlalchemy import cast, func, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.users.models import User


def remember_preference(session: Session, user_id: int, key: str, value: Any) -> None:
    """Keep one of the person's choices, such as the columns of a list, in `extras.preferences`."""
    extras = _object_or_empty(User.extras)
    preferences = _object_or_empty(User.extras["preferences"])
    chosen = preferences.concat(func.jsonb_build_object(key, cast(value, JSONB)))
    session.execute(
        update(User)
        .where(User.id == user_id)
        .values(extras=extras.concat(func.jsonb_build_object("preferences", chosen)), updated_at=func.now())
    )


def _object_or_empty(column: Any) -> Any:
    return func.coalesce(cast(column, JSONB), cast({}, JSONB), type_=JSONB)
