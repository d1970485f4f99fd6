"""How much may be shown to one person in an hour, and who is told when somebody wants more."""

from contextlib import suppress

from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from portal.audit.deeds import REVEAL_LIMIT
from portal.audit.operations import record
from portal.core.db import db
from portal.core.errors import Refusal
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.users.queries.holders import holders_with_email
from portal.users.roles import ADMIN
from portal.web import rates
from portal.web.access import current_person

REVEALS = 500
REVEAL_SECONDS = 3_600
ALERT = "reveal-limit"

name_purpose(ALERT, _l("Warning: much personal data shown"))


def take_reveal() -> None:
    """Count one more reveal of the signed-in person; above REVEALS in an hour answer 429 and warn the admins, once."""
    person = current_person()
    try:
        rates.take("reveal", str(person.uuid), REVEALS, REVEAL_SECONDS)
    except HTTPException:
        _warn_once()
        raise


def _warn_once() -> None:
    person = current_person()
    try:
        rates.take(ALERT, str(person.uuid), 1, REVEAL_SECONDS)
    except HTTPException:
        return
    record(
        db.session(),
        REVEAL_LIMIT,
        table_name="tbl_users",
        record_id=str(person.uuid),
        details={"limit": REVEALS},
    )
    for user_id, email in holders_with_email(db.session(), ADMIN):
        subject, body = worded(
            "beneficiaries/messages/reveal-limit.txt", name=person.name or person.email, limit=REVEALS
        )
        with suppress(Refusal):  # an address of old that no message can go to
            send(db.session(), Address("EMAIL", email), subject, body, ALERT, user_id)
    db.session.commit()
