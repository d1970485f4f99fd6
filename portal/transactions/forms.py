"""The shapes of what is typed about transactions."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import url_for
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.audit.forms import PurposeForm
from portal.core.enums import TransactionStatus
from portal.transactions.queries.columns import DEFAULT
from portal.transactions.queries.filters import TransactionFilter
from portal.transactions.queries.options import Options
from portal.transactions.wording import COLUMN_LABELS, STATUS_LABELS
from portal.web.amounts import AmountField
from portal.web.filtering import ListForm, ReferenceField, empty_for_none, on_the_calendar
from portal.web.forms import OnceForm, PortalForm, no_nul
from portal.web.picking import Find, PickField, given

LONGEST_REASON = 500


class FilterForm(ListForm):
    """The list's filter as it stands in the URL."""

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    status = SelectMultipleField(
        _l("Status"), choices=[(status.value, words) for status, words in STATUS_LABELS.items()]
    )
    project = PickField(_l("Project"))
    vendor = PickField(_l("Vendor"))
    currency = SelectField(_l("Currency"), filters=[empty_for_none])
    amount_from = AmountField(_l("Amount from"))
    amount_to = AmountField(_l("Amount to"))
    created_from = DateField(_l("Made from"), [Optional(), on_the_calendar])
    created_to = DateField(_l("Made to"), [Optional(), on_the_calendar])
    beneficiary = ReferenceField(_l("Person"))
    payout_list = PickField(_l("Payout list"))

    def offer(self, options: Options) -> None:
        """Let the reader choose among what they may see."""
        for field, found in ((self.project, options.projects), (self.vendor, options.vendors)):
            names = url_for(f"{field.name}s.suggest_names", field=field.name, state="any")
            field.offer(given(found), ("", _l("Any")), suggestions=names)
        self.currency.choices = [("", _l("Any")), *((code, code) for code in options.currencies)]
        names = url_for("payouts.suggest_names", field="payout_list")
        self.payout_list.offer(given(options.lists), ("", _l("Any")), suggestions=names)

    def chosen(self) -> TransactionFilter:
        """The filter that a valid form stands for."""
        return TransactionFilter(
            q=self.q.data or "",
            project=UUID(self.project.data) if self.project.data else None,
            vendor=UUID(self.vendor.data) if self.vendor.data else None,
            beneficiary=self.beneficiary.uuid,
            payout_list=UUID(self.payout_list.data) if self.payout_list.data else None,
            status=tuple(map(TransactionStatus, self.status.data or ())),
            currency=self.currency.data or "",
            amount_from=self.amount_from.amount,
            amount_to=self.amount_to.amount,
            created_from=self.created_from.data,
            created_to=self.created_to.data,
        )


class ColumnsForm(PortalForm):
    """Which columns the reader wants to see in the list."""

    columns = SelectMultipleField(
        _l("Columns"),
        choices=list(COLUMN_LABELS.items()),
        validators=[InputRequired()],
        default=list(DEFAULT),
    )


class ExportForm(PurposeForm):
    """What to write out, in which form, and what for."""

    format = RadioField(
        _l("File"),
        [InputRequired()],
        choices=[("csv", _l("CSV")), ("xlsx", _l("Excel (XLSX)"))],
        default="csv",
    )
    columns = SelectMultipleField(
        _l("Columns"),
        [InputRequired(_l("Choose at least one column."))],
        choices=list(COLUMN_LABELS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class StatementForm(ListForm):
    """The days of a vendor's statement, as the list's filter names them."""

    created_from = DateField(_l("From"), [Optional(), on_the_calendar])
    created_to = DateField(_l("To"), [Optional(), on_the_calendar])

    def validate_created_to(self, field: DateField) -> None:
        """Not before the first day."""
        if field.data and self.created_from.data and field.data < self.created_from.data:
            raise ValidationError(_l("This day is before the first one."))


class ReasonForm(PortalForm):
    """Why a transaction is rejected, or failed."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(max=LONGEST_REASON), no_nul],
        description=_l("Everybody who sees the transaction can read it. Name nobody in it."),
    )


class FindForm(ListForm):
    """Whom to pay, found among the people of a project."""

    project = PickField(_l("Project"))
    q = SearchField(_l("Person"), [Optional(), Length(max=200), no_nul])

    def offer(self, projects: Find, suggestions: str) -> None:
        """Let the maker choose among the projects that they may see and pay in."""
        self.project.offer(projects, ("", _l("Choose")), suggestions=suggestions)


class NewTransactionForm(OnceForm):
    """How much a person is to receive from whom."""

    vendor = PickField(_l("Vendor"), [DataRequired(_l("Choose a vendor."))])
    amount = AmountField(_l("Amount"), [InputRequired(_l("Fill in an amount."))])
    currency = SelectField(_l("Currency"), [DataRequired(_l("Choose a currency."))])
    note = StringField(
        _l("Note"),
        [Optional(), Length(max=200), no_nul],
        description=_l("What it is for. Who approves it reads it; name nobody in it."),
    )

    def key(self) -> UUID:
        """What this page is sent under, the first time and each time after. Without it, one that never comes again."""
        try:
            return UUID(self.once.data or "")
        except ValueError:
            return uuid4()

    def offer(self, vendors: Find, suggestions: str, currencies: Sequence[str]) -> None:
        """Let the maker choose among the vendors at work in the project, and what it is paid in."""
        self.vendor.offer(vendors, ("", _l("Choose")), suggestions=suggestions)
        self.currency.choices = [(code, code) for code in currencies]
        if self.vendor.only and not self.is_submitted():
            self.vendor.data = self.vendor.only
