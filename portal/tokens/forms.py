"""The shape of one token: put into the registry and changed."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from portal.core.enums import TokenDataType
from portal.core.errors import sentence
from portal.core.values import Context, Converted, Problem
from portal.core.values.contacts import convert_wallet
from portal.core.values.outcome import ABSENT
from portal.core.values.text import clean
from portal.tokens.facts import TokenFacts
from portal.tokens.models import Token
from portal.tokens.operations import MOST_BLOCK
from portal.tokens.supply import MOST_DECIMALS, in_tokens
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.reading import ReadField, stripped

LONGEST_NAME, LONGEST_DESCRIPTION = 100, 1_000
NO_ADDRESS = sentence(
    "“%(value)s” is not the address of a contract: 0x and 40 digits or letters from a to f."
)
MISTYPED = sentence(
    "The capitals of the address “%(value)s” do not fit its digits, so one of them is mistyped."
)
HASH_HINT = _l("0x and 64 digits or letters from a to f.")
CODE = {"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}


def convert_contract(cell: str, context: Context) -> Converted:
    """The address of a contract in its EIP-55 spelling; one in mixed case must already be spelt that way."""
    read = convert_wallet(cell, context)
    if read.problem is None:
        return read
    said = MISTYPED if read.problem.code == "checksum" else NO_ADDRESS
    return Converted(problem=Problem(context.field, read.problem.code, said, read.problem.params))


def convert_hash(cell: str, _context: Context) -> Converted:
    """The hash of a transaction, in lower case; the operation says whether it is one."""
    text = clean(cell)
    return Converted(text.lower()) if text else ABSENT


class FactsForm(PortalForm):
    """What is known of a token."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give the token its name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[stripped],
    )
    symbol = StringField(
        _l("Symbol"),
        [DataRequired(_l("Fill in the symbol.")), no_nul],
        filters=[stripped],
        description=_l("Stands beside amounts, such as cUSD."),
        render_kw=CODE,
    )
    description = TextAreaField(
        _l("Description"),
        [Optional(), Length(max=LONGEST_DESCRIPTION), no_nul],
        filters=[stripped],
        render_kw={"rows": 2},
    )
    contract_address = ReadField(
        _l("Contract address"),
        convert_contract,
        validators=[DataRequired(_l("Fill in the address of the contract."))],
        render_kw=CODE,
    )
    decimals = IntegerField(
        _l("Decimals"),
        [
            InputRequired(_l("Fill in how many decimals the contract has.")),
            NumberRange(0, MOST_DECIMALS, _l("A token has from 0 to 77 decimals.")),
        ],
        description=_l("As the contract says, often 18 or 6."),
    )
    initial_supply = StringField(
        _l("Supply"),
        [DataRequired(_l("Fill in how many there are.")), no_nul],
        filters=[stripped],
        description=_l("In whole tokens: 1000000 or 0.5."),
        render_kw={"inputmode": "decimal", **CODE},
    )
    from_block = IntegerField(
        _l("First block"),
        [
            InputRequired(_l("Fill in the block from which on the token is there.")),
            NumberRange(0, MOST_BLOCK, _l("This is not the number of a block.")),
        ],
        description=_l("Of its chain, from which on transfers are looked at."),
    )
    transaction_hash = ReadField(
        _l("Transaction that made it"),
        convert_hash,
        description=HASH_HINT,
        render_kw=CODE,
    )

    def facts(self, kind: TokenDataType) -> TokenFacts:
        """What a valid form says of a token of this kind."""
        return TokenFacts(
            name=self.name.data or "",
            symbol=self.symbol.data or "",
            decimals=self.decimals.data or 0,
            initial_supply=self.initial_supply.data or "",
            from_block=self.from_block.data or 0,
            contract_address=self.contract_address.value or "",
            type=kind,
            transaction_hash=self.transaction_hash.value,
            description=self.description.data or None,
        )


class NewForm(OnceForm, FactsForm):
    """A token that was made for this programme, or one that is there already."""


class CreatedForm(NewForm):
    """One that was made for this programme, by a transaction that is known."""

    transaction_hash = ReadField(
        _l("Transaction that made it"),
        convert_hash,
        validators=[DataRequired(_l("Fill in the transaction that made the token."))],
        description=HASH_HINT,
        render_kw=CODE,
    )


class EditForm(FactsForm):
    """The same of a token in the registry; `version` is the state that was on the page."""

    version = VersionField()

    @property
    def version_seen(self) -> int:
        """The version on the page; one that never was where the field is missing or no number."""
        seen = self.version.data or ""
        return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1


def values_of(token: Token) -> dict[str, str | int | None]:
    """A token as its form shows it."""
    return {
        "name": token.name,
        "symbol": token.symbol,
        "description": token.description,
        "contract_address": token.contract_address,
        "decimals": token.decimals,
        "initial_supply": in_tokens(token.initial_supply, token.decimals),
        "from_block": token.from_block,
        "transaction_hash": token.transaction_hash,
    }
