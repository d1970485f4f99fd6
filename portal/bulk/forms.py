"""The shapes of what is chosen: whom and what, then with what, then yes."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal.bulk.kinds import FIELDS, NEEDS, Kind
from portal.web.forms import PortalForm, no_nul
from portal.web.labels import choices
from portal.web.picking import Find, PickField

LONGEST_REASON = 500
MOST_PICKED = 100
"""How many people can be picked by hand: a page has fifty, and an address has to hold them all."""


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class PickForm(PortalForm):
    """The bar above the list: what to do, with the people ticked or with all that the list's filter finds.

    `list` is the list's own address: its filter travels in it.
    """

    people = SelectMultipleField(_l("People"), coerce=UUID, choices=(), validate_choice=False)
    action = SelectField(_l("What to do"), [InputRequired(_l("Choose what to do."))], filters=[_stripped])
    all = HiddenField()
    list = HiddenField()

    def offer(self, actions: Iterable[tuple[str, Any]]) -> None:
        """Let whoever asks choose among what they may do."""
        self.action.choices = [("", _l("Choose an action")), *actions]

    @property
    def everybody(self) -> bool:
        """Whether all that match are meant, and not those ticked."""
        return self.all.data == "yes"

    def validate_list(self, field: Field) -> None:
        """All that match are those of a list: without its address nobody knows whom the filter left out."""
        if self.everybody and not (field.data or "").startswith("/"):
            raise ValidationError(_l("Select the people in the list."))

    def validate_people(self, field: Field) -> None:
        """Somebody has to be meant."""
        if not self.everybody and not field.data:
            raise ValidationError(_l("Tick at least one person, or select all that match."))
        if len(field.data or ()) > MOST_PICKED:
            raise ValidationError(
                _l("Too many to pick one by one: narrow the list and select all that match.")
            )


class TellForm(PortalForm):
    """What an action needs to know; `seen` is the version of the draft that its page showed."""

    seen = IntegerField(validators=[InputRequired()])

    asks: ClassVar[str]
    """The name of its one field."""

    @property
    def told(self) -> Any:
        """What was chosen, as the action keeps it: of a group or a project the uuid."""
        typed = str(self[self.asks].data)
        return UUID(typed) if self.asks in {"group", "project"} else typed


class GroupForm(TellForm):
    """Which group."""

    asks = "group"
    group = PickField(_l("Group"), [InputRequired(_l("Choose a group."))])

    def offer(self, find: Find, suggestions: str) -> None:
        """Let whoever asks choose among the groups that they may change."""
        self.group.offer(find, ("", _l("Choose a group")), suggestions=suggestions)


class ProjectForm(TellForm):
    """Which project."""

    asks = "project"
    project = PickField(_l("Project"), [InputRequired(_l("Choose a project."))])

    def offer(self, find: Find, suggestions: str) -> None:
        """Let whoever asks choose among the projects that are open to them."""
        self.project.offer(find, ("", _l("Choose a project")), suggestions=suggestions)


class ValueForm(TellForm):
    """Which value."""

    asks = "value"
    value = SelectField(_l("New value"), [InputRequired(_l("Choose a value."))], coerce=str)

    def offer(self, kind: Kind) -> None:
        """Let whoever asks choose among the values of the field that the action sets."""
        self.value.choices = [("", _l("Choose a value")), *choices(FIELDS[kind].values)]


class ReasonForm(TellForm):
    """Why."""

    asks = "reason"
    reason = TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Say why they are deleted.")), Length(max=LONGEST_REASON), no_nul],
        filters=[_stripped],
        description=_l("Kept with each of them, for those who may restore them."),
        render_kw={"rows": 3, "maxlength": LONGEST_REASON},
    )


FORMS = {form.asks: form for form in (GroupForm, ProjectForm, ValueForm, ReasonForm)}


class ConfirmForm(PortalForm):
    """Yes to what the page showed: its version of the draft, and how many it said would change, if it knew."""

    seen = IntegerField(validators=[InputRequired()])
    expected = IntegerField(validators=[Optional(), NumberRange(0, 2**31 - 1)])


def form_for(kind: Kind) -> type[TellForm] | None:
    """The form that asks what this kind needs to know; None where that is nothing."""
    told = NEEDS[kind].told
    return FORMS[told] if told else None
