"""The filter of the log as it stands in the URL, and the question what personal data are wanted for."""

import datetime as dt
from collections.abc import Mapping, Sequence
from uuid import UUID

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from wtforms import DateField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.audit.queries.entries import EntryFilter
from portal.audit.wording import ACTIONS, TABLES
from portal.web.filtering import ListForm, empty_for_none, on_the_calendar
from portal.web.forms import PortalForm, no_nul
from portal.web.picking import Find, PickField

NOBODY = "nobody"


class EntryFilterForm(ListForm):
    """Which entries to show."""

    record = StringField(_l("Record"), [Optional(), Length(max=200), no_nul])
    actor = PickField(_l("Who"))
    action = SelectField(
        _l("Deed"),
        choices=[("", _l("Any")), *((name, words) for name, (words, _tone) in ACTIONS.items())],
        filters=[empty_for_none],
    )
    table = SelectField(_l("What"), choices=[("", _l("Any")), *TABLES.items()], filters=[empty_for_none])
    since = DateField(_l("From"), [Optional(), on_the_calendar])
    until = DateField(_l("To"), [Optional(), on_the_calendar])

    def offer(self, actors: Find) -> None:
        """Let the reader choose among the users."""
        self.actor.offer(actors, ("", _l("Anybody")), (NOBODY, _l("The portal, or not signed in")))

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


OTHER = "other"
MOST_REMEMBERED = 5


class PurposeForm(PortalForm):
    """What personal data are wanted for: one of the usual purposes, or one's own words. It goes on record.

    What somebody said before is offered again, the latest first: `offer_purposes` takes it, `remembered` gives it
    back with this time's. Forms built on it may name other `usual` purposes.
    """

    usual: Mapping[str, LazyString] = {
        "Distribution list": _l("Distribution list"),
        "Reporting": _l("Reporting"),
        "Donor audit": _l("Donor audit"),
        "Correcting data": _l("Correcting data"),
    }
    """As they go on record → as people read them."""

    purpose = SelectField(
        _l("What is it for?"),
        [DataRequired(_l("Say what the data are for."))],
        description=_l("Kept in the audit log with your name."),
        filters=[empty_for_none],
    )
    purpose_other = StringField(_l("Which other purpose?"), [Length(max=500), no_nul])

    def offer_purposes(self, before: Sequence[str] = ()) -> None:
        """Let the reader choose among the usual purposes and what they said `before`."""
        said = [text for text in before if isinstance(text, str)][:MOST_REMEMBERED]
        own = [(text, text) for text in said if text not in self.usual]
        self.purpose.choices = [("", _l("Choose")), *self.usual.items(), *own, (OTHER, _l("Other…"))]
        if not self.is_submitted() and said:
            self.purpose.data = said[0]

    def validate_purpose_other(self, field: StringField) -> None:
        """Who chooses "other" says which."""
        if self.purpose.data == OTHER and not (field.data or "").strip():
            raise ValidationError(_l("Say what the data are for."))

    @property
    def said(self) -> str:
        """The purpose of a valid form, as it goes on record: in English, or in the person's own words."""
        chosen = self.purpose.data or ""
        return (self.purpose_other.data or "").strip() if chosen == OTHER else str(chosen)

    @property
    def own_words(self) -> str | None:
        """The purpose of a valid form where it is in the person's own words, None where it is a usual one."""
        return None if self.said in self.usual else self.said

    def remembered(self, before: Sequence[str] = ()) -> list[str]:
        """What to offer next time."""
        return [self.said, *(text for text in before if text != self.said)][:MOST_REMEMBERED]


class FileForm(PurposeForm):
    """In which form a list is wanted as a file, and what for."""

    format = RadioField(
        _l("File"),
        [InputRequired()],
        choices=[("csv", _l("CSV")), ("xlsx", _l("Excel (XLSX)"))],
        default="csv",
    )
