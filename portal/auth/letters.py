"""What the portal writes to people about their account. Bodies may hold codes and links, subjects never."""

import datetime as dt
from contextlib import suppress
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.core.enums import Service
from portal.core.errors import Refusal
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded

CODE = "code"

name_purpose(CODE, _l("Sign-in code"))


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

    After `life` it is not sent any more. What the message says stands or falls with the caller's transaction.
    """
    if to is None:
        return
    subject, body = worded(f"auth/messages/{purpose}.txt", **context)
    until = dt.datetime.now(dt.UTC) + life if life else None
    send(session, to, subject if to.kind == "EMAIL" else None, body, purpose, user_id, until)
