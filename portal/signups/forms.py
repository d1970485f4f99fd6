"""The shapes of what is typed about requests for an account."""

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import DataRequired, Email, InputRequired, Length, Optional

from portal.core.values.contacts import convert_wallet
from portal.staff.forms import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_REASON,
    BoxesField,
    GrantForm,
)
from portal.web.forms import PortalForm, no_nul
from portal.web.reading import ReadField

LONGEST_WORDS, LONGEST_PLACE = 2_000, 500


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class AskerForm(PortalForm):
    """Who asks for an account."""

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


class AskForm(AskerForm):
    """Somebody who would work with the portal, and what for."""

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


class AskAsVendorForm(AskerForm):
    """Somebody who hands out goods or cash: their shop, and how they are reached and paid."""

    phone = TelField(
        _l("Phone"),
        [DataRequired(_l("Enter your phone number.")), Length(max=LONGEST_PHONE), no_nul],
        filters=[_stripped],
        description=_l("With the code of the country, such as +977."),
        render_kw={"autocomplete": "tel"},
    )
    organisation = StringField(
        _l("Name of the shop"),
        [DataRequired(_l("Enter the name of your shop.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "organization"},
    )
    place = StringField(
        _l("Where is it?"),
        [DataRequired(_l("Say where your shop is.")), Length(max=LONGEST_PLACE), no_nul],
        filters=[_stripped],
        description=_l("As people there would say it: market, street, district."),
    )
    wallet = ReadField(
        _l("Wallet"),
        convert_wallet,
        description=_l("Only if you have one: 0x and 40 figures or letters."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    reason = TextAreaField(
        _l("What do you sell or hand out?"),
        [DataRequired(_l("Say what you sell or hand out.")), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        render_kw={"rows": 3},
    )


class ApproveVendorForm(PortalForm):
    """How a vendor whose request is approved stands from the beginning."""

    standing = RadioField(
        _l("How they begin"),
        [InputRequired()],
        choices=[
            ("approved", _l("Approved: they can be paid as soon as they work in a project")),
            ("pending", _l("Not yet: papers are still missing, and somebody approves them later")),
        ],
        default="approved",
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
