"""What somebody complains about. Nothing is asked for but the words."""

from collections.abc import Iterable
from uuid import UUID

from flask import current_app
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from portal.core.errors import Refusal
from portal.intake.forms.sent_file import SentFileForm
from portal.messages.addresses import Address
from portal.users.phones import USUAL_REGION, fold_phone
from portal.web.forms import no_nul

LONGEST_WORDS, LONGEST_NAME, LONGEST_ADDRESS = 5_000, 200, 254


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class ComplaintForm(SentFileForm):
    """The public form. `website` is seen by programs alone, which fill in whatever there is."""

    words = TextAreaField(
        _l("What happened?"),
        [DataRequired(_l("Write what happened, in a sentence or two.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        render_kw={"rows": 7},
    )
    about = SelectField(_l("What is it about?"), filters=[_stripped])
    name = StringField(
        _l("Your name"),
        [Length(max=LONGEST_NAME), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "name"},
    )
    phone = StringField(
        _l("Your phone"),
        [Length(max=LONGEST_ADDRESS), no_nul],
        filters=[_stripped],
        description=_l(
            "We send your code there by SMS. Leave it empty if somebody else reads your messages."
        ),
        render_kw={"autocomplete": "tel", "inputmode": "tel", "dir": "ltr"},
    )
    email = StringField(
        _l("Your e-mail address"),
        [Length(max=LONGEST_ADDRESS), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "email", "inputmode": "email", "dir": "ltr", "autocapitalize": "none"},
    )
    website = StringField(_l("Leave this empty"), render_kw={"autocomplete": "off", "tabindex": "-1"})

    def offer(self, categories: Iterable[tuple[UUID, str]]) -> None:
        """Let the person say what it is about: categories with their names in the language of the page."""
        self.about.choices = [
            ("", _l("I do not know")),
            *((str(uuid), name) for uuid, name in categories),
        ]

    def validate_phone(self, field: Field) -> None:
        """A number that an SMS can go to."""
        if field.data and self.phone_to_call is None:
            raise ValidationError(
                _l("This is no phone number. Write it with the code of its country, or leave it empty.")
            )

    def validate_email(self, field: Field) -> None:
        """An address that a message can go to."""
        if field.data:
            try:
                Address("EMAIL", field.data)
            except Refusal as refusal:
                raise ValidationError(
                    _l("This is no e-mail address. Correct it, or leave it empty.")
                ) from refusal

    def validate_website(self, field: Field) -> None:
        """Nothing."""
        if field.data:
            raise ValidationError(_l("Leave this field empty: it is there to tell people from programs."))

    @property
    def phone_to_call(self) -> str | None:
        """The number as E.164 has it; None for none."""
        region: str = current_app.config.get("PORTAL_REGION", USUAL_REGION)
        return fold_phone(self.phone.data or "", region) if self.phone.data else None

    @property
    def category(self) -> UUID | None:
        """What was chosen."""
        return UUID(self.about.data) if self.about.data else None

    @property
    def contact(self) -> str:
        """How to reach them, the phone first; nothing where they left nothing."""
        return " ".join(part for part in (self.phone_to_call, self.email.data) if part)
