"""What is chosen when two records become one."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from portal.duplicates.fields import CHOSEN
from portal.web.forms import PortalForm
from portal.web.picking import Find, PickField

SIDES = ("first", "second")

FIELD_LABELS = {
    "name": _l("Name"),
    "phone": _l("Phone"),
    "govt_id": _l("Government ID"),
    "email": _l("E-mail"),
    "gender": _l("Gender"),
    "birth_date": _l("Birth date and age"),
    "location": _l("Location"),
    "wallet_address": _l("Wallet"),
    "banked_status": _l("Bank account"),
    "phone_status": _l("Phone type"),
    "internet_status": _l("Internet"),
    "is_verified": _l("Verified"),
    "notes": _l("Notes"),
}


class FilterForm(PortalForm):
    """The project that the list of pairs is narrowed to, as it stands in the URL."""

    class Meta(PortalForm.Meta):
        csrf = False

    project = PickField(_l("Project"))

    def offer(self, projects: Find, suggestions: str) -> None:
        """Let the reader choose among the projects that they may see."""
        self.project.offer(projects, ("", _l("Any")), suggestions=suggestions)


class MergeForm(PortalForm):
    """Whose record stays, and for each fact that differs whose value. `seen` is the stamp of both as shown."""

    winner = RadioField(
        _l("Which record stays"), choices=[(side, side) for side in SIDES], validators=[InputRequired()]
    )
    seen = HiddenField()


def _choice(name: str) -> RadioField:
    return RadioField(
        FIELD_LABELS[name], choices=[(side, side) for side in SIDES], validators=[InputRequired()]
    )


for _name in CHOSEN:
    setattr(MergeForm, _name, _choice(_name))


def merge_form(differing: tuple[str, ...], usual: Mapping[str, Any]) -> MergeForm:
    """The form with a choice for each fact that differs; `usual` is what is chosen at first."""
    form = MergeForm(data=dict(usual))
    for name in CHOSEN:
        if name not in differing:
            delattr(form, name)
    return form
