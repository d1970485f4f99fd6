"""The list: what narrows it, which columns it shows, and the file that is made of it."""

from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    SearchField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.audit.forms import FileForm
from portal.core.enums import OfframpStatus
from portal.offramp.queries.columns import DEFAULT
from portal.offramp.queries.filters import RequestFilter
from portal.offramp.queries.options import Options
from portal.offramp.wording import COLUMN_LABELS, STATUS_LABELS
from portal.web.amounts import AmountField
from portal.web.filtering import ListForm, ReferenceField, empty_for_none, on_the_calendar
from portal.web.forms import PortalForm, no_nul
from portal.web.picking import PickField, given

LONGEST_STUCK = 24 * 365
"""Hours."""


class FilterForm(ListForm):
    """The list's filter as it stands in the URL."""

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    status = SelectMultipleField(
        _l("Status"), choices=[(status.value, words) for status, words in STATUS_LABELS.items()]
    )
    provider = PickField(_l("Provider"))
    project = PickField(_l("Project"))
    chain = SelectField(_l("Chain"), filters=[empty_for_none])
    token = SelectField(_l("Token"), filters=[empty_for_none])
    amount_from = AmountField(_l("Amount from"))
    amount_to = AmountField(_l("Amount to"))
    created_from = DateField(_l("Made from"), [Optional(), on_the_calendar])
    created_to = DateField(_l("Made to"), [Optional(), on_the_calendar])
    stuck = IntegerField(_l("Hours under way, at least"), [Optional(), NumberRange(min=1, max=LONGEST_STUCK)])
    beneficiary = ReferenceField(_l("Person"))
    payout_list = PickField(_l("Payout list"))

    def offer(self, options: Options) -> None:
        """Let the reader choose among what they may see."""
        self.provider.offer(given(options.providers), ("", _l("Any")))
        names = url_for("projects.suggest_names", field="project", state="any")
        self.project.offer(given(options.projects), ("", _l("Any")), suggestions=names)
        self.chain.choices = [("", _l("Any")), *((name, name) for name in options.chains)]
        self.token.choices = [("", _l("Any")), *((name, name) for name in options.tokens)]
        names = url_for("payouts.suggest_names", field="payout_list")
        self.payout_list.offer(given(options.lists), ("", _l("Any")), suggestions=names)

    def chosen(self) -> RequestFilter:
        """The filter that a valid form stands for."""
        return RequestFilter(
            q=self.q.data or "",
            status=tuple(map(OfframpStatus, self.status.data or ())),
            provider=UUID(self.provider.data) if self.provider.data else None,
            project=UUID(self.project.data) if self.project.data else None,
            chain=self.chain.data or "",
            token=self.token.data or "",
            payout_list=UUID(self.payout_list.data) if self.payout_list.data else None,
            beneficiary=self.beneficiary.uuid,
            amount_from=self.amount_from.amount,
            amount_to=self.amount_to.amount,
            created_from=self.created_from.data,
            created_to=self.created_to.data,
            stuck=self.stuck.data,
        )


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
        choices=list(COLUMN_LABELS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
