"""What the portal writes to those who look after offramps. Never whom something is about: how much there is of what,
and the way there."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.core.person import LANGUAGE
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.offramp.signs import KIND_LABELS
from portal.users.models import User
from portal.users.queries.preferences import preference_of
from portal.web.language import known
from portal.web.links import outside

ATTENTION = "offramps-attention"

name_purpose(ATTENTION, _l("Offramps need attention"))


def tell_of_attention(session: Session, user: User, kinds: Mapping[str, int]) -> None:
    """Tell somebody how much of each kind waits for them."""
    language = known(preference_of(session, user.id, LANGUAGE))
    link = outside("offramp.list_attention") if current_app.config.get("PORTAL_URL") else None
    subject, body = worded(
        f"offramp/messages/{ATTENTION}.txt",
        language,
        name=user.name,
        number=sum(kinds.values()),
        kinds=[(KIND_LABELS[kind], number) for kind, number in Counter(kinds).most_common()],
        link=link,
    )
    with suppress(Refusal):  # an address of old that no message can go to
        send(session, Address("EMAIL", user.email or ""), subject, body, ATTENTION, user.id)
