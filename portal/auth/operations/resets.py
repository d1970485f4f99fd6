"""Choosing a password by a link that was sent: after one forgot it, or when one is invited."""

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.auth.limits import RESET_LIFE
from portal.auth.models import Auth
from portal.auth.operations.attempts import unlock_user
from portal.auth.operations.passwords import NOBODY, shortest_for, store_password
from portal.auth.operations.sessions import new_token, revoke_sessions
from portal.auth.operations.tokens import make_token, use_token, void_tokens
from portal.auth.passwords import Passwords, check_password, words_of
from portal.auth.queries.accounts import account_of
from portal.auth.queries.sessions import token_hash
from portal.auth.queries.tokens import Holder, Purpose, holder_of
from portal.core.errors import Refusal


def ask_for_reset(session: Session, who: Identifier) -> tuple[str, int | None]:
    """A token for a link by which whoever signs in with this can choose another password, and whose it is.

    None where that is nobody: then nothing may be sent, and everything else goes the same way.
    """
    account = account_of(session, who)
    token = new_token()
    make_token(session, "RESET", account.user_id if account else NOBODY, token_hash(token), RESET_LIFE)
    return token, account.user_id if account else None


def choose_password(
    session: Session, passwords: Passwords, purpose: Purpose, token: str, new: str, organisation: str
) -> Holder:
    """Take a password by the token of a link, which is used up with it; returns whose it is.

    All the user's sessions end, everything else that was sent to them is void, and a lock by wrong attempts is
    opened: who gets their messages is themselves. Raises Refusal for a link that is not good any more, and at the
    field `password` for a password that is too weak; then the link stays good.
    """
    holder = holder_of(session, purpose, token, lock=True)
    if holder is None:
        raise Refusal("This link was used before, or it is too old. Ask for another.")
    check_password(
        new,
        words_of(organisation, holder.name, holder.email, holder.phone),
        shortest_for(session, holder.user_id),
    )
    use_token(session, holder.token_id)
    void_tokens(session, holder.user_id)
    session.execute(
        update(Auth)
        .where(Auth.user_id == holder.user_id, Auth.challenge.is_not(None))
        .values(challenge=None, updated_at=func.now())
        .execution_options(synchronize_session=False)
    )
    store_password(session, holder.user_id, passwords.hash(new), own_choice=True)
    unlock_user(session, holder.user_id)
    revoke_sessions(session, holder.user_id)
    return holder
