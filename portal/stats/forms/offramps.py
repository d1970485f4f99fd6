"""What figures of offramps are narrowed to, as it stands in the address."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from flask_babel import lazy_gettext as _l

from portal.stats.forms.months import MonthsForm
from portal.stats.queries.offramps import OfframpFilter


class OfframpForm(MonthsForm):
    """Which requests are counted, by the month in which they were made."""

    def offer(self, projects: Sequence[tuple[UUID, str]]) -> None:
        """Let the reader choose among these projects."""
        self.project.choices = [("", _l("Any")), *((str(uuid), name) for uuid, name in projects)]

    def chosen(self, today: dt.date) -> OfframpFilter:
        """The filter that a valid form stands for."""
        project = UUID(self.project.data) if self.project.data else None
        return OfframpFilter(*self.span(today), project)
