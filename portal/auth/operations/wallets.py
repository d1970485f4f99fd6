"""Signing in by wallet, and proving that one holds it."""

from typing import Any

from sqlalchemy import ColumnElement, cast, func, literal, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.auth.models import Auth, AuthSession
from portal.auth.operations.attempts import count_failure, count_success
from portal.auth.operations.methods import put_wallet
from portal.auth.operations.sessions import Visit, start_session
from portal.auth.queries.accounts import account_of
from portal.auth.wallet_messages import WalletMessage, signer_of
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.core.person import Person
from portal.users.models import User

NOBODY = 0
"""The id of no account: an unknown wallet costs the same statements as a known one."""

CHALLENGE = "walletChallenge"
"""In a session's details: what a wallet was asked to sign there."""


def ask_wallet(session: Session, message: WalletMessage) -> None:
    """Keep the hash of what a wallet is asked to sign, in place of what it was asked before.

    Where nobody signs in by that wallet nothing is kept, and nothing tells.
    """
    session.execute(
        update(Auth)
        .where(Auth.service == Service.WALLET, Auth.service_id == message.address)
        .values(challenge=message.challenge())
        .execution_options(synchronize_session=False)
    )


def sign_in_with_wallet(session: Session, message: WalletMessage, signature: str, visit: Visit) -> str | None:
    """Open a session and return its token; None when refused, and then why is not told.

    The question is used up, whatever the answer: it is asked, answered and cleared once.
    """
    account = account_of(session, Identifier(Service.WALLET, message.address))
    auth_id = account.auth_id if account else NOBODY
    spent = session.scalar(
        update(Auth)
        .where(Auth.id == auth_id, Auth.challenge == message.challenge(), _in_time(message))
        .values(challenge=None)
        .returning(Auth.id)
        .execution_options(synchronize_session=False)
    )
    signed = signer_of(message.text(), signature) == message.address
    if spent is None or not signed:
        count_failure(session, auth_id)
        return None
    if not count_success(session, auth_id):
        return None
    return start_session(session, auth_id, visit)


def ask_own_wallet(session: Session, person: Person, message: WalletMessage) -> None:
    """Keep the hash of what a signed-in person's wallet is asked to sign, with their session."""
    asked = func.jsonb_build_object(CHALLENGE, message.challenge())
    session.execute(
        update(AuthSession)
        .where(AuthSession.id == person.session_id)
        .values(details=_details().concat(asked))
        .execution_options(synchronize_session=False)
    )


def link_wallet(session: Session, person: Person, message: WalletMessage, signature: str) -> None:
    """Make the wallet that signed the person's: they sign in by it, and it stands in their profile.

    Raises Refusal for a signature that is not of this wallet, in this session, in time, once; and where somebody
    else signs in by it. The view commits also then, since the question is used up.
    """
    spent = session.scalar(
        update(AuthSession)
        .where(AuthSession.id == person.session_id, _in_time(message))
        .where(AuthSession.details[CHALLENGE].astext == message.challenge())
        .values(details=_details().op("-")(CHALLENGE))
        .returning(AuthSession.id)
        .execution_options(synchronize_session=False)
    )
    if spent is None or signer_of(message.text(), signature) != message.address:
        raise Refusal("This is not a signature of this wallet, or it came too late. Begin again.")
    put_wallet(session, person, message.address)
    session.execute(
        update(User)
        .where(User.id == person.id)
        .values(wallet=message.address, updated_at=func.now())
        .execution_options(synchronize_session=False)
    )


def _in_time(message: WalletMessage) -> ColumnElement[bool]:
    return func.now() < literal(message.expires)


def _details() -> Any:
    return func.coalesce(cast(AuthSession.details, JSONB), cast({}, JSONB), type_=JSONB)
