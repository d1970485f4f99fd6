"""The shapes of what is typed about payout lists."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.payouts.limits import Limits
from portal.payouts.moves import State
from portal.payouts.operations.drafting import Terms
from portal.payouts.queries.amounts import LOOKED_AT, NumericKey
from portal.payouts.queries.lists import ListFilter
from portal.payouts.terms import AmountRule
from portal.payouts.wording import METHODS, RULES, STATES
from portal.web.amounts import AmountField
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.picking import Find, PickField

LONGEST_TITLE = 200
LONGEST_REASON = 500
MOST_TICKED = 100
EVERYBODY = "project"
"""In the place of a group: all people of the project."""
SAY_WHY = _l("Say why.")


def _tidied(value: str | None) -> str:
    return " ".join((value or "").split())


def _chosen(value: str | None) -> str:
    return value or ""


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class FilterForm(PortalForm):
    """The filter of the list of lists as it stands in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False

    project = PickField(_l("Project"))
    state = SelectField(_l("State"), choices=[("", _l("Any")), *STATES.items()], filters=[_chosen])

    def offer(self, projects: Find, suggestions: str) -> None:
        """Let the reader choose among the projects that they may see."""
        self.project.offer(projects, ("", _l("Any")), suggestions=suggestions)

    def chosen(self) -> ListFilter:
        """The filter that a valid form stands for."""
        return ListFilter(
            UUID(self.project.data) if self.project.data else None,
            State(self.state.data) if self.state.data else None,
        )


class WhereForm(PortalForm):
    """The first questions: in which project, and whom. They stand in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False

    within = PickField(_l("Project"), [InputRequired(_l("Choose a project."))])
    group = PickField(_l("Whom"), [InputRequired(_l("Choose a group."))])

    @property
    def given(self) -> bool:
        """Whether the address answers anything."""
        return bool(self.within.data or self.group.data)

    def offer(self, projects: Find, groups: Find, names: Mapping[str, str]) -> None:
        """Let the person choose among what they may see. `names` says for both where names are suggested."""
        self.within.offer(projects, ("", _l("Choose a project")), suggestions=names["within"])
        everybody = (EVERYBODY, _l("Everybody in the project"))
        self.group.offer(groups, ("", _l("Choose a group")), everybody, suggestions=names["group"])


class TermsForm(OnceForm):
    """What a list says of each payment; with `version` when there is one already."""

    version = VersionField()
    title = StringField(
        _l("Name of the list"),
        [DataRequired(_l("Give the list a name.")), Length(max=LONGEST_TITLE), no_nul],
        filters=[_tidied],
    )
    rule = RadioField(_l("Amount"), [InputRequired(_l("Choose how much everybody receives."))])
    amount = AmountField(_l("How much"))
    key = SelectField(_l("Further detail"), filters=[_chosen])
    currency = SelectField(_l("Currency"), [InputRequired(_l("Choose a currency."))])
    vendor = PickField(_l("Vendor"), [InputRequired(_l("Choose a vendor."))])
    method = SelectField(_l("How it is paid"), choices=list(METHODS.items()))
    provider = StringField(
        _l("Provider"),
        [Optional(), Length(max=LONGEST_TITLE), no_nul],
        filters=[_tidied],
        description=_l("The bank or the mobile money service that carries it out."),
    )

    sample: int | None = None
    """Among so many of the people one looked for details that hold numbers; None where that was all of them."""

    def offer(
        self,
        vendors: Find,
        suggestions: str,
        currencies: Sequence[str],
        keys: Sequence[NumericKey],
        *,
        again: bool = False,
    ) -> None:
        """Let the person choose among what there is. Who pays `again` what failed chooses no amount."""
        self.vendor.offer(vendors, ("", _l("Choose a vendor")), suggestions=suggestions)
        self.currency.choices = [(code, code) for code in currencies]
        self.key.choices = [("", _l("Choose")), *((key.key, key.key) for key in keys)]
        self.sample = next((key.looked_at for key in keys if key.looked_at == LOOKED_AT), None)
        known = (
            [AmountRule.AS_BEFORE] if again else [AmountRule.FIXED, AmountRule.PER_MEMBER, AmountRule.COLUMN]
        )
        usable = [
            rule
            for rule in known
            if keys or self.key.data or rule in (AmountRule.FIXED, AmountRule.AS_BEFORE)
        ]
        self.rule.choices = [(rule.value, RULES[rule]) for rule in usable]
        if not self.rule.data:
            self.rule.data = usable[0].value

    def keep(self, vendor: tuple[UUID, str], key: str | None) -> None:
        """Offer what the list says now though nobody could choose it any more."""
        self.vendor.keep(str(vendor[0]), vendor[1])
        keys: Any = self.key.choices
        if key and key not in dict(keys):
            self.key.choices = [*keys, (key, key)]

    def validate_amount(self, field: AmountField) -> None:
        """Needed by the rules that multiply it."""
        if self.rule.data in (AmountRule.FIXED, AmountRule.PER_MEMBER) and not (field.data or "").strip():
            raise ValidationError(_l("Fill in an amount."))

    def validate_key(self, field: Field) -> None:
        """Needed by the rules that look it up."""
        if self.rule.data in (AmountRule.PER_MEMBER, AmountRule.COLUMN) and not field.data:
            raise ValidationError(_l("Choose where the number stands."))

    def terms(self) -> Terms:
        """What a valid form says; what the rule does not ask for is left out."""
        rule = AmountRule(self.rule.data)
        return Terms(
            self.title.data or "",
            UUID(self.vendor.data),
            self.method.data,
            self.provider.data or None,
            self.currency.data,
            rule.value,
            self.amount.amount if rule in (AmountRule.FIXED, AmountRule.PER_MEMBER) else None,
            self.key.data if rule in (AmountRule.PER_MEMBER, AmountRule.COLUMN) else None,
        )

    @property
    def version_seen(self) -> int:
        """The version on the page; one that never was where the field is missing or no number."""
        return _number(self.version.data)


class SeenForm(PortalForm):
    """Yes to what the page showed: its version of the list."""

    version = VersionField()

    @property
    def version_seen(self) -> int:
        """See `TermsForm.version_seen`."""
        return _number(self.version.data)


class AmountForm(SeenForm):
    """What one person receives."""

    amount = AmountField(_l("Amount"), [InputRequired(_l("Fill in an amount."))])

    @property
    def given(self) -> Decimal:
        """The amount of a valid form."""
        if self.amount.amount is None:
            raise ValueError("a form without an amount is not valid")
        return self.amount.amount


class TickedForm(SeenForm):
    """Rows ticked on a page."""

    rows = SelectMultipleField(_l("Rows"), coerce=UUID, choices=(), validate_choice=False)

    def validate_rows(self, field: Field) -> None:
        """Some, and no more than a page has."""
        if not field.data:
            raise ValidationError(_l("Tick at least one person."))
        if len(field.data) > MOST_TICKED:
            raise ValidationError(_l("Tick fewer people at once."))

    def ticked(self) -> list[UUID]:
        """Which; those that are no references are none."""
        return list(self.rows.data or ())


def reason_field(label: Any, description: Any) -> Any:
    """Why, in people's own words."""
    return TextAreaField(
        label,
        [InputRequired(SAY_WHY), Length(max=LONGEST_REASON), no_nul],
        filters=[_stripped],
        description=description,
        render_kw={"rows": 3, "maxlength": LONGEST_REASON},
    )


class HoldForm(TickedForm):
    """Whom to hold out, and why."""

    reason = reason_field(_l("Why they are held out"), _l("Read by everybody who sees the list."))


class ReturnForm(PortalForm):
    """Why a list is returned."""

    reason = reason_field(_l("What is to be changed"), _l("Sent to whoever submitted the list."))


class CancelForm(PortalForm):
    """Why a list is given up."""

    reason = reason_field(_l("Why it is given up"), _l("Read by everybody who sees the list."))


class ApproveForm(PortalForm):
    """Yes to exactly what the page showed: the hash of it."""

    seen = HiddenField(validators=[InputRequired()])


class LimitsForm(PortalForm):
    """Up to which totals one approver is enough."""

    others = AmountField(_l("In any other currency"), [InputRequired(_l("Fill in an amount."))])
    currency = SelectField(_l("Another currency"), filters=[_chosen])
    most = AmountField(_l("One approver is enough up to"))

    def offer(self, currencies: Sequence[str]) -> None:
        """Let the person choose among currencies that have no limit of their own yet."""
        self.currency.choices = [("", _l("None")), *((code, code) for code in currencies)]

    def validate_most(self, field: AmountField) -> None:
        """A currency and its limit go together."""
        if bool(self.currency.data) != bool((field.data or "").strip()):
            raise ValidationError(_l("Choose a currency and fill in its limit."))

    def limits(self, before: Limits) -> Limits:
        """What a valid form says: what was there, with the new currency's limit."""
        told = dict(before.by_currency)
        if self.currency.data and self.most.amount is not None:
            told[self.currency.data] = self.most.amount
        return Limits(self.others.amount or before.others, told)


NOT_A_VERSION = -1


def _number(typed: str | None) -> int:
    typed = typed or ""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else NOT_A_VERSION
