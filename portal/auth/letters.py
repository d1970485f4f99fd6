"""What the portal writes to people about their account. Bodies may hold codes and links, subjects never."""

import datetime as dt
from contextlib import suppress
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.auth.limits import INVITATION_DAYS, INVITATION_LIFE
from portal.auth.operations.addresses import Former, Kind
from portal.auth.operations.invitations import invite
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.core.person import LANGUAGE
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.users.models import User
from portal.users.queries.preferences import preference_of
from portal.web.language import known
from portal.web.links import outside

CODE, RESET, INVITATION, CHANGED = "code", "reset", "invitation", "password_changed"

CONFIRM, TAKEN, ADDRESS = "confirm_address", "address_taken", "address_changed"

name_purpose(CODE, _l("Sign-in code"))
name_purpose(RESET, _l("Password reset"))
name_purpose(INVITATION, _l("Invitation"))
name_purpose(CHANGED, _l("Password changed"))
name_purpose(CONFIRM, _l("Address to confirm"))
name_purpose(TAKEN, _l("Address in use"))
name_purpose(ADDRESS, _l("Address changed"))


def address_for(who: Identifier) -> Address | None:
    """Where an identifier can be written to; None for one of old that no message can go to."""
    with suppress(Refusal):
        return Address("EMAIL" if who.service == Service.EMAIL else "SMS", who.service_id)
    return None


def write(
    session: Session,
    to: Address | None,
    purpose: str,
    user_id: int | None,
    life: dt.timedelta | None = None,
    **context: Any,
) -> None:
    """Send the words of `templates/auth/messages/<purpose>.txt`, unless there is nowhere to send them to.

    They are in the language that the receiver chose, else in that of the request. After `life` it is not sent any
    more. What the message says stands or falls with the caller's transaction.
    """
    if to is None:
        return
    language = known(preference_of(session, user_id, LANGUAGE))
    subject, body = worded(f"auth/messages/{purpose}.txt", language, **context)
    until = dt.datetime.now(dt.UTC) + life if life else None
    send(session, to, subject if to.kind == "EMAIL" else None, body, purpose, user_id, until)


def reach(email: str | None, phone: str | None) -> Address | None:
    """Where somebody is told what became of their account: their e-mail address, else their phone; else nowhere."""
    for service, value in ((Service.EMAIL, email), (Service.PHONE, phone)):
        if value and (to := address_for(Identifier(service, value))):
            return to
    return None


def send_invitation(session: Session, user: User) -> None:
    """Invite a user, by e-mail or else by SMS: a link by which they choose their password, good for a week.

    Raises Refusal where the user has no address that a message can go to.
    """
    to = reach(user.email, user.phone)
    if to is None:
        raise Refusal("There is no address to which an invitation can go.")
    link = outside("auth.accept_invitation", token=invite(session, user))
    write(session, to, INVITATION, user.id, INVITATION_LIFE, name=user.name, link=link, days=INVITATION_DAYS)


def tell_password_changed(session: Session, user_id: int, email: str | None, phone: str | None) -> None:
    """Tell somebody that their password is another one now, in case it was not them."""
    write(session, reach(email, phone), CHANGED, user_id, link=outside("auth.request_reset"))


def tell_address_changed(session: Session, user_id: int, kind: Kind, former: Former) -> None:
    """Tell somebody that they are reached and sign in by another address or number: at the old one, else where
    else they can be reached."""
    old = reach(former.email, None) if kind == "EMAIL" else reach(None, former.phone)
    to = old or reach(former.email, former.phone)
    write(session, to, ADDRESS, user_id, kind=kind, name=former.name)
