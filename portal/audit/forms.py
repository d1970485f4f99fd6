"""The filter of the log as it stands in the URL."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

from portal.audit.queries.entries import EntryFilter
from portal.audit.wording import ACTIONS, TABLES
from portal.web.forms import PortalForm

NOBODY = "nobody"
LAST_DAY = dt.date(9998, 12, 31)


def _empty_for_none(value: str | None) -> str:
    return value or ""


def _storable(_form: PortalForm, field: StringField) -> None:
    if "\0" in (field.data or ""):
        raise ValidationError(_l("This text holds a character that cannot be stored."))


class EntryFilterForm(PortalForm):
    """Which entries to show."""

    class Meta(PortalForm.Meta):
        csrf = False

    record = StringField(_l("Record"), [Optional(), Length(max=200), _storable])
    actor = SelectField(_l("Who"), filters=[_empty_for_none])
    action = SelectField(
        _l("Deed"),
        choices=[("", _l("Any")), *((name, words) for name, (words, _tone) in ACTIONS.items())],
        filters=[_empty_for_none],
    )
    table = SelectField(_l("What"), choices=[("", _l("Any")), *TABLES.items()], filters=[_empty_for_none])
    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To"), [Optional()])

    def offer(self, actors: Iterable[tuple[UUID, str | None]]) -> None:
        """Let the reader choose among the users."""
        people = [(str(uuid), name or str(uuid)) for uuid, name in actors]
        self.actor.choices = [("", _l("Anybody")), (NOBODY, _l("The portal, or not signed in")), *people]

    def validate_until(self, field: DateField) -> None:
        """Within the years a calendar knows."""
        if field.data and field.data > LAST_DAY:
            raise ValidationError(_l("Choose an earlier date."))

    validate_since = validate_until

    def chosen(self) -> EntryFilter:
        """The filter that a valid form stands for; days are the reader's."""
        until = self.until.data
        return EntryFilter(
            actor=UUID(self.actor.data) if self.actor.data not in ("", NOBODY) else None,
            by_nobody=self.actor.data == NOBODY,
            table=self.table.data or None,
            record=(self.record.data or "").strip() or None,
            action=self.action.data or None,
            since=_begin(self.since.data) if self.since.data else None,
            until=_begin(until + dt.timedelta(days=1)) if until else None,
        )


def _begin(day: dt.date) -> dt.datetime:
    """The moment at which a day begins for the reader."""
    zone = get_timezone() or dt.UTC
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
