"""The shapes of what is typed about roles."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, to_utc
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import DateTimeLocalField
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from portal.core.abilities import BadCondition, Rule
from portal.core.abilities.checking import check_conditions, read_json
from portal.users.editing import MOST_ROWS, pair_of
from portal.users.operations.roles import RoleFacts
from portal.users.subjects import ACTIONS, EVERYTHING, SUBJECTS, actions_on
from portal.users.wording import action_words, as_json, subject_words
from portal.web.forms import PortalForm, VersionField, no_nul

LONGEST_NAME, LONGEST_REASON, LARGEST_LIMIT = 100, 500, 10_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2200
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
"""What a stored rule may call an action or a subject that this portal has no page for."""


def _stripped(value: str | None) -> str:
    return (value or "").strip()


def _in_our_time(_form: Any, field: Any) -> None:
    if field.data is not None and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(
            _l("Enter a year from %(first)s to %(last)s.", first=str(FIRST_YEAR), last=str(LAST_YEAR))
        )


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field.entries) > MOST_ROWS:
        raise ValidationError(_l("A role has at most %(most)s rules beside its ticks.", most=MOST_ROWS))


def _named(_form: Any, field: Any) -> None:
    if not NAME.fullmatch(field.data or ""):
        raise ValidationError(_l("Choose one from the list."))


class RuleRow(PortalForm):
    """One rule that is more than a tick: it forbids, has conditions, or follows one that forbids."""

    class Meta(PortalForm.Meta):
        csrf = False

    effect = SelectField(_l("Effect"), choices=[("may", _l("may")), ("may-not", _l("may not"))])
    action = SelectField(_l("Action"), [_named], validate_choice=False)
    subject = SelectField(_l("Subject"), [_named], validate_choice=False)
    conditions = TextAreaField(
        _l("Only where (JSON)"), filters=[_stripped], render_kw={"rows": 2, "spellcheck": "false"}
    )
    reason = StringField(
        _l("Reason, shown to who is refused"), [Length(max=LONGEST_REASON), no_nul], filters=[_stripped]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action.choices = _choices(ACTIONS, self.action.data, action_words)
        self.subject.choices = _choices((EVERYTHING, *SUBJECTS), self.subject.data, subject_words)

    def validate_conditions(self, field: TextAreaField) -> None:
        """The engine must understand them; what it does not is told with its place."""
        try:
            check_conditions(read_json(field.data or ""), self.subject.data or "")
        except BadCondition as bad:
            said = gettext(bad.message, **bad.params) if bad.params else gettext(bad.message)
            if bad.place:
                said = gettext("At %(place)s: %(said)s", place=bad.place, said=said)
            raise ValidationError(said) from bad

    def rule(self) -> Rule:
        """The rule that a valid row stands for."""
        return Rule(
            self.action.data or "",
            self.subject.data or "",
            self.effect.data == "may-not",
            read_json(self.conditions.data or ""),
            self.reason.data or None,
        )


def row_of(rule: Rule) -> dict[str, Any]:
    """What stands in a row for a rule."""
    return {
        "effect": "may-not" if rule.inverted else "may",
        "action": rule.action,
        "subject": rule.subject,
        "conditions": as_json(rule.conditions),
        "reason": rule.reason or "",
    }


def _choices(known: Sequence[str], own: str | None, words: Any) -> list[tuple[str, Any]]:
    names = [*known, own] if own and own not in known else known
    return [(name, words(name)) for name in names]


class RoleForm(PortalForm):
    """A role and its rules: what is ticked, then the rows, which count in their order."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter a name.")), Length(max=LONGEST_NAME), no_nul],
        filters=[_stripped],
        render_kw={"autocomplete": "off"},
    )
    expiry = DateTimeLocalField(
        _l("Ends"),
        [Optional(), _in_our_time],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_l(
            "From then on the role gives nothing to anybody. Leave it empty for a role without an end."
        ),
    )
    demands_second_factor = BooleanField(
        _l("Demands a second factor"),
        description=_l("Who holds this role signs in with a code of their phone as well."),
    )
    export_limit = IntegerField(
        _l("Most rows in one export"),
        [Optional(), NumberRange(0, LARGEST_LIMIT, _l("Enter a number from 0 to 10,000,000."))],
        description=_l("Leave it empty for no limit."),
    )
    allow = SelectMultipleField(_l("Permissions"), validators=[Optional()])
    rules = FieldList(FormField(RuleRow), validators=[_not_too_many])
    version = VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.allow.choices = [
            (pair_of(action, subject), pair_of(action, subject))
            for subject in (EVERYTHING, *SUBJECTS)
            for action in actions_on(subject)
        ]

    def facts(self) -> RoleFacts:
        """What the role is but for its rules; what is typed as its end is a time of the reader's zone."""
        typed: dt.datetime | None = self.expiry.data
        return RoleFacts(
            name=self.name.data or "",
            expiry=None if typed is None else to_utc(typed).replace(tzinfo=dt.UTC),
            demands_second_factor=bool(self.demands_second_factor.data),
            export_limit=self.export_limit.data,
        )

    def all_rules(self) -> list[Rule]:
        """The rules that a valid form stands for, in order."""
        ticked = [Rule(*pair.split(":")) for pair in self.allow.data or []]
        return ticked + [row.form.rule() for row in self.rules]

    @property
    def version_seen(self) -> int:
        """From which state of the role the form was filled; 0, which no role has, for nonsense."""
        given = self.version.data or ""
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


class DeleteForm(PortalForm):
    """That a role is to go. `take` says that it is to be taken from who holds it, `seen` from how many."""

    take = HiddenField()
    seen = HiddenField()
