"""What figures of grievances are narrowed to, as it stands in the address."""

import datetime as dt
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from portal.core.enums import GrievanceType
from portal.grievances.wording import term, type_words
from portal.stats.forms.months import MonthsForm
from portal.stats.queries.grievances import FigureFilter, Options
from portal.web.reading import stripped


class FigureForm(MonthsForm):
    """Which cases are counted."""

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

    def chosen(self, today: dt.date) -> FigureFilter:
        """The filter that a valid form stands for."""
        since, until = self.span(today)
        return FigureFilter(
            since,
            until,
            project=UUID(self.project.data) if self.project.data else None,
            type=GrievanceType(self.type.data) if self.type.data else None,
            category=UUID(self.category.data) if self.category.data else None,
            channel=UUID(self.channel.data) if self.channel.data else None,
        )
