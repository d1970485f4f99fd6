"""What figures are narrowed to, as it stands in the address."""

import datetime as dt
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import MonthField, SelectField
from wtforms.validators import Optional, ValidationError

from portal.core.enums import GrievanceType
from portal.grievances.wording import term, type_words
from portal.stats.queries import FigureFilter, Options
from portal.web.forms import PortalForm
from portal.web.reading import stripped


class FigureForm(PortalForm):
    """Which cases are counted. Without months, those of the last twelve."""

    class Meta(PortalForm.Meta):
        csrf = False

    since = MonthField(_l("From"), [Optional()])
    until = MonthField(_l("Until"), [Optional()])
    project = SelectField(_l("Project"), filters=[stripped])
    type = SelectField(_l("Type"), filters=[stripped])
    category = SelectField(_l("Category"), filters=[stripped])
    channel = SelectField(_l("Channel"), filters=[stripped])

    def offer(self, options: Options) -> None:
        """Let the reader choose among these."""
        every = ("", _l("Any"))
        self.type.choices = [every, *((kind.value, type_words(kind)) for kind in GrievanceType)]
        self.project.choices = [every, *((str(uuid), name) for uuid, name in options.projects)]
        self.category.choices = [every, *((str(uuid), term(name)) for uuid, name in options.categories)]
        self.channel.choices = [every, *((str(uuid), term(name)) for uuid, name in options.channels)]

    def validate_since(self, field: MonthField) -> None:
        """Within the time of such programmes."""
        if field.data and not 2000 <= field.data.year <= 2999:
            raise ValidationError(_l("Choose a month since the year 2000."))

    def validate_until(self, field: MonthField) -> None:
        """The same, and the end does not lie before the beginning."""
        self.validate_since(field)
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_l("This month lies before the first one."))

    def chosen(self, today: dt.date) -> FigureFilter:
        """The filter that a valid form stands for."""
        until = self.until.data or max(today.replace(day=1), self.since.data or dt.date.min)
        return FigureFilter(
            self.since.data or _eleven_months_before(until),
            until,
            project=UUID(self.project.data) if self.project.data else None,
            type=GrievanceType(self.type.data) if self.type.data else None,
            category=UUID(self.category.data) if self.category.data else None,
            channel=UUID(self.channel.data) if self.channel.data else None,
        )


def _eleven_months_before(month: dt.date) -> dt.date:
    return (
        month.replace(month=month.month + 1, year=month.year - 1)
        if month.month < 12
        else month.replace(month=1)
    )
