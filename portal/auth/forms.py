"""Shapes of fields for signing in."""

from contextlib import suppress
from typing import Self

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from portal.auth.identifiers import Identifier
from portal.auth.limits import LONGEST_PASSWORD
from portal.auth.wallet_messages import is_signature
from portal.core.enums import Gender, Service
from portal.core.errors import Refusal
from portal.core.wallets import checksum, is_address, is_checksummed
from portal.messages.addresses import Address
from portal.users.emails import fold_email
from portal.users.phones import fold_phone
from portal.web.forms import PortalForm, no_nul
from portal.web.labels import choices

LONGEST_IDENTIFIER = 254
LONGEST_NAME = 200
LONGEST_CODE = 40


def _no_null(_form: PortalForm, field: StringField) -> None:
    if "\0" in (field.data or ""):
        raise ValidationError(_l("This holds a character that no address has."))


def _without_blanks(typed: str | None) -> str:
    return "".join((typed or "").split())


class IdentifierForm(PortalForm):
    """Who wants to come in: an e-mail address or a phone number. Its look is not checked: what fits no account is
    answered as one that does."""

    identifier = StringField(
        _l("E-mail or phone"),
        [
            InputRequired(_l("Enter your e-mail address or phone number.")),
            Length(max=LONGEST_IDENTIFIER),
            _no_null,
        ],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "autofocus": True,
            "inputmode": "email",
            "spellcheck": "false",
        },
    )
    next = HiddenField()


class SignInForm(IdentifierForm):
    """The same, and the password."""

    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class CodeForm(PortalForm):
    """A code that came by e-mail or SMS."""

    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the code from the message.")), Length(max=LONGEST_CODE), _no_null],
        render_kw={
            "autocomplete": "one-time-code",
            "autofocus": True,
            "inputmode": "numeric",
            "spellcheck": "false",
        },
    )
    next = HiddenField()


class NewPasswordForm(PortalForm):
    """A new password, twice."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter a new password."))],
        description=_l("At least 15 characters. A few words in a row are easy to keep in mind."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [
            InputRequired(_l("Enter the new password again.")),
            EqualTo("password", _l("The two are not the same.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def with_shortest(self, count: int) -> Self:
        """The same, with a hint for a password that may be so short."""
        self.password.description = _l(
            "At least %(count)s characters. A few words in a row are easy to keep in mind.", count=count
        )
        return self


class LinkPasswordForm(NewPasswordForm):
    """The same, by the token of a link."""

    token = HiddenField()


class OfferForm(PortalForm):
    """Yes to what a link offers, by its token."""

    token = HiddenField()


class PasswordForm(NewPasswordForm):
    """The same, and the password that it replaces."""

    current = PasswordField(
        _l("Your password until now"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )


class ConfirmForm(PortalForm):
    """One's password once more, before something that matters. Who has none is not asked for it."""

    current = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )

    def ask(self, has_password: bool) -> Self:
        """This form, without its field for those who could not fill it in."""
        if not has_password:
            del self.current
        return self

    @property
    def password(self) -> str:
        """What was typed; empty where it was not asked for."""
        return str(self.current.data or "") if "current" in self else ""


class ProfileForm(PortalForm):
    """What one is called. The addresses are changed on pages of their own."""

    name = StringField(
        _l("Name"),
        [InputRequired(_l("Enter your name.")), Length(max=LONGEST_NAME), no_nul],
        render_kw={"autocomplete": "name"},
    )
    gender = SelectField(_l("Gender"), choices=choices(Gender))
    version = HiddenField()


class EmailForm(ConfirmForm):
    """Another e-mail address."""

    address = StringField(
        _l("New e-mail address"),
        [InputRequired(_l("Enter your new e-mail address.")), Length(max=LONGEST_IDENTIFIER)],
        render_kw={
            "autocomplete": "email",
            "autocapitalize": "none",
            "inputmode": "email",
            "spellcheck": "false",
        },
    )

    def read(self, _region: str) -> Identifier | None:
        """The address, None where it is none."""
        found = fold_email(self.address.data or "")
        with suppress(Refusal):
            return Identifier(Service.EMAIL, Address("EMAIL", found).to)
        return None


class PhoneForm(ConfirmForm):
    """Another phone number."""

    address = StringField(
        _l("New phone number"),
        [InputRequired(_l("Enter your new phone number.")), Length(max=LONGEST_IDENTIFIER)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )

    def read(self, region: str) -> Identifier | None:
        """The number, None where it is none; one without a country is of the region."""
        found = fold_phone(self.address.data or "", region)
        return Identifier(Service.PHONE, found) if found else None


class WalletForm(PortalForm):
    """Which wallet."""

    address = StringField(
        _l("Wallet address"),
        [InputRequired(_l("Enter the address of your wallet.")), Length(max=LONGEST_IDENTIFIER)],
        description=_l("It begins with 0x and has 42 characters."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    next = HiddenField()

    def validate_address(self, field: StringField) -> None:
        """An address in small letters or capitals alone is taken; in mixed case its letters tell mistyping."""
        address = (field.data or "").strip()
        digits = address[2:]
        if not is_address(address) or not (
            digits in (digits.lower(), digits.upper()) or is_checksummed(address)
        ):
            raise ValidationError(_l("This is not a wallet address. Copy it from your wallet."))

    @property
    def checksummed(self) -> str:
        """The address as EIP-55 writes it. Only after validation."""
        return checksum((self.address.data or "").strip())


class OwnWalletForm(WalletForm, ConfirmForm):
    """Which wallet shall be one's own, and one's password."""


class SignatureForm(PortalForm):
    """What a wallet made of the text."""

    signature = StringField(
        _l("Signature"),
        [InputRequired(_l("Paste the signature that your wallet made."))],
        description=_l("It begins with 0x and has 132 characters."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )

    def validate_signature(self, field: StringField) -> None:
        """Its form; whose it is shows later."""
        field.data = (field.data or "").strip()
        if not is_signature(field.data):
            raise ValidationError(_l("This is not a signature. Copy all of it from your wallet."))


class SecondFactorForm(PortalForm):
    """The code that the phone shows, as it is typed: with blanks or without."""

    code = StringField(
        _l("Code from your phone"),
        [InputRequired(_l("Enter the code.")), Length(max=LONGEST_CODE)],
        filters=[_without_blanks],
        description=_l("Six figures. A new code comes every 30 seconds."),
        render_kw={
            "autocomplete": "one-time-code",
            "autofocus": True,
            "inputmode": "numeric",
            "spellcheck": "false",
        },
    )
    next = HiddenField()


class RecoveryCodeForm(SecondFactorForm):
    """One of the codes that were shown when the second factor was set up."""

    code = StringField(
        _l("Recovery code"),
        [InputRequired(_l("Enter a recovery code.")), Length(max=LONGEST_CODE)],
        description=_l("One of the ten you were shown, such as 3k8fz-w0q2m. Each is good for once."),
        render_kw={
            "autocapitalize": "none",
            "autocomplete": "off",
            "autofocus": True,
            "spellcheck": "false",
        },
    )


class SecondFactorChangeForm(PortalForm):
    """What is asked for before the second factor changes: the password, and a code of the phone."""

    current = PasswordField(
        _l("Your password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        _l("Code from your phone"),
        [InputRequired(_l("Enter the code.")), Length(max=LONGEST_CODE)],
        filters=[_without_blanks],
        description=_l("The six figures that the app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
    )
