"""The shapes of what is typed about vendors."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, EmailInput, ListWidget, TelInput

from portal.audit.forms import FileForm
from portal.core.values.contacts import convert_email, convert_wallet
from portal.core.values.numbers import convert_latitude, convert_longitude
from portal.core.values.phone import convert_phone
from portal.users.emails import fold_email
from portal.vendors.facts import FACTS, VendorFacts
from portal.vendors.queries.listing import VendorFilter
from portal.vendors.states import VendorState
from portal.vendors.wording import COLUMN_LABELS, STATES
from portal.web.filtering import on_the_calendar
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.picking import Find, PickField
from portal.web.reading import ReadField

LONGEST_NAME, LONGEST_PLACE, LONGEST_REASON = 200, 500, 500
DELETED = "DELETED"
_OFF = {"autocomplete": "off"}


def _tidied(value: str | None) -> str:
    """Without blanks around it, and one blank where several stand."""
    return " ".join((value or "").split())


def _chosen(value: str | None) -> str:
    return value or ""


class FilterForm(PortalForm):
    """The list's filter as it stands in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    project = PickField(_l("Project"))
    state = SelectField(_l("State"), filters=[_chosen])

    def offer(self, projects: Find, suggestions: str, *, deleted: bool) -> None:
        """Let the reader choose among the projects they may see, and `deleted` vendors if they may restore them."""
        self.project.offer(projects, ("", _l("Any")), suggestions=suggestions)
        more = [(DELETED, _l("Deleted"))] if deleted else []
        self.state.choices = [("", _l("In use")), *STATES.items(), *more]

    def chosen(self) -> VendorFilter:
        """The filter that a valid form stands for."""
        state = self.state.data
        return VendorFilter(
            q=self.q.data or "",
            project=UUID(self.project.data) if self.project.data else None,
            state=VendorState(state) if state and state != DELETED else None,
            deleted=state == DELETED,
        )


class VendorForm(PortalForm):
    """What is known of a vendor."""

    name = StringField(
        _l("Name of the shop or person"),
        [DataRequired(_l("Enter a name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_tidied],
        render_kw=_OFF,
    )
    contact = StringField(
        _l("Contact"),
        [Optional(), Length(max=LONGEST_NAME), no_nul],
        filters=[_tidied],
        description=_l("Who answers there, if the name does not say so."),
        render_kw=_OFF,
    )
    phone = ReadField(
        _l("Phone"),
        convert_phone,
        widget=TelInput(),
        description=_l("A number without the code of its country is one of this portal’s."),
        render_kw=_OFF,
    )
    email = ReadField(
        _l("E-mail"), convert_email, widget=EmailInput(), render_kw={**_OFF, "spellcheck": "false"}
    )
    location = StringField(
        _l("Place"),
        [Optional(), Length(max=LONGEST_PLACE), no_nul],
        filters=[_tidied],
        description=_l("As people there would say it: market, street, district."),
        render_kw=_OFF,
    )
    latitude = ReadField(
        _l("Latitude"), convert_latitude, render_kw={**_OFF, "inputmode": "decimal"},
        description=_l("Degrees north, such as 28.2; south with a minus."),
    )  # fmt: skip
    longitude = ReadField(
        _l("Longitude"), convert_longitude, render_kw={**_OFF, "inputmode": "decimal"},
        description=_l("Degrees east, such as 81.4; west with a minus."),
    )  # fmt: skip
    wallet = ReadField(
        _l("Wallet"),
        convert_wallet,
        render_kw={**_OFF, "spellcheck": "false"},
        description=_l("0x and 40 figures or letters. Empty: they get one."),
    )

    def validate_longitude(self, field: ReadField) -> None:
        """A place has both."""
        whole = next((one.value for one in (self.latitude, field) if isinstance(one.value, tuple)), None)
        if whole is not None:  # both were put into one field
            self.latitude.value, field.value = whole
        elif bool(self.latitude.data) != bool(field.data):
            raise ValidationError(_l("Enter latitude and longitude, or neither."))

    def value_of(self, fact: str) -> Any:
        """What a valid form says of a fact, typed as VendorFacts has it."""
        field: Any = self[fact]
        if fact == "email":
            return fold_email(field.value) if field.value else None
        return field.value if isinstance(field, ReadField) else field.data or None

    def values(self) -> dict[str, Any]:
        """All that a valid form says, by fact."""
        return {fact: self.value_of(fact) for fact in FACTS if fact in self}


class NewVendorForm(OnceForm, VendorForm):
    """A new vendor, where they work, and what they may do at once."""

    project = PickField(_l("Project"))
    approved = BooleanField(_l("Approve at once"))
    signs_in = BooleanField(
        _l("Let them sign in"),
        description=_l("They get a message with a link, by which they choose their password."),
    )

    def offer(self, projects: Find, suggestions: str, *, needed: bool) -> None:
        """Let the person choose among the projects they may see; `needed` where their role is limited to some."""
        nothing = _l("Choose a project") if needed else _l("No project yet")
        self.project.offer(projects, ("", nothing), suggestions=suggestions)

    def facts(self) -> VendorFacts:
        """The vendor that a valid form describes."""
        return VendorFacts(**self.values())


class EditForm(VendorForm):
    """What is known of a vendor; `version` says from which state the form was filled."""

    version = VersionField()

    @property
    def version_seen(self) -> int:
        """The version on the page; one that never was where the field is missing or no number."""
        seen = str(self.version.data or "")
        return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1


class DaysForm(PortalForm):
    """From which day to which a vendor works in a project. `seen` is what stood there."""

    starts_on = DateField(
        _l("First day"), [Optional(), on_the_calendar], description=_l("Empty: from the beginning.")
    )
    ends_on = DateField(
        _l("Last day"), [Optional(), on_the_calendar], description=_l("Empty: until the project ends.")
    )


class AssignForm(DaysForm):
    """In which project a vendor is to work, and when."""

    project = PickField(_l("Project"), [InputRequired(_l("Choose a project."))])

    def offer(self, projects: Find, suggestions: str) -> None:
        """Let the person choose among open projects that they may see; none is chosen before they do."""
        self.project.offer(projects, ("", _l("Choose a project")), suggestions=suggestions)


class ChangeDaysForm(DaysForm):
    """Other days for a vendor who works in a project."""

    version = VersionField()

    @property
    def seen(self) -> tuple[dt.date | None, dt.date | None]:
        """The days that were on the page; such as never are where the field is missing or is nonsense."""
        first, _slash, last = (self.version.data or "?").partition("/")
        try:
            # Of a pair comes a pair, and its type says any number.
            return tuple(dt.date.fromisoformat(day) if day else None for day in (first, last))  # type: ignore[return-value]
        except ValueError:
            return dt.date.min, dt.date.min


def days_version(starts_on: dt.date | None, ends_on: dt.date | None) -> str:
    """What a form of days was filled from."""
    return "/".join(day.isoformat() if day else "" for day in (starts_on, ends_on))


class ReasonForm(PortalForm):
    """Why a vendor is suspended or deleted."""

    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(max=LONGEST_REASON), no_nul],
        filters=[_tidied],
        description=_l("Stands on the vendor’s page and in the audit log."),
    )


class ExportForm(FileForm):
    """Which columns of the list are wanted as a file, and what for."""

    columns = SelectMultipleField(
        _l("Columns"),
        [InputRequired(_l("Choose at least one column."))],
        choices=list(COLUMN_LABELS.items()),
        default=list(COLUMN_LABELS),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
