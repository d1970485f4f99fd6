"""What is asked for: through whom, on which chain, how much, and whose mobile money; for one request or for a list."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TelInput

from portal.core.values.money import currencies
from portal.core.values.phone import convert_phone
from portal.offramp.chains import CHAINS
from portal.offramp.queries.making import Choices, Usual
from portal.web.amounts import AmountField
from portal.web.forms import OnceForm, PortalForm, no_nul
from portal.web.reading import ReadField

QUOTE, CHANGE, MAKE = "quote", "change", "make"
"""What the buttons of the form say: show what it costs, let me change it, do it."""
_CODE = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _empty_for_none(value: str | None) -> str:
    return value or ""


class TermsForm(PortalForm):
    """What many requests can share."""

    provider = SelectField(
        _l("Provider"), [DataRequired(_l("Choose a provider."))], filters=[_empty_for_none]
    )
    chain = SelectField(
        _l("Chain"), [DataRequired(_l("Choose a chain."))], choices=[(name, name) for name in CHAINS]
    )
    sender_address = StringField(
        _l("Address that the tokens are sent from"),
        [DataRequired(_l("Fill in the address.")), Length(max=100), no_nul],
        filters=[_stripped],
        render_kw=_CODE,
    )
    currency = SelectField(
        _l("Paid out in"),
        [DataRequired(_l("Choose a currency."))],
        choices=[(code, code) for code in sorted(currencies())],
    )
    network = StringField(
        _l("Network of the mobile money"),
        [DataRequired(_l("Fill in the network of the mobile account.")), Length(max=60), no_nul],
        filters=[_stripped],
        description=_l("As the provider calls it, such as MTN or MPESA."),
        render_kw={"autocomplete": "off"},
    )
    quote = HiddenField()
    """What the provider quoted, sealed; it holds for what it was asked for."""
    step = HiddenField()

    def offer(self, choices: Choices, usual: Usual | None) -> None:
        """Let the maker choose among what is there; begin with what was taken last time."""
        self.provider.choices = _chosen(choices.providers)
        if self.is_submitted():
            return
        if len(choices.providers) == 1:
            self.provider.data = str(choices.providers[0][0])
        if usual is not None:
            self.provider.data = str(usual.provider) if usual.provider else self.provider.data
            self.chain.data, self.sender_address.data = usual.chain, usual.sender_address
            self.currency.data, self.network.data = usual.currency, usual.network


class RequestForm(TermsForm, OnceForm):
    """One request. Whom it pays is typed, or is a person whose phone and name are known."""

    token = SelectField(_l("Token"), [DataRequired(_l("Choose a token."))])
    amount = AmountField(_l("Amount"), [InputRequired(_l("Fill in an amount."))])
    phone = ReadField(
        _l("Phone of the mobile money"),
        convert_phone,
        validators=[InputRequired(_l("Fill in a phone number with its country code."))],
        widget=TelInput(),
        render_kw={"autocomplete": "off", "dir": "ltr"},
    )
    name = StringField(
        _l("Name under which the account runs"),
        [DataRequired(_l("Fill in the name under which the account runs.")), Length(max=200), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "off"},
    )

    def offer(self, choices: Choices, usual: Usual | None) -> None:
        """The same, and the tokens."""
        super().offer(choices, usual)
        self.token.choices = [(symbol, symbol) for symbol in choices.tokens]
        if usual is not None and not self.is_submitted():
            self.token.data = usual.token

    def key(self) -> UUID:
        """What this page is sent under, the first time and each time after. Without it, one that never comes again."""
        try:
            return UUID(self.once.data or "")
        except ValueError:
            return uuid4()

    def pay_person(self) -> None:
        """Ask for no phone and no name: they are known."""
        del self.phone
        del self.name


def _chosen(options: Sequence[tuple[UUID, str]]) -> list[tuple[str, Any]]:
    return [("", _l("Choose")), *((str(uuid), name) for uuid, name in options)]
