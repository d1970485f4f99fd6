"""What somebody says who comes back to their case: code and PIN, and what they have to add."""

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.intake.forms.sent_file import SentFileForm
from portal.intake.forms.tickets import TicketForm
from portal.intake.tickets import read, sign
from portal.web.forms import no_nul

LONGEST_WORDS = 5_000
SHOWN = "case"
SHOWN_FOR = 7_200
"""Seconds for which who showed the PIN need not show it again, on the page that they were given."""


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class PinForm(TicketForm):
    """Code and PIN. `words` is what was typed on a page that lay open for too long: it comes along."""

    code = StringField(
        _l("Code"),
        [DataRequired(_l("Write the code of your complaint.")), Length(max=40), no_nul],
        filters=[_stripped],
        render_kw={
            "autocomplete": "off",
            "spellcheck": "false",
            "autocapitalize": "characters",
            "dir": "ltr",
        },
    )
    pin = StringField(
        _l("PIN"),
        [DataRequired(_l("Write the six figures that came with the code.")), Length(max=40), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "off", "inputmode": "numeric", "dir": "ltr"},
    )
    words = HiddenField(filters=[_stripped])


class CaseForm(TicketForm):
    """What is sent from the page of a case: `shown` says whose it is, signed when the PIN was right."""

    shown = HiddenField()

    @property
    def case(self) -> str | None:
        """The uuid of the case whose PIN was shown; None where it was not, or too long ago."""
        return read(current_app.config["SECRET_KEY"], SHOWN, self.shown.data or "", SHOWN_FOR)


class ShownForm(CaseForm):
    """Words to a case."""

    words = TextAreaField(
        _l("What do you want to say?"),
        [DataRequired(_l("Write what you want to say.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        render_kw={"rows": 4},
    )


class OwnFileForm(CaseForm, SentFileForm):
    """A file to a case."""

    def validate_file(self, field: Field) -> None:
        """There is one, of a kind that is taken."""
        if self.sent is None:
            raise ValidationError(_l("Choose a file."))
        super().validate_file(field)


def shown_for(case: object) -> str:
    """What the page of a case carries once its PIN was right."""
    return sign(current_app.config["SECRET_KEY"], SHOWN, str(case))
