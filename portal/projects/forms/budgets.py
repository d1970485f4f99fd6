"""How much may be spent in a project."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from portal.web.amounts import AmountField
from portal.web.forms import PortalForm, VersionField, no_nul
from portal.web.reading import stripped


class NewBudgetForm(PortalForm):
    """A budget in a currency that has none."""

    currency = SelectField(_l("Currency or token"), [InputRequired(_l("Choose one."))], filters=[stripped])
    amount = AmountField(_l("Amount"), [InputRequired(_l("Say how much may be spent."))])

    def offer(self, currencies: Sequence[tuple[str, str]]) -> None:
        """Let the person choose among currencies, each a code with its words."""
        self.currency.choices = [("", _l("Choose one")), *currencies]


class EditBudgetForm(PortalForm):
    """Another amount, or none; `version` is the state that was on the page."""

    version = VersionField()
    amount = AmountField(_l("Amount"))
    no_limit = BooleanField(_l("Spend without a limit"))
    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why the budget changes.")), Length(max=500), no_nul],
        filters=[stripped],
        description=_l("Shown beside the budget, and kept in the project’s history."),
        render_kw={"rows": 2},
    )

    def validate_no_limit(self, field: BooleanField) -> None:
        """There is an amount, or there is none: not both, and not neither."""
        if field.data and self.amount.data:
            raise ValidationError(_("Enter an amount or tick this box, not both."))
        if not field.data and not (self.amount.data or "").strip():
            raise ValidationError(_("Enter an amount, or tick this box."))

    @property
    def version_seen(self) -> int:
        """The version on the page; one that never was where the field is missing or no number."""
        seen = self.version.data or ""
        return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
