"""The filter of the list and the board, the choice of columns, and the export."""

from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SearchField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.audit.forms import FileForm
from portal.core.enums import GrievanceStatus, GrievanceType
from portal.grievances.queries.columns import DEFAULT
from portal.grievances.queries.filters import CaseFilter, ClockFilter
from portal.grievances.queries.options import Options
from portal.grievances.terms import PRIORITY_NAMES, TYPE_NAMES
from portal.grievances.wording import COLUMN_LABELS, EXPORT_LABELS, STATUS_LABELS, term
from portal.web.filtering import ListForm, ReferenceField, any_or, empty_for_none, on_the_calendar
from portal.web.forms import PortalForm, no_nul
from portal.web.picking import PickField, given

ME, NOBODY, WATCHED = "me", "nobody", "watched"
CLOCKS = {
    ClockFilter.BREACHED: _l("Breached"),
    ClockFilter.AT_RISK: _l("At risk"),
    ClockFilter.WAITING: _l("Waiting for an answer"),
}


class FilterForm(ListForm):
    """The filter as it stands in the URL."""

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    status = SelectMultipleField(
        _l("Status"), choices=[(status.value, words) for status, words in STATUS_LABELS.items()]
    )
    who = PickField(_l("In charge"))
    clock = SelectField(
        _l("Clock"),
        choices=[("", _l("Any")), *((one.value, words) for one, words in CLOCKS.items())],
        filters=[empty_for_none],
    )
    priority = SelectMultipleField(_l("Priority"), choices=[])
    category = SelectField(_l("Category"), filters=[empty_for_none])
    project = PickField(_l("Project"))
    channel = SelectField(_l("Channel"), filters=[empty_for_none])
    type = SelectMultipleField(_l("Type"), choices=[])
    created_from = DateField(_l("Received from"), [Optional(), on_the_calendar])
    created_to = DateField(_l("Received to"), [Optional(), on_the_calendar])
    beneficiary = ReferenceField(_l("Person"))
    vendor = ReferenceField(_l("Vendor"))
    transaction = ReferenceField(_l("Payment"))

    def offer(self, options: Options) -> None:
        """Let the reader choose among what they may see."""
        self.priority.choices = [(value, _l(words)) for value, words in PRIORITY_NAMES.items()]
        self.type.choices = [(value, _l(words)) for value, words in TYPE_NAMES.items()]
        names = url_for("projects.suggest_names", field="project", state="any")
        self.project.offer(given(options.projects), ("", _l("Any")), suggestions=names)
        self.category.choices = any_or((key, term(name)) for key, name in options.categories)
        self.channel.choices = any_or((key, term(name)) for key, name in options.channels)
        standing = [(ME, _l("I am")), (NOBODY, _l("Nobody")), (WATCHED, _l("I watch them"))]
        self.who.offer(given(options.colleagues), ("", _l("Anybody")), *standing)

    def chosen(self, reader: int, colleague: int | None) -> CaseFilter:
        """The filter that a valid form stands for, to the user with the id `reader`; `colleague` is the id of the one
        whose uuid was chosen."""
        who = self.who.data
        return CaseFilter(
            q=self.q.data or "",
            status=tuple(map(GrievanceStatus, self.status.data or ())),
            assignee=reader if who == ME else colleague,
            unassigned=who == NOBODY,
            watcher=reader if who == WATCHED else None,
            clock=ClockFilter(self.clock.data) if self.clock.data else None,
            project=_uuid(self.project.data),
            category=_uuid(self.category.data),
            channel=_uuid(self.channel.data),
            priority=tuple(self.priority.data or ()),
            type=tuple(map(GrievanceType, self.type.data or ())),
            created_from=self.created_from.data,
            created_to=self.created_to.data,
            beneficiary=self.beneficiary.uuid,
            vendor=self.vendor.uuid,
            transaction=self.transaction.uuid,
        )

    @property
    def colleague(self) -> UUID | None:
        """The uuid of the colleague who was chosen, if one was."""
        return _uuid(self.who.data) if self.who.data not in (ME, NOBODY, WATCHED) else None


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


class ColumnsForm(PortalForm):
    """Which columns the reader wants to see in the list."""

    columns = SelectMultipleField(
        _l("Columns"),
        choices=list(COLUMN_LABELS.items()),
        validators=[InputRequired()],
        default=list(DEFAULT),
    )


class ExportForm(FileForm):
    """What to write out, in which form, and what for."""

    columns = SelectMultipleField(
        _l("Columns"),
        [InputRequired(_l("Choose at least one column."))],
        choices=list(EXPORT_LABELS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
