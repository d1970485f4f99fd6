"""What the portal writes to who complained without an account: code and PIN, and nothing of what was said."""

from contextlib import suppress

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.web import rates
from portal.web.links import outside_for_others

TOLD = "complaint-told"
TO_PHONE_MOST, FROM_PLACE_MOST, EVERYWHERE_MOST, SECONDS = 3, 20, 2_000, 86_400
"""SMS in a day: to one phone, asked for from one place on the network, and by everybody. Who asks for more sees code
and PIN on the page as everybody does."""

name_purpose(TOLD, _l("Code of a complaint"))


def may_send(phone: str) -> bool:
    """Whether one more message may go to a phone. Anybody can write anybody's number into a public form.

    It counts on a connection of its own: asked before the request's transaction begins, so that it holds one at a time.
    """
    return (
        rates.within("complaint-sms-to", phone, TO_PHONE_MOST, SECONDS)
        and rates.within("complaint-sms-from", rates.address(), FROM_PLACE_MOST, SECONDS)
        and rates.within("complaint-sms", "everybody", EVERYWHERE_MOST, SECONDS)
    )


def send_pin(session: Session, phone: str, code: str, pin: str) -> bool:
    """Send code and PIN to the phone that somebody left, in the language of the page; whether it is on its way.

    The message says nothing of what was told.
    """
    with suppress(Refusal):  # where the portal does not know its own address, or the number takes no message
        link = outside_for_others("intake.follow_case")
        _subject, body = worded(f"intake/messages/{TOLD}.txt", code=code, pin=pin, link=link)
        send(session, Address("SMS", phone), None, body, TOLD, None)
        return True
    return False
