"""Shapes of fields for signing in."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length, ValidationError

from portal.auth.limits import LONGEST_PASSWORD
from portal.web.forms import PortalForm

LONGEST_EMAIL = 254


def _no_null(_form: PortalForm, field: EmailField) -> None:
    if "\0" in (field.data or ""):
        raise ValidationError(_l("This holds a character that no address has."))


class SignInForm(PortalForm):
    """E-mail address and password. Their looks are not checked: what fits no account is refused as one."""

    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=LONGEST_EMAIL), _no_null],
        render_kw={
            "autocomplete": "username",
            "autofocus": True,
            "inputmode": "email",
            "spellcheck": "false",
        },
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class PasswordForm(PortalForm):
    """A new password, twice, and the one it replaces."""

    current = PasswordField(
        _l("Your password until now"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
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
