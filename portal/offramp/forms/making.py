"""What is asked for: through whom, on which chain, how much, and whose mobile money; for one request or for a list."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import TelInput

from portal.core.values.money import currencies
from portal.core.values.phone import convert_phone
from portal.offramp.chains import CHAINS
from portal.offramp.queries.making import Usual
from portal.web.amounts import AmountField
from portal.web.forms import OnceForm, PortalForm, no_nul
from portal.web.picking import Find, PickField
from portal.web.reading import ReadField

QUOTE, CHANGE, MAKE = "quote", "change", "make"
"""What the buttons of the form say: show what it costs, let me change it, do it."""
_CODE = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class TermsForm(PortalForm):
    """What many requests can share."""

    provider = PickField(_l("Provider"), [DataRequired(_l("Choose a provider."))])
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

    def offer(self, providers: Find, usual: Usual) -> None:
        """Let the maker choose among these providers; begin with what was taken last time."""
        begins = not self.is_submitted()
        if begins:
            self.provider.data = str(usual.provider or "")
            self.chain.data, self.sender_address.data = usual.chain, usual.sender_address
            self.currency.data, self.network.data = usual.currency, usual.network
        self.provider.offer(providers, ("", _l("Choose")))
        known = {value for value, *_more in self.provider.iter_choices() if value}
        if begins and self.provider.data not in known:  # none before, or it is at rest now
            self.provider.data = self.provider.only or ""


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

    def offer_tokens(self, symbols: Iterable[str], usual: Usual) -> None:
        """Let the maker choose among these tokens too."""
        self.token.choices = [(symbol, symbol) for symbol in symbols]
        if not self.is_submitted():
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
