"""The shapes of what is typed about groups."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SearchField, SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.core.enums import GroupPurpose
from portal.groups.operations.groups import GroupFacts
from portal.groups.queries.listing import GroupFilter
from portal.groups.queries.splitting import COLUMNS, EXTRAS
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.labels import choices
from portal.web.picking import Find, PickField

LONGEST_NAME = 200
SPLIT_LABELS = {
    "gender": _l("Gender"),
    "location": _l("Location"),
    "age": _l("Age band"),
    "banked_status": _l("Bank account"),
    "phone_status": _l("Phone type"),
    "internet_status": _l("Internet"),
    EXTRAS: _l("A column of their own"),
}


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
    purpose = SelectField(_l("Purpose"), choices=[("", _l("Any")), *choices(GroupPurpose)], filters=[_chosen])
    project = PickField(_l("Project"))
    state = SelectField(
        _l("State"), choices=[("", _l("In use")), ("deleted", _l("Deleted"))], filters=[_chosen]
    )

    def offer(self, projects: Find, suggestions: str) -> None:
        """Let the reader choose among the projects that they may see."""
        self.project.offer(projects, ("", _l("Any")), suggestions=suggestions)

    def chosen(self) -> GroupFilter:
        """The filter that a valid form stands for."""
        return GroupFilter(
            q=self.q.data or "",
            purpose=GroupPurpose(self.purpose.data) if self.purpose.data else None,
            project=UUID(self.project.data) if self.project.data else None,
            deleted=self.state.data == "deleted",
        )


class GroupForm(OnceForm):
    """What a group is called and is for."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Give the group a name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_tidied],
    )
    purpose = SelectField(
        _l("Purpose"),
        choices=[("", _l("None")), *choices(GroupPurpose)],
        filters=[_chosen],
        description=_l("It decides what each member must have: a bank account, or a phone."),
    )

    def facts(self) -> GroupFacts:
        """What a valid form says."""
        return GroupFacts(
            self.name.data or "", GroupPurpose(self.purpose.data) if self.purpose.data else None
        )


class NewGroupForm(GroupForm):
    """A new group, with whom a filter finds where one was brought along."""

    project = PickField(_l("Assign to project"))
    keep = StringField(
        _l("Keep this filter as"),
        [Optional(), Length(max=LONGEST_NAME), no_nul],
        filters=[_tidied],
        description=_l("With a name it stays with the group, and you can add who matches later."),
    )

    def offer(self, find: Find, suggestions: str, *, needed: bool) -> None:
        """Let the person choose among the projects they may see; `needed` where their role is limited to some."""
        none = [] if needed else [("", _l("None"))]
        self.project.offer(find, *none, suggestions=suggestions)


class EditForm(GroupForm):
    """The same of a group that is there; `version` is the state that was on the page."""

    version = VersionField()

    @property
    def version_seen(self) -> int:
        """The version on the page; one that never was where the field is missing or no number."""
        seen = self.version.data or ""
        return int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else -1


class PeopleForm(PortalForm):
    """People ticked on a page."""

    people = SelectMultipleField(_l("People"), coerce=UUID, choices=(), validate_choice=False)

    def picked(self) -> list[UUID]:
        """Whom; those that are no references are nobody."""
        return list(self.people.data or ())


class AssignForm(PortalForm):
    """To which project a group is assigned."""

    project = PickField(_l("Project"), [InputRequired(_l("Choose a project."))])

    def offer(self, find: Find, suggestions: str) -> None:
        """Let the person choose among open projects they may see."""
        self.project.offer(find, suggestions=suggestions)


class EndForm(PortalForm):
    """How a group is taken out of a project."""

    what = RadioField(
        _l("What happens to the people"),
        [InputRequired()],
        choices=[
            ("keep", _l("They stay in the project; only the group goes")),
            ("undo", _l("Undo the assignment: whom it brought in leaves the project")),
            ("left", _l("The group stays; only who has left the group leaves the project")),
        ],
        default="keep",
    )


class SplitForm(PortalForm):
    """By which column a group is split."""

    class Meta(PortalForm.Meta):
        csrf = False

    by = SelectField(
        _l("Split by"), choices=[(name, SPLIT_LABELS[name]) for name in (*COLUMNS, EXTRAS)], filters=[_chosen]
    )
    key = StringField(
        _l("Name of that column"),
        [Optional(), Length(max=100), no_nul],
        filters=[_tidied],
        description=_l("As it was called in the file they were registered from."),
    )


class CompareForm(PortalForm):
    """Which two groups are compared."""

    class Meta(PortalForm.Meta):
        csrf = False

    a = PickField(_l("First group"))
    b = PickField(_l("Second group"))

    def offer(self, find: Find, suggestions: Mapping[str, str]) -> None:
        """Let the reader choose among the groups that they may see."""
        for field in (self.a, self.b):
            field.offer(find, ("", _l("Choose a group")), suggestions=suggestions[field.name])
            field.flags.required = True  # though a page may be asked for with one group or none chosen


class ChangeForm(PortalForm):
    """One person leaves one group or project, or joins one: `target` is which."""

    do = SelectField(
        choices=[(name, name) for name in ("join_group", "leave_group", "join_project", "leave_project")]
    )
    target = StringField(validators=[InputRequired(_l("Choose one."))])

    def chosen(self) -> UUID | None:
        """Which group or project; None where the field holds no reference."""
        try:
            return UUID(self.target.data or "")
        except ValueError:
            return None


class JoinForm(PortalForm):
    """Which group or project a person joins, chosen or typed."""

    class Meta(PortalForm.Meta):
        csrf = False  # the form around it is checked

    target = PickField(validators=[InputRequired(_l("Choose one."))])

    def offer(self, kind: str, find: Find, suggestions: str) -> None:
        """Let somebody choose among groups or projects; both stand in one page."""
        self.target.id = f"join-{kind}"
        self.target.offer(find, ("", _l("Choose one")), suggestions=suggestions)
