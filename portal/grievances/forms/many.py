"""One deed for many cases: what is to be done, and yes to what it would do."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from portal.grievances.many import Kind
from portal.grievances.operations.holding import LONGEST_WORDS
from portal.grievances.queries.options import Option
from portal.grievances.terms import PRIORITY_NAMES
from portal.grievances.wording import KIND_LABELS, term
from portal.web.forms import OnceForm, PortalForm, no_nul
from portal.web.picking import PickField, of

NOBODY = "nobody"
ASKS = {
    Kind.ASSIGN: "assignee",
    Kind.PRIORITY: "priority",
    Kind.CATEGORY: "category",
    Kind.NOTE: "note",
}
"""Kind → the field that says with what; making them sensitive needs nothing more."""


def _stripped(value: str | None) -> str:
    return (value or "").strip()


class ActionForm(OnceForm):
    """What is to be done with all cases that the list's filter finds. Of the fields only that of the kind counts."""

    kind = RadioField(
        _l("What to do"), [InputRequired(_l("Choose what to do."))], choices=list(KIND_LABELS.items())
    )
    assignee = PickField(_l("In charge"))
    priority = SelectField(_l("Priority"), filters=[_stripped])
    category = SelectField(_l("Category"), filters=[_stripped])
    note = TextAreaField(
        _l("Internal note"),
        [Optional(), Length(max=LONGEST_WORDS), no_nul],
        filters=[_stripped],
        description=_l("Added to each of them. Whoever complained does not see it."),
        render_kw={"rows": 4},
    )

    def offer(self, colleagues: Iterable[Option], categories: Iterable[Option]) -> None:
        """Let whoever asks choose among who may look after cases, and the categories in use."""
        for name in ASKS.values():
            self[name].flags.or_none = True  # neither required nor optional: what is chosen above decides
        choose = ("", _l("Choose"))
        self.assignee.offer(of(colleagues), choose, (NOBODY, _l("Nobody")))
        self.priority.choices = [choose, *((key, _l(words)) for key, words in PRIORITY_NAMES.items())]
        self.category.choices = [choose, *((key, term(name)) for key, name in categories)]

    def validate(self, extra_validators: object = None) -> bool:
        """Valid where the field of the kind is filled in."""
        if not super().validate(extra_validators):
            return False
        asked = ASKS.get(Kind(self.kind.data))
        if asked is None or self[asked].data:
            return True
        field = self[asked]
        field.errors = [*field.errors, _l("Fill this in.")]
        return False

    @property
    def colleague(self) -> UUID | None:
        """The uuid of who is to be in charge; None for nobody."""
        return None if self.assignee.data in ("", NOBODY) else UUID(self.assignee.data)


class ConfirmForm(PortalForm):
    """Yes to what the page showed, and how many it said would change."""

    expected = IntegerField(validators=[Optional(), NumberRange(0, 2**31 - 1)])
