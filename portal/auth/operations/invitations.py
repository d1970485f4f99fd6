"""Inviting somebody: a link by which they choose their first password."""

from sqlalchemy.orm import Session

from portal.auth.limits import INVITATION_LIFE
from portal.auth.operations.sessions import new_token
from portal.auth.operations.tokens import make_token
from portal.auth.queries.sessions import token_hash
from portal.users.models import User


def invite(session: Session, user: User) -> str:
    """A token for a link that is good for a week and for one use; one that was made before is void.

    The user needs a way to sign in (`operations.accounts`) and a role: without either the link leads nowhere.
    """
    token = new_token()
    make_token(session, "INVITATION", user.id, token_hash(token), INVITATION_LIFE)
    return token
