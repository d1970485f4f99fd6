"""Ways to sign in: given to a user."""

from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.queries.accounts import ONE_TIME, has_email_account
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.users.emails import fold_email
from portal.users.models import User


def add_email_account(
    session: Session, user: User, password_hash: str | None, one_time: bool = False
) -> Auth:
    """Let a user sign in with their e-mail address; with a `one_time` password only to choose their own.

    Raises Refusal when the address is taken or missing.
    """
    if not user.email:
        raise Refusal("This user has no e-mail address.", field="email")
    if has_email_account(session, user.email):
        raise Refusal("Somebody signs in with this e-mail address already.", field="email")
    auth = Auth(
        user_id=user.id,
        service=Service.EMAIL,
        service_id=fold_email(user.email),
        password_hash=password_hash,
        details={ONE_TIME: True} if one_time else None,
    )
    session.add(auth)
    session.flush()
    return auth
