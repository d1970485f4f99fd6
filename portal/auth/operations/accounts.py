"""Ways to sign in with an address of one's own: given to a user."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.identifiers import OWN_SERVICES, Identifier
from portal.auth.models import Auth
from portal.auth.queries.accounts import ONE_TIME, is_taken
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
    who = Identifier(Service.EMAIL, fold_email(user.email))
    if is_taken(session, who):
        raise Refusal("Somebody signs in with this e-mail address already.", field="email")
    return _add(session, user, who, password_hash, {ONE_TIME: True} if one_time else None)


def add_phone_account(session: Session, user: User, password_hash: str | None = None) -> Auth:
    """Let a user sign in with their phone number (as `fold_phone` writes it): by codes, and by a password if any.

    Raises Refusal when the number is taken or missing.
    """
    if not user.phone:
        raise Refusal("This user has no phone number.", field="phone")
    who = Identifier(Service.PHONE, user.phone)
    if is_taken(session, who):
        raise Refusal("Somebody signs in with this phone number already.", field="phone")
    return _add(session, user, who, password_hash, None)


def _add(
    session: Session, user: User, who: Identifier, password_hash: str | None, details: dict[str, bool] | None
) -> Auth:
    """A user has one password: another way to sign in begins with the one they have."""
    if password_hash is None:
        password_hash = session.scalar(
            select(Auth.password_hash)
            .where(Auth.user_id == user.id, Auth.service.in_(OWN_SERVICES), Auth.password_hash.is_not(None))
            .limit(1)
        )
    auth = Auth(
        user_id=user.id,
        service=who.service,
        service_id=who.service_id,
        password_hash=password_hash,
        details=details,
    )
    session.add(auth)
    session.flush()
    return auth
