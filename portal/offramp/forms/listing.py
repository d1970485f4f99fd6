"""The list: what narrows it, which columns it shows, and the file that is made of it."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    IntegerField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.audit.forms import FileForm
from portal.core.enums import OfframpStatus
from portal.offramp.queries.columns import DEFAULT
from portal.offramp.queries.filters import RequestFilter
from portal.offramp.queries.options import Option, Options
from portal.offramp.wording import COLUMN_LABELS, STATUS_LABELS
from portal.web.amounts import AmountField
from portal.web.forms import PortalForm, no_nul

LAST_DAY = dt.date(9998, 12, 31)
LONGEST_STUCK = 24 * 365
"""Hours."""


def _empty_for_none(value: str | None) -> str:
    """A select that the address does not name is one on which nothing is chosen."""
    return value or ""


class ReferenceField(StringField):
    """What a link narrows the list to, named by its uuid; nobody types it."""

    uuid: UUID | None = None

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what is no uuid."""
        if self.data:
            try:
                self.uuid = UUID(self.data)
            except ValueError as error:
                raise ValidationError(_l("This is no reference.")) from error


class FilterForm(PortalForm):
    """The list's filter as it stands in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    status = SelectMultipleField(
        _l("Status"), choices=[(status.value, words) for status, words in STATUS_LABELS.items()]
    )
    provider = SelectField(_l("Provider"), filters=[_empty_for_none])
    project = SelectField(_l("Project"), filters=[_empty_for_none])
    chain = SelectField(_l("Chain"), filters=[_empty_for_none])
    token = SelectField(_l("Token"), filters=[_empty_for_none])
    amount_from = AmountField(_l("Amount from"))
    amount_to = AmountField(_l("Amount to"))
    created_from = DateField(_l("Made from"), [Optional()])
    created_to = DateField(_l("Made to"), [Optional()])
    stuck = IntegerField(_l("Hours under way, at least"), [Optional(), NumberRange(min=1, max=LONGEST_STUCK)])
    beneficiary = ReferenceField(_l("Person"))
    payout_list = ReferenceField(_l("Payout list"))
    lists: list[tuple[str, str]]
    """Those that were paid last, to choose among; a link may name an older one."""

    def offer(self, options: Options) -> None:
        """Let the reader choose among what they may see."""
        self.provider.choices = _any(options.providers)
        self.project.choices = _any(options.projects)
        self.chain.choices = [("", _l("Any")), *((name, name) for name in options.chains)]
        self.token.choices = [("", _l("Any")), *((name, name) for name in options.tokens)]
        self.lists = [(str(uuid), title) for uuid, title in options.lists]

    def validate_created_to(self, field: DateField) -> None:
        """Within the years a calendar knows."""
        if field.data and field.data > LAST_DAY:
            raise ValidationError(_l("Choose an earlier date."))

    validate_created_from = validate_created_to

    def chosen(self) -> RequestFilter:
        """The filter that a valid form stands for."""
        return RequestFilter(
            q=self.q.data or "",
            status=tuple(map(OfframpStatus, self.status.data or ())),
            provider=UUID(self.provider.data) if self.provider.data else None,
            project=UUID(self.project.data) if self.project.data else None,
            chain=self.chain.data or "",
            token=self.token.data or "",
            payout_list=self.payout_list.uuid,
            beneficiary=self.beneficiary.uuid,
            amount_from=self.amount_from.amount,
            amount_to=self.amount_to.amount,
            created_from=self.created_from.data,
            created_to=self.created_to.data,
            stuck=self.stuck.data,
        )


def _any(options: Iterable[Option]) -> list[tuple[str, Any]]:
    return [("", _l("Any")), *((str(uuid), name) for uuid, name in options)]


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
