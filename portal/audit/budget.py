"""How much personal data one person may have in an hour, and who is told when somebody wants more."""

from contextlib import suppress
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from portal.audit.deeds import EXPORT_LIMIT, REVEAL_LIMIT
from portal.audit.operations import record
from portal.core.db import db
from portal.core.errors import Refusal
from portal.core.person import LANGUAGE
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.messages.purposes import name_purpose
from portal.messages.wording import worded
from portal.users.queries.holders import holders_with_email
from portal.users.queries.preferences import preference_of
from portal.users.roles import ADMIN
from portal.web import rates
from portal.web.access import current_person
from portal.web.language import known

HOUR = 3_600


@dataclass
class Budget:
    """At most so many times an hour for each person; `alert` is the deed on record when somebody wants more, and
    names the message to the administrators: `audit/messages/<name>-limit.txt`."""

    name: str
    most: int
    alert: str

    def take(self) -> None:
        """Count one more time of the signed-in person; above `most` answer 429 and warn the administrators, once an
        hour. Call it before what it is for has begun."""
        person = current_person()
        try:
            rates.take(self.name, str(person.uuid), self.most, HOUR)
        except HTTPException:
            self._warn_once()
            raise

    def _warn_once(self) -> None:
        person, purpose = current_person(), f"{self.name}-limit"
        try:
            rates.take(purpose, str(person.uuid), 1, HOUR)
        except HTTPException:
            return
        details = {"limit": self.most}
        record(db.session(), self.alert, table_name="tbl_users", record_id=str(person.uuid), details=details)
        letter = f"audit/messages/{purpose}.txt"
        for user_id, email in holders_with_email(db.session(), ADMIN):
            language = known(preference_of(db.session(), user_id, LANGUAGE))
            subject, body = worded(letter, language, name=person.name or person.email, limit=self.most)
            with suppress(Refusal):  # an address of old that no message can go to
                send(db.session(), Address("EMAIL", email), subject, body, purpose, user_id)
        db.session.commit()


REVEALS = Budget("reveal", 500, REVEAL_LIMIT)
EXPORTS = Budget("export", 60, EXPORT_LIMIT)

name_purpose("reveal-limit", _l("Warning: much personal data shown"))
name_purpose("export-limit", _l("Warning: many files written"))
