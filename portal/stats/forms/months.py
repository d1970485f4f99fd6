"""Which months and which project figures are about, as it stands in the address."""

import datetime as dt

from flask_babel import lazy_gettext as _l
from wtforms import MonthField, SelectField
from wtforms.validators import Optional, ValidationError

from portal.web.forms import PortalForm
from portal.web.reading import stripped


class MonthsForm(PortalForm):
    """From which month to which, in which project. Without months, the last twelve."""

    class Meta(PortalForm.Meta):
        csrf = False

    since = MonthField(_l("From"), [Optional()])
    until = MonthField(_l("Until"), [Optional()])
    project = SelectField(_l("Project"), filters=[stripped])

    def validate_since(self, field: MonthField) -> None:
        """Within the time of such programmes."""
        if field.data and not 2000 <= field.data.year <= 2999:
            raise ValidationError(_l("Choose a month since the year 2000."))

    def validate_until(self, field: MonthField) -> None:
        """The same, and the end does not lie before the beginning."""
        self.validate_since(field)
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(_l("This month lies before the first one."))

    def span(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """The first days of the first and the last month of a valid form."""
        until = self.until.data or max(today.replace(day=1), self.since.data or dt.date.min)
        return self.since.data or _eleven_months_before(until), until


def _eleven_months_before(month: dt.date) -> dt.date:
    return (
        month.replace(month=month.month + 1, year=month.year - 1)
        if month.month < 12
        else month.replace(month=1)
    )
