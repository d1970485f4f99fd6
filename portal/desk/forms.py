"""What a vendor types: the days of a list, a complaint about a payment, a claim."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from flask_babel import get_timezone
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.core.enums import TransactionStatus
from portal.desk.queries.payments import Chosen
from portal.desk.queries.period import Period
from portal.web.amounts import AmountField
from portal.web.forms import OnceForm, PortalForm, no_nul

LONGEST_WORDS = 2_000
LONGEST_PERSON = 120
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2999, 12, 31)
WRONG = {
    "amount": _l("The amount is wrong"),
    "unpaid": _l("I was not paid"),
    "unknown": _l("I do not know this payment"),
    "other": _l("Something else"),
}
"""What can be wrong with a payment."""


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def zone() -> dt.tzinfo:
    """Where the reader's days begin."""
    return get_timezone() or dt.UTC


class DaysForm(PortalForm):
    """From which day to which; stands in the address."""

    class Meta(PortalForm.Meta):
        csrf = False

    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("To"), [Optional()])

    def validate_since(self, field: Field) -> None:
        """Within the years in which a payment can lie."""
        if field.data and not FIRST_DAY <= field.data <= LAST_DAY:
            raise ValidationError(_l("Choose another date."))

    def validate_until(self, field: Field) -> None:
        """The same, and not before the first day."""
        self.validate_since(field)
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_l("This day is before the first one."))

    @property
    def period(self) -> Period:
        """The days that a valid form names."""
        return Period(self.since.data, self.until.data, zone())


class PaymentsForm(DaysForm):
    """Days, and the state of the payments."""

    status = SelectField(
        _l("State"),
        choices=[(status.value, status.value) for status in TransactionStatus],
        validate_choice=False,
    )

    def validate_status(self, field: Field) -> None:
        """One of the states there are, or none."""
        if field.data and field.data not in TransactionStatus.__members__:
            raise ValidationError(_l("There is no such state."))

    @property
    def chosen(self) -> Chosen:
        """The payments that a valid form names."""
        status = TransactionStatus(self.status.data) if self.status.data else None
        return Chosen(self.period, status)


class WrongForm(OnceForm):
    """What is wrong with a payment."""

    what = RadioField(
        _l("What is wrong?"), [InputRequired(_l("Choose what is wrong."))], choices=list(WRONG.items())
    )
    words = TextAreaField(
        _l("Tell us more"),
        [DataRequired(_l("Write what happened, in a sentence or two.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        render_kw={"rows": 4},
    )


class ClaimForm(OnceForm):
    """Whom the vendor served, and with how much. `sure` is sent by the page that shows who was found."""

    project = SelectField(_l("Project"), [InputRequired(_l("Choose a project."))])
    person = StringField(
        _l("Person’s phone or code"),
        [
            DataRequired(_l("Write the phone number or the code of the person you served.")),
            Length(max=LONGEST_PERSON),
            no_nul,
        ],
        filters=[_stripped],
        description=_l("The code stands on the person’s card."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"},
    )
    amount = AmountField(_l("Amount"), [InputRequired(_l("Write the amount."))])
    currency = SelectField(_l("Currency"), [InputRequired(_l("Choose a currency."))])
    sure = HiddenField()

    def offer(self, projects: Iterable[tuple[UUID, str]], currencies: Iterable[str]) -> None:
        """Let the vendor choose among the projects they work in now, and what is paid in there."""
        self.project.choices = [(str(uuid), name) for uuid, name in projects]
        self.currency.choices = [(code, code) for code in currencies]
