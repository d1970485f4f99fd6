"""The shape of one person: registering somebody new, and changing what is known of somebody."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FormField, HiddenField, SelectField, StringField, SubmitField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import DateInput, EmailInput, TelInput

from portal.beneficiaries.facts import FACTS, GOVT_ID, PersonFacts
from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus
from portal.core.values.contacts import convert_email, convert_wallet
from portal.core.values.dates import convert_birth_date
from portal.core.values.numbers import convert_age, convert_latitude, convert_longitude
from portal.core.values.phone import convert_phone
from portal.web.extras import ExtraForm, ExtrasField, check_rows
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.labels import choices
from portal.web.picking import Find, PickField
from portal.web.reading import ReadField, stripped

_OFF = {"autocomplete": "off"}
"""A browser must not offer one person's data for the next one."""


class PersonExtras(ExtrasField):
    """Rows of a person's own."""

    elsewhere = {GOVT_ID: _l("The government ID has a field of its own.")}


class FactsForm(PortalForm):
    """What is known of a person."""

    name = StringField(
        _l("Name"), [Optional(), Length(max=200), no_nul], filters=[stripped], render_kw=_OFF,
        description=_l("As the person writes it, in any script."),
    )  # fmt: skip
    gender = SelectField(_l("Gender"), choices=choices(Gender), default=Gender.UNKNOWN.value)
    birth_date = ReadField(_l("Birth date"), convert_birth_date, widget=DateInput(), render_kw=_OFF)
    age = ReadField(
        _l("Age"), convert_age, render_kw={**_OFF, "inputmode": "numeric"},
        description=_l("In years, where the birth date is not known."),
    )  # fmt: skip
    phone = ReadField(_l("Phone"), convert_phone, widget=TelInput(), render_kw=_OFF)
    no_phone = BooleanField(_l("Has no phone"))
    email = ReadField(_l("E-mail"), convert_email, widget=EmailInput(), render_kw=_OFF)
    govt_id = StringField(
        _l("Government ID"), [Optional(), Length(max=100), no_nul], filters=[stripped], render_kw=_OFF
    )
    location = StringField(
        _l("Location"), [Optional(), Length(max=500), no_nul], filters=[stripped], render_kw=_OFF
    )
    latitude = ReadField(
        _l("Latitude"), convert_latitude, render_kw={**_OFF, "inputmode": "decimal"},
        description=_l("Degrees north, such as 28.2; south with a minus."),
    )  # fmt: skip
    longitude = ReadField(
        _l("Longitude"), convert_longitude, render_kw={**_OFF, "inputmode": "decimal"},
        description=_l("Degrees east, such as 81.4; west with a minus."),
    )  # fmt: skip
    banked_status = SelectField(_l("Bank account"), choices=choices(BankedStatus), default="UNKNOWN")
    phone_status = SelectField(_l("Phone type"), choices=choices(PhoneStatus), default="UNKNOWN")
    internet_status = SelectField(_l("Internet"), choices=choices(InternetStatus), default="UNKNOWN")
    wallet = ReadField(_l("Wallet"), convert_wallet, render_kw=_OFF)
    notes = TextAreaField(
        _l("Notes"), [Optional(), Length(max=10_000), no_nul], filters=[stripped], render_kw={"rows": 3}
    )
    extras = PersonExtras(FormField(ExtraForm), _l("More about this person"), [check_rows])
    more = SubmitField(_l("Add another row"))

    def validate_no_phone(self, field: BooleanField) -> None:
        """There is a number, or there is none: not both."""
        if field.data and self.phone.data:
            raise ValidationError(_l("Enter a number or tick this box, not both."))

    def validate_age(self, field: ReadField) -> None:
        """An age beside a birth date would be a second truth."""
        if field.data and self.birth_date.data:
            raise ValidationError(_l("The age follows from the birth date: leave this empty."))

    def validate_longitude(self, field: ReadField) -> None:
        """A place has both."""
        whole = next((one.value for one in (self.latitude, field) if isinstance(one.value, tuple)), None)
        if whole is not None:  # both were put into one field
            self.latitude.value, field.value = whole
        elif bool(self.latitude.data) != bool(field.data):
            raise ValidationError(_l("Enter latitude and longitude, or neither."))

    @property
    def asks_for_a_row(self) -> bool:
        """Whether the form was sent only to get another row."""
        return "more" in self and bool(self.more.data)

    def value_of(self, fact: str) -> Any:
        """What a valid form says of a fact, typed as PersonFacts has it."""
        field: Any = self[fact]
        if isinstance(field, ReadField):
            return field.value
        if isinstance(field, ExtrasField):
            return field.typed()
        if isinstance(field, SelectField):
            return _ENUMS[fact](field.data)
        return field.data or None

    def values(self) -> dict[str, Any]:
        """All that a valid form says, by fact."""
        return {fact: self.value_of(fact) for fact in FACTS if fact in self}


_ENUMS: dict[str, Any] = {
    "gender": Gender,
    "banked_status": BankedStatus,
    "phone_status": PhoneStatus,
    "internet_status": InternetStatus,
}


class RegisterForm(OnceForm, FactsForm):
    """Somebody new, and where they belong."""

    group = PickField(_l("Group"))
    project = PickField(_l("Project"))
    all_the_same = BooleanField(_l("This is somebody else: register them all the same"))

    def validate_phone(self, field: ReadField) -> None:
        """Nobody forgets to ask: a person without a phone is said to have none."""
        if not field.data and not self.no_phone.data:
            raise ValidationError(_l("Enter a phone number, or tick “Has no phone”."))

    def validate_name(self, field: StringField) -> None:
        """Somebody without a name and a phone could be anybody."""
        if not field.data and not self.phone.data:
            raise ValidationError(_l("Enter a name: without a phone nothing else tells who this is."))

    def __init__(self, **options: Any) -> None:
        """A form whose phone is asked for, or its box."""
        super().__init__(**options)
        self.phone.flags.or_none = True

    def offer(self, groups: Find, projects: Find, names: Mapping[str, str], *, must_choose: bool) -> None:
        """Let the person who registers choose where somebody joins; `must_choose` one of their projects.

        `names` says for both fields where names are suggested.
        """
        self.group.offer(groups, ("", _l("No group")), suggestions=names["group"])
        nothing = _l("Choose a project") if must_choose else _l("No project")
        self.project.offer(projects, ("", nothing), suggestions=names["project"])

    def facts(self) -> PersonFacts:
        """The person that a valid form describes."""
        return PersonFacts(**self.values())

    @property
    def chosen(self) -> dict[str, UUID | None]:
        """The group and the project of a valid form."""
        return {
            "group": UUID(self.group.data) if self.group.data else None,
            "project": UUID(self.project.data) if self.project.data else None,
        }


class EditForm(FactsForm):
    """What is known of somebody. `version` says from which state the form was filled, `seen` what stood in it then.

    Phone and government id are not shown: an empty field leaves them, and a box says that there is none any more.
    """

    version = VersionField()
    seen = HiddenField()
    no_govt_id = BooleanField(_l("Has no government ID any more"))
    all_the_same = BooleanField(_l("This is somebody else: save all the same"))

    def validate_no_govt_id(self, field: BooleanField) -> None:
        """There is one, or there is none: not both."""
        if field.data and self.govt_id.data:
            raise ValidationError(_l("Enter the ID or tick this box, not both."))

    @property
    def read_version(self) -> int | None:
        """The version that the form was filled from; None for none and for nonsense."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None

    @property
    def read_seen(self) -> dict[str, str]:
        """What stood in each field at first, as a digest; nothing for nonsense."""
        try:
            found = json.loads(self.seen.data or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def sent(self, fact: str) -> bool:
        """Whether anything was sent of a fact that no empty field takes away: a wallet, the rows of one's own."""
        return fact in self and bool(self[fact].data)

    def changes(self) -> dict[str, Any]:
        """What a valid form says, by fact, without what it leaves as it is."""
        said = self.values()
        for fact, box in (("phone", "no_phone"), ("govt_id", "no_govt_id")):
            if fact in said and not said[fact] and not self[box].data:
                del said[fact]
        for fact in ("wallet", "extras"):
            if not self.sent(fact):
                said.pop(fact, None)
        return said
