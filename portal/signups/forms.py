"""The shapes of what is typed about requests for an account."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional

from portal.staff.forms import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_REASON,
    BoxesField,
    GrantForm,
)
from portal.web.forms import PortalForm, no_nul

LONGEST_WORDS = 2_000


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class AskForm(PortalForm):
    """Who asks for an account, and what for."""

    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Enter your name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _l("E-mail address"),
        [
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=LONGEST_EMAIL),
            no_nul,
            Email(_l("This is no e-mail address.")),
        ],
        filters=[_stripped],
        description=_l("The answer goes there."),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    phone = TelField(
        _l("Phone"),
        [Optional(), Length(max=LONGEST_PHONE), no_nul],
        filters=[_stripped],
        description=_l("With the code of the country, such as +977."),
        render_kw={"autocomplete": "tel"},
    )
    organisation = StringField(
        _l("Organisation"),
        [DataRequired(_l("Enter the organisation you work for.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "organization"},
    )
    reason = TextAreaField(
        _l("What do you need the account for?"),
        [DataRequired(_l("Say what you need the account for.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        render_kw={"rows": 4},
    )


class ApproveForm(GrantForm):
    """The roles of somebody whose request is approved, with their limits."""

    roles = BoxesField(
        _l("Roles"),
        [DataRequired(_l("Choose at least one role: without one they cannot sign in."))],
        coerce=int,
    )


class RejectForm(PortalForm):
    """Why a request is turned down."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(max=LONGEST_REASON), no_nul],
        filters=[_stripped],
        description=_l("The person reads this in a message."),
        render_kw={"rows": 3},
    )
