"""Taking another e-mail address or phone number, once a code that was sent there has come back."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.auth.challenges import new_code
from portal.auth.identifiers import Identifier
from portal.auth.limits import CODE_LIFE, CODE_TRIES
from portal.auth.models import Auth, OneTimeToken
from portal.auth.operations.accounts import add_email_account, add_phone_account
from portal.auth.operations.tokens import make_token, use_token, void_tokens
from portal.auth.queries.accounts import is_taken
from portal.auth.queries.tokens import is_good
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.core.person import Person
from portal.core.secrets import keyed_hash
from portal.users.models import User
from portal.users.operations.users import change_address
from portal.users.queries.users import taken_address, the_user

Kind = Literal["EMAIL", "PHONE"]


@dataclass(frozen=True)
class Former:
    """Where a person could be reached until now."""

    name: str | None
    email: str | None
    phone: str | None


def ask_to_confirm(session: Session, key: str, person: Person, who: Identifier) -> str | None:
    """A code to send to the new address; None where somebody else has it, who is to be told then, and nobody else.

    Both go the same way, so that the person does not learn whose address it is. Raises Refusal when it is their own.
    """
    user = session.scalars(the_user(person.uuid)).one()
    email, phone = _as_facts(who)
    if who.service_id in (user.email, user.phone):
        raise Refusal("This is yours already.", field="address")
    code, nonce = new_code(), secrets.token_hex(8)
    details = {"to": who.service_id, "session": str(person.session_uuid), "nonce": nonce}
    hashed = _hashed(key, person, nonce, code)
    make_token(session, _kind(who.service), person.id, hashed, CODE_LIFE, details)
    has = taken_address(session, email=email, phone=phone, wallet=None, but=person.id)
    signs_in = is_taken(session, who)
    return None if has or signs_in else code


def confirm_address(session: Session, key: str, person: Person, kind: Kind, code: str) -> Former:
    """Take the new address, by which the person signs in from now on; returns what was until now.

    Links and codes that were sent to the old one are void. Raises Refusal at the field `code` for a wrong code (five
    make it void), one that is too old or was asked for in another browser; the view commits also then.
    """
    token = session.scalars(
        select(OneTimeToken)
        .where(OneTimeToken.user_id == person.id, OneTimeToken.purpose == kind, is_good())
        .with_for_update()
    ).one_or_none()
    details = (token.details if token else None) or {}
    if token is None or details.get("session") != str(person.session_uuid):
        raise Refusal(
            "This code is too old, or it was asked for in another browser. Begin again.", field="code"
        )
    if not hmac.compare_digest(token.token_hash, _hashed(key, person, details["nonce"], code)):
        token.false_attempts += 1
        if token.false_attempts >= CODE_TRIES:
            token.expires_at = func.now()
        session.flush()
        raise Refusal("This is not the code that we sent.", field="code")
    who = Identifier(Service(kind), details["to"])
    use_token(session, token.id)
    void_tokens(session, person.id)
    return take_address(session, person.uuid, who)


def waiting_address(session: Session, person: Person, kind: Kind) -> str | None:
    """The address to which a code was sent from this browser, if that is still good."""
    details = session.scalar(
        select(OneTimeToken.details).where(
            OneTimeToken.user_id == person.id, OneTimeToken.purpose == kind, is_good()
        )
    )
    return details["to"] if details and details["session"] == str(person.session_uuid) else None


def take_address(session: Session, user_uuid: UUID, who: Identifier) -> Former:
    """Let a user be reached and sign in by an address that is proved to be theirs; returns what was until now.

    Raises Refusal when somebody else has it.
    """
    user = session.scalars(the_user(user_uuid, locked=True)).one()
    former = Former(user.name, user.email, user.phone)
    email, phone = _as_facts(who)
    try:
        with session.begin_nested():
            change_address(session, user, email=email, phone=phone)
            _sign_in_by(session, user, who)
    except IntegrityError as clash:
        raise Refusal("Somebody else signs in with this by now.", field="code") from clash
    return former


def _sign_in_by(session: Session, user: User, who: Identifier) -> None:
    moved = session.scalars(
        update(Auth)
        .where(Auth.user_id == user.id, Auth.service == who.service)
        .values(service_id=who.service_id, challenge=None, updated_at=func.now())
        .returning(Auth.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        (add_email_account if who.service == Service.EMAIL else add_phone_account)(session, user, None)


def _kind(service: Service) -> Kind:
    return "EMAIL" if service == Service.EMAIL else "PHONE"


def _as_facts(who: Identifier) -> tuple[str | None, str | None]:
    """The identifier as e-mail address and phone, one of them None."""
    return (who.service_id, None) if who.service == Service.EMAIL else (None, who.service_id)


def _hashed(key: str, person: Person, nonce: str, code: str) -> bytes:
    return keyed_hash(key, "confirm address", f"{person.id} {person.session_uuid} {nonce} {code}")
