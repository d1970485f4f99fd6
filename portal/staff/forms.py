"""The shapes of what is typed about users."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import to_utc
from wtforms import (
    EmailField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields import DateTimeLocalField
from wtforms.validators import DataRequired, Email, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.enums import Gender
from portal.staff.queries.listing import UserFilter
from portal.staff.states import UserState
from portal.users.emails import fold_email
from portal.users.models import Role
from portal.users.wording import role_name
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.labels import choices
from portal.web.picking import Find, PickField
from portal.web.several import SeveralField

EVERYBODY = "all"
STATES = [
    (UserState.ACTIVE.value, _l("Active")),
    (UserState.INVITED.value, _l("Never signed in")),
    (UserState.LOCKED.value, _l("Locked")),
    (UserState.DEACTIVATED.value, _l("Deactivated")),
    (EVERYBODY, _l("Everybody, also deactivated")),
]
LONGEST_NAME, LONGEST_NOTES, LONGEST_REASON = 200, 5_000, 500
LONGEST_EMAIL, LONGEST_PHONE = 254, 40


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class BoxesField(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class FilterForm(PortalForm):
    """The list's filter as it stands in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False

    q = SearchField(_l("Search"), [Optional(), Length(max=200), no_nul])
    role = SelectField(_l("Role"), filters=[_stripped])
    state = SelectField(_l("State"), choices=[("", _l("In use")), *STATES], filters=[_stripped])

    def offer(self, roles: Iterable[tuple[int, str]]) -> None:
        """Let the reader choose among the roles that they may see."""
        self.role.choices = [("", _l("Any")), *((str(key), role_name(name)) for key, name in roles)]

    def chosen(self) -> UserFilter:
        """The filter that a valid form stands for."""
        state = self.state.data
        return UserFilter(
            q=self.q.data or "",
            role=int(self.role.data) if self.role.data else None,
            state=UserState(state) if state and state != EVERYBODY else None,
            everybody=state == EVERYBODY,
        )


class FactsForm(PortalForm):
    """What a user is called, and what is noted of them. `version` says from which state the form was filled."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter a name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "off"},
    )
    gender = SelectField(_l("Gender"), choices=choices(Gender), default=Gender.UNKNOWN.value)
    notes = TextAreaField(
        _l("Notes"),
        [Optional(), Length(max=LONGEST_NOTES), no_nul],
        filters=[_stripped],
        description=_l("For those who look after users. The person does not see them."),
        render_kw={"rows": 3},
    )


class EditForm(FactsForm):
    """The same for a user who is there already."""

    version = VersionField()


class GrantForm(PortalForm):
    """Until when and where a role is held."""

    until = DateTimeLocalField(
        _l("Until"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_l("Leave it empty for a role without an end."),
    )
    projects = SeveralField(
        _l("Only in these projects"),
        description=_l("Tick none for a role that holds everywhere."),
    )

    def offer_projects(self, projects: Find) -> None:
        """Let the giver choose among the projects that they may see."""
        self.projects.offer(
            projects, url_for("projects.suggest_names", field=self.projects.sought, state="any")
        )
        if self.projects.many:
            self.projects.description = _l("One name a line. None for a role that holds everywhere.")

    def ends_at(self) -> dt.datetime | None:
        """When the role ends; what is typed is a time of the reader's zone."""
        typed: dt.datetime | None = self.until.data
        return None if typed is None else to_utc(typed).replace(tzinfo=dt.UTC)

    def chosen_projects(self) -> Sequence[UUID] | None:
        """The projects that limit the role; None where it holds everywhere."""
        return [UUID(project) for project in self.projects.data or ()] or None


class RoleForm(GrantForm):
    """A role to give, with its limits."""

    role = SelectField(_l("Role"), [DataRequired(_l("Choose a role."))])

    def offer_roles(self, roles: Iterable[Role]) -> None:
        """Let the giver choose among these roles; none is chosen before they do."""
        self.role.choices = [
            ("", _l("Choose a role")),
            *((str(role.id), role_name(role.name)) for role in roles),
        ]


class ColleagueForm(PortalForm):
    """Somebody who is to work in a project, and the role they hold there."""

    user = PickField(_l("User"), [DataRequired(_l("Choose a user."))])
    role = SelectField(_l("Role"), [DataRequired(_l("Choose a role."))])

    offer_roles = RoleForm.offer_roles

    def offer_users(self, users: Find) -> None:
        """Let the giver choose among the users that they may change."""
        self.user.offer(users, ("", _l("Choose a user")))


class NewUserForm(FactsForm, GrantForm, OnceForm):
    """Somebody new. They sign in by the address or the number, one of which has to be there."""

    email = EmailField(
        _l("E-mail address"),
        [Optional(), Length(max=LONGEST_EMAIL), no_nul, Email(_l("This is no e-mail address."))],
        filters=[_stripped],
        description=_l("Either this or a phone number has to be there."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    phone = TelField(
        _l("Phone"),
        [Optional(), Length(max=LONGEST_PHONE), no_nul],
        filters=[_stripped],
        description=_l(
            "With the code of the country, such as +977. The invitation goes there if there is no e-mail."
        ),
        render_kw={"autocomplete": "off"},
    )
    roles = BoxesField(
        _l("Roles"),
        [DataRequired(_l("Choose at least one role: without one they cannot sign in."))],
        coerce=int,
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """There has to be a way to reach the person."""
        valid = bool(super().validate(extra_validators))
        if not self.email.data and not self.phone.data:
            self.email.errors = [*self.email.errors, _("Enter an e-mail address or a phone number.")]
            return False
        return valid

    def facts(self, phone: str | None) -> dict[str, Any]:
        """What is to be stored of the person; `phone` in its one form."""
        return {
            "name": self.name.data,
            "email": fold_email(self.email.data) if self.email.data else None,
            "phone": phone,
            "gender": Gender(self.gender.data),
            "notes": self.notes.data or None,
        }


class AddressForm(PortalForm):
    """An e-mail address or a phone number."""

    address = StringField(
        _l("New e-mail address or phone number"),
        [DataRequired(_l("Enter an e-mail address or a phone number.")), Length(max=LONGEST_EMAIL), no_nul],
        filters=[_stripped],
        description=_l("Check each letter: whoever gets the message can sign in as this user."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )


class ReasonForm(PortalForm):
    """Why somebody is taken out of use."""

    reason = StringField(
        _l("Reason"),
        [DataRequired(_l("Say why.")), Length(max=LONGEST_REASON), no_nul],
        filters=[_stripped],
        description=_l("Stands on the user’s page and in the audit log."),
    )
