"""The shapes of what is typed about many people: the filter of the list, its columns, an export; and a reveal."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import (
    DateField,
    IntegerField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.audit.forms import FileForm, PurposeForm
from portal.beneficiaries.compass import area_words
from portal.beneficiaries.forms.places import PlacesField
from portal.beneficiaries.queries.columns import DEFAULT
from portal.beneficiaries.queries.filters import Lack, PeopleFilter
from portal.beneficiaries.queries.options import MOST, Choices
from portal.beneficiaries.queries.places import Area, read_area
from portal.core.enums import BankedStatus, Gender, InternetStatus, PhoneStatus
from portal.web.filtering import empty_for_none
from portal.web.forms import PortalForm, no_nul
from portal.web.labels import choices
from portal.web.picking import PickField, given

COLUMN_LABELS = {
    "name": _l("Name"),
    "phone": _l("Phone"),
    "govt_id": _l("Government ID"),
    "email": _l("E-mail"),
    "gender": _l("Gender"),
    "age": _l("Age"),
    "birth_date": _l("Birth date"),
    "location": _l("Location"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "banked_status": _l("Bank account"),
    "phone_status": _l("Phone type"),
    "internet_status": _l("Internet"),
    "groups": _l("Groups"),
    "projects": _l("Projects"),
    "verified": _l("Verified"),
    "wallet": _l("Wallet"),
    "notes": _l("Notes"),
    "created": lazy_pgettext("when", "Registered"),
    "uuid": _l("Reference"),
}


LACKS = [
    (Lack.BANK_ACCOUNT.value, _l("Bank account")),
    (Lack.VALID_PHONE.value, _l("Valid phone")),
    (Lack.PHONE.value, _l("Phone")),
]


class AreaField(StringField):
    """A part of the map, as four numbers between commas; the map writes it, and nobody has to."""

    area: Area | None = None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What was given with its words, which stand on the chip."""
        return [(str(self.data), area_words(self.area))] if self.area else []

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for what is no area."""
        if self.data:
            self.area = read_area(self.data)
            if self.area is None:
                raise ValidationError(_l("An area is four numbers: south, west, north, east, in degrees."))


class FilterForm(PortalForm):
    """The list's filter as it stands in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    alike = SelectField(
        _l("Names"),
        choices=[("", _l("As they are written")), ("yes", _l("Also alike in sound or spelling"))],
        filters=[empty_for_none],
    )
    gender = SelectMultipleField(_l("Gender"), choices=choices(Gender))
    banked_status = SelectMultipleField(_l("Bank account"), choices=choices(BankedStatus))
    phone_status = SelectMultipleField(_l("Phone type"), choices=choices(PhoneStatus))
    internet_status = SelectMultipleField(_l("Internet"), choices=choices(InternetStatus))
    lacks = SelectMultipleField(_l("Lacks"), choices=LACKS)
    also_in = SelectField(_l("Also in the group"), filters=[empty_for_none])
    not_in = SelectField(_l("Not in the group"), filters=[empty_for_none])
    verified = SelectField(
        _l("Verified"),
        choices=[("", _l("Any")), ("yes", _l("Verified")), ("no", _l("Not verified"))],
        filters=[empty_for_none],
    )
    group = SelectField(_l("Group"), filters=[empty_for_none])
    groups = StringField(_l("Group"), [Optional(), Length(max=200), no_nul])
    named: Sequence[UUID] = ()
    """The groups of which a part of the name was typed."""
    project = PickField(_l("Project"))
    people = SelectMultipleField(_l("Picked"), coerce=UUID, choices=(), validate_choice=False)
    age_from = IntegerField(_l("Age from"), [Optional(), NumberRange(0, 150)])
    age_to = IntegerField(_l("Age to"), [Optional(), NumberRange(0, 150)])
    created_from = DateField(_l("Registered from"), [Optional()])
    created_to = DateField(_l("Registered to"), [Optional()])
    location = PlacesField(_l("Location"))
    area = AreaField(_l("Area on the map"))
    placed = SelectField(
        _l("Coordinates"),
        choices=[("", _l("Any")), ("yes", _l("Known")), ("no", _l("Not known"))],
        filters=[empty_for_none],
    )

    def offer(self, offered: Choices) -> None:
        """Let the reader choose among the groups and projects that they may see."""
        self.named = offered.named
        for field in (self.group, self.also_in, self.not_in):
            field.choices = [("", _l("Any")), *((str(uuid), name) for uuid, name in offered.groups)]
        names = url_for("projects.suggest_names", field="project", state="any")
        self.project.offer(given(offered.projects), ("", _l("Any")), suggestions=names)

    def validate_groups(self, field: StringField) -> None:
        """What was typed is part of a group's name, and not of so many that it says nothing."""
        if field.data and field.data.strip() and not self.named:
            raise ValidationError(_l("No group has this in its name."))
        if len(self.named) >= MOST:
            raise ValidationError(_l("Too many groups have this in their names: type more of it."))

    def validate_created_to(self, field: DateField) -> None:
        """A range runs forward, and within the years a calendar knows."""
        if field.data and field.data > dt.date(9998, 12, 31):
            raise ValidationError(_l("Choose an earlier date."))

    def chosen(self) -> PeopleFilter:
        """The filter that a valid form stands for."""
        return PeopleFilter(
            q=self.q.data or "",
            alike={"yes": True}.get(self.alike.data or ""),
            gender=tuple(map(Gender, self.gender.data or ())),
            banked_status=tuple(map(BankedStatus, self.banked_status.data or ())),
            internet_status=tuple(map(InternetStatus, self.internet_status.data or ())),
            phone_status=tuple(map(PhoneStatus, self.phone_status.data or ())),
            lacks=tuple(map(Lack, self.lacks.data or ())),
            also_in=UUID(self.also_in.data) if self.also_in.data else None,
            not_in=UUID(self.not_in.data) if self.not_in.data else None,
            verified={"yes": True, "no": False}.get(self.verified.data or ""),
            group=UUID(self.group.data) if self.group.data else None,
            groups=tuple(self.named),
            project=UUID(self.project.data) if self.project.data else None,
            people=tuple(self.people.data or ()),
            age_from=self.age_from.data,
            age_to=self.age_to.data,
            created_from=self.created_from.data,
            created_to=self.created_to.data,
            location=self.location.places,
            area=self.area.area or (),
            placed={"yes": True, "no": False}.get(self.placed.data or ""),
        )


class ColumnsForm(PortalForm):
    """Which columns the reader wants to see in the list."""

    columns = SelectMultipleField(
        _l("Columns"),
        choices=list(COLUMN_LABELS.items()),
        validators=[InputRequired()],
        default=list(DEFAULT),
    )


class ExportForm(FileForm):
    """What to write out, in which form, and what for."""

    columns = SelectMultipleField(
        _l("Columns"),
        [InputRequired(_l("Choose at least one column."))],
        choices=list(COLUMN_LABELS.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class RevealForm(PurposeForm):
    """What a person's phone and government id are wanted for."""

    usual = {
        "Calling the person": _l("Calling the person"),
        "Checking who they are": _l("Checking who they are"),
        "Distribution list": _l("Distribution list"),
        "Correcting data": _l("Correcting data"),
    }
