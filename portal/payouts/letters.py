"""What the portal writes to people about payout lists."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.core.person import LANGUAGE
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.payouts.models import PayoutList
from portal.users.models import User
from portal.users.queries.preferences import preference_of
from portal.web.amounts import money_words
from portal.web.language import known

TO_APPROVE, RETURNED = "payout-list-to-approve", "payout-list-returned"

name_purpose(TO_APPROVE, _l("Payout list to approve"))
name_purpose(RETURNED, _l("Payout list returned"))


def tell_approvers(session: Session, found: PayoutList, approvers: Iterable[User], link: str) -> None:
    """Tell those who may approve a list that it waits for them. `link` is the whole address of its page."""
    for user in approvers:
        _write(session, user, TO_APPROVE, found, link)


def tell_maker(session: Session, found: PayoutList, maker: User, link: str, reason: str) -> None:
    """Tell whoever made a list that it came back, and why."""
    _write(session, maker, RETURNED, found, link, reason=reason)


def _write(session: Session, user: User, purpose: str, found: PayoutList, link: str, **more: Any) -> None:
    if not user.email:
        return
    with suppress(Refusal):  # an address of old that no message can go to
        to = Address("EMAIL", user.email)
        language = known(preference_of(session, user.id, LANGUAGE))
        told = {"name": user.name, "link": link, "payout_list": found, "money_words": money_words, **more}
        subject, body = worded(f"payouts/messages/{purpose}.txt", language, **told)
        send(session, to, subject, body, purpose, user.id)
