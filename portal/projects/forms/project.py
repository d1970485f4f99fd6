"""The shape of one project: made and changed."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import FormField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from portal.core.errors import sentence
from portal.core.values import Context, Converted, Problem
from portal.core.values.contacts import convert_wallet
from portal.projects.facts import ProjectFacts
from portal.web.extras import ExtraForm, ExtrasField, check_rows
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.reading import ReadField, stripped

LONGEST_NAME, LONGEST_TYPE, LONGEST_DESCRIPTION = 200, 60, 5_000
NO_ADDRESS = sentence(
    "“%(value)s” is not the address of a contract: 0x and 40 digits or letters from a to f."
)
MISTYPED = sentence(
    "The capitals of the address “%(value)s” do not fit its digits, so one of them is mistyped."
)


def _tidied(value: str | None) -> str:
    return " ".join((value or "").split())


def convert_contract(cell: str, context: Context) -> Converted:
    """The address of a contract on any chain that writes them as Ethereum does, in its EIP-55 spelling."""
    read = convert_wallet(cell, context)
    if read.problem is None:
        return read
    said = MISTYPED if read.problem.code == "checksum" else NO_ADDRESS
    return Converted(problem=Problem(context.field, read.problem.code, said, read.problem.params))


class FactsForm(PortalForm):
    """What is known of a project."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give the project a name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_tidied],
    )
    type = StringField(
        _l("Type"),
        [DataRequired(_l("Say what kind of project it is.")), Length(max=LONGEST_TYPE), no_nul],
        filters=[_tidied],
        description=_l("What other projects have, or a word of your own: CVA, cash for work, shelter."),
        render_kw={"list": "types", "autocomplete": "off"},
    )
    description = TextAreaField(
        _l("Description"),
        [Optional(), Length(max=LONGEST_DESCRIPTION), no_nul],
        filters=[stripped],
        render_kw={"rows": 3},
    )
    currency = SelectField(
        _l("Currency or token"),
        filters=[stripped],
        description=_l("What is paid in it mostly. Budgets and payouts may be in others, too."),
    )
    time_zone = SelectField(
        _l("Time zone"), filters=[stripped], description=_l("Where its days begin and end.")
    )
    contract_address = ReadField(
        _l("Contract address"),
        convert_contract,
        description=_l("Of the contract that hands out its tokens, where there is one."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    extras = ExtrasField(FormField(ExtraForm), _l("More about this project"), [check_rows])
    more = SubmitField(_l("Add another row"))

    def offer(self, currencies: Sequence[tuple[str, str]], time_zones: Sequence[tuple[str, str]]) -> None:
        """Let the person choose a currency and a time zone, each a value with its words; what stands there stays."""
        for field, offered in ((self.currency, currencies), (self.time_zone, time_zones)):
            known = {value for value, _words in offered}
            kept = [(field.object_data, field.object_data)] if field.object_data else []
            missing = [pair for pair in kept if pair[0] not in known]
            field.choices = [("", _l("Not said")), *missing, *offered]

    @property
    def asks_for_a_row(self) -> bool:
        """Whether the form was sent only to get another row."""
        return bool(self.more.data)

    def facts(self) -> ProjectFacts:
        """What a valid form says."""
        return ProjectFacts(
            name=self.name.data or "",
            type=self.type.data or "",
            description=self.description.data or None,
            contract_address=self.contract_address.value,
            time_zone=self.time_zone.data or None,
            currency=self.currency.data or None,
            extras=dict(self.extras.typed()),
        )


class NewForm(OnceForm, FactsForm):
    """A new project."""


class EditForm(FactsForm):
    """The same of a project that is there; `version` is the state that was on the page."""

    version = VersionField()

    @property
    def version_seen(self) -> int:
        """The version on the page; one that never was where the field is missing or no number."""
        seen = self.version.data or ""
        return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1
