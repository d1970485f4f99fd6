"""Another address for a user who cannot take it themselves: offered by an administrator, taken by who gets the link."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.auth.limits import OFFER_LIFE
from portal.auth.models import OneTimeToken
from portal.auth.operations.addresses import Former, Kind, take_address
from portal.auth.operations.sessions import new_token
from portal.auth.operations.tokens import make_token, void_tokens
from portal.auth.queries.accounts import is_taken
from portal.auth.queries.sessions import token_hash
from portal.auth.queries.tokens import holder_of
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.users.models import User
from portal.users.queries.users import taken_address

NO_SESSION = ""
"""In place of the session that asked: a code typed on one's own page never takes what was offered by a link."""


def offer_address(session: Session, user: User, who: Identifier) -> str:
    """A token for a link to send to the new address; one that was sent before is void.

    Nothing changes until the link is used. Raises Refusal at the field `address` when somebody has it already.
    """
    by_mail = who.service == Service.EMAIL
    email, phone = (who.service_id, None) if by_mail else (None, who.service_id)
    if who.service_id in (user.email, user.phone):
        raise Refusal("They have this already.", field="address")
    if taken_address(session, email=email, phone=phone, wallet=None, but=user.id) or is_taken(session, who):
        raise Refusal("Somebody else has this already.", field="address")
    token = new_token()
    details = {"to": who.service_id, "session": NO_SESSION}
    make_token(session, _kind(who), user.id, token_hash(token), OFFER_LIFE, details)
    return token


def offered_address(session: Session, kind: Kind, token: str) -> str | None:
    """The address that a link offers; None where the link is not good any more."""
    holder = holder_of(session, kind, token)
    if holder is None:
        return None
    details = session.scalar(select(OneTimeToken.details).where(OneTimeToken.id == holder.token_id))
    return str(details["to"]) if details and details["session"] == NO_SESSION else None


def accept_address(session: Session, kind: Kind, token: str) -> tuple[int, Former]:
    """Take the address that a link offers, since the link came there; the user's id and what was until now.

    The link is used up, and what was sent to the user before is void. Raises Refusal for a link that is not good any
    more, and when somebody else has the address by now.
    """
    holder = holder_of(session, kind, token, lock=True)
    address = offered_address(session, kind, token)
    if holder is None or address is None:
        raise Refusal("This link was used before, or it is too old. Ask for another.")
    uuid = session.scalars(select(User.uuid).where(User.id == holder.user_id)).one()
    void_tokens(session, holder.user_id)
    return holder.user_id, take_address(session, uuid, Identifier(Service(kind), address))


def withdraw_offers(session: Session, user: User) -> None:
    """Make the links void that were sent to new addresses of a user."""
    void_tokens(session, user.id, "EMAIL")
    void_tokens(session, user.id, "PHONE")


def _kind(who: Identifier) -> Kind:
    return "EMAIL" if who.service == Service.EMAIL else "PHONE"
