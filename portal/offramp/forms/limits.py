"""The shape of the limits above which somebody else lets a request go."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, ValidationError

from portal.offramp.limits import ReleaseLimits
from portal.web.amounts import AmountField
from portal.web.forms import PortalForm


class ReleaseLimitsForm(PortalForm):
    """Up to which amounts a request goes by its maker alone."""

    others = AmountField(_l("Of any other token"), [InputRequired(_l("Fill in an amount."))])
    token = SelectField(_l("Another token"), filters=[lambda value: value or ""])
    most = AmountField(_l("Nobody else is needed up to"))

    def offer(self, tokens: Sequence[str]) -> None:
        """Let the person choose among tokens that have no limit of their own yet."""
        self.token.choices = [("", _l("None")), *((code, code) for code in tokens)]

    def validate_most(self, field: AmountField) -> None:
        """A token and its limit go together."""
        if bool(self.token.data) != bool((field.data or "").strip()):
            raise ValidationError(_l("Choose a token and fill in its limit."))

    def limits(self, before: ReleaseLimits) -> ReleaseLimits:
        """What a valid form says: what was there, with the new token's limit."""
        told = dict(before.by_token)
        if self.token.data and self.most.amount is not None:
            told[self.token.data] = self.most.amount
        return ReleaseLimits(self.others.amount or before.others, told)
