"""Users: added."""

from typing import Any

from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.users.emails import fold_email
from portal.users.models import User
from portal.users.queries.users import user_with_email


def add_user(session: Session, name: str, email: str | None = None, **facts: Any) -> User:
    """A new user with more `facts` by attribute name (phone, gender, uuid, created_by).

    Without a way to sign in and a role they cannot enter. Raises Refusal when a user has that e-mail address.
    """
    folded = fold_email(email) if email else None
    if folded and user_with_email(session, folded) is not None:
        raise Refusal("Somebody with this e-mail address is a user already.", field="email")
    user = User(name=name, email=folded, **facts)
    session.add(user)
    session.flush()
    return user
