"""What the portal writes to people who asked for an account."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.signups.models import SignUp
from portal.web.language import known

REJECTED = "sign-up-rejected"

name_purpose(REJECTED, _l("Request for an account turned down"))


def tell_rejected(session: Session, sign_up: SignUp) -> None:
    """Tell somebody that they get no account, and why."""
    subject, body = worded(
        f"signups/messages/{REJECTED}.txt",
        known(sign_up.said("language")),
        name=sign_up.said("name"),
        reason=sign_up.rejected_reason,
    )
    send(session, Address("EMAIL", sign_up.said("email") or ""), subject, body, REJECTED, None)
