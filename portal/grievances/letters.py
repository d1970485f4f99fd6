"""What the portal writes to those who look after a case. Never what is said in it: its code, and the way there. It goes
by e-mail; where a clock ran out, by SMS to who has no address but a phone.

Only who may read the case as it is now gets a letter. Whoever followed it before it became sensitive, and may not know
of it since, hears nothing more.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from flask import current_app, has_request_context
from flask_babel import lazy_gettext as _l
from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.core.person import LANGUAGE
from portal.grievances.models import Grievance, GrievanceWatcher
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.users.models import User
from portal.users.queries.held import abilities_of
from portal.users.queries.preferences import preference_of
from portal.web.language import known
from portal.web.links import outside_for_others

ASSIGNED, MOVED, OVERDUE = "case-assigned", "case-moved", "case-overdue"
MANY_ASSIGNED = "cases-assigned"
BY_PHONE = {OVERDUE: "case-overdue-sms"}
"""Purpose → what an SMS says of it. For anything less, nobody pays for one."""

name_purpose(ASSIGNED, _l("Case given to somebody"))
name_purpose(MOVED, _l("Something happened in a case"))
name_purpose(OVERDUE, _l("Clock of a case ran out"))
name_purpose(MANY_ASSIGNED, _l("Many cases given to somebody"))


def tell_assignee(session: Session, case: Grievance, *, besides: int | None = None) -> None:
    """Tell whoever a case was given to, unless they took it themselves (`besides`)."""
    if case.assignee_id is not None and case.assignee_id != besides:
        write(session, case, [case.assignee_id], ASSIGNED)


def tell_followers(session: Session, case: Grievance, *, besides: int | None = None) -> None:
    """Tell who is in charge of a case and who watches it that something happened, but for who did it (`besides`)."""
    watching = select(GrievanceWatcher.user_id).where(GrievanceWatcher.grievance_id == case.uuid)
    following = {*session.scalars(watching), case.assignee_id} - {besides, None}
    write(session, case, [user for user in following if user is not None], MOVED)


def tell_of_many(session: Session, user: User, number: int) -> None:
    """Tell a user that so many cases were given to them at once, all of which they may read."""
    if not user.email:
        return
    language = known(preference_of(session, user.id, LANGUAGE))
    link = _address("grievances.list_grievances", who="me")
    template = f"grievances/messages/{MANY_ASSIGNED}.txt"
    subject, body = worded(template, language, name=user.name, number=number, link=link)
    with suppress(Refusal):  # an address of old that no message can go to
        send(session, Address("EMAIL", user.email), subject, body, MANY_ASSIGNED, user.id)


def write(session: Session, case: Grievance, users: Iterable[int], purpose: str) -> list[int]:
    """Write `grievances/messages/<purpose>.txt` to those of these users who may read the case; to whom.

    To a phone goes what BY_PHONE names instead.
    """
    wanted = sorted(set(users))
    if not wanted:
        return []
    reached = or_(User.email.is_not(None), User.phone.is_not(None) if purpose in BY_PHONE else false())
    found = session.scalars(select(User).where(User.id.in_(wanted), User.deleted_at.is_(None), reached)).all()
    abilities = abilities_of(session, found)
    told = []
    for user in found:
        if not abilities[user.id].can("read", case):
            continue
        language = known(preference_of(session, user.id, LANGUAGE))
        template = purpose if user.email else BY_PHONE[purpose]
        subject, body = worded(
            f"grievances/messages/{template}.txt", language, name=user.name, code=case.code, link=_link(case)
        )
        with suppress(Refusal):  # an address of old that no message can go to
            to = Address("EMAIL", user.email) if user.email else Address("SMS", user.phone or "")
            send(session, to, subject if user.email else None, body, purpose, user.id)
            told.append(user.id)
    return told


def _link(case: Grievance) -> str | None:
    """The address of the case's page."""
    return _address("grievances.show_case", uuid=case.uuid)


def _address(endpoint: str, **values: Any) -> str | None:
    """The address of a page; None where the portal does not know its own: then a case is found by its code."""
    if not has_request_context() and not current_app.config.get("PORTAL_URL"):
        return None
    with suppress(Refusal):  # this request calls our host what it likes, and may be anybody's
        return outside_for_others(endpoint, **values)
    return None
