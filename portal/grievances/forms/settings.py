"""The shapes of the settings: categories, channels, targets, calendars, rules, the ladder."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from babel.dates import get_day_names
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.grievances.models import PRIORITIES, GrievanceCalendar, GrievanceStep
from portal.grievances.operations.terms import LONGEST, CategoryFacts
from portal.grievances.operations.timing import Hours, StepFacts
from portal.grievances.queries.settings import Targets
from portal.grievances.terms import PRIORITY_NAMES, RECEIVER_NAMES
from portal.web.filters import ENGLISH
from portal.web.forms import OnceForm, PortalForm, VersionField, no_nul
from portal.web.picking import PickField, of

MOST_HOURS = 9_000
LONGEST_LIST = 20_000


def _tidied(value: str | None) -> str:
    return " ".join((value or "").split())


class HoursField(StringField):
    """Working hours as people write them, "8" or "1.5", in the digits of any script; `minutes` is what they come to."""

    minutes: int | None = None

    def process_data(self, value: Any) -> None:
        """Minutes, as the database keeps them, in hours."""
        self.minutes = value
        self.data = (
            None if value is None else f"{(Decimal(value) / 60).quantize(Decimal('0.01')).normalize():f}"
        )

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was typed, whether it can be read or not."""
        self.data = str(valuelist[0]).strip() if valuelist else ""
        self.minutes = None
        try:
            hours = Decimal(self.data.replace(",", ".")) if self.data else None
        except InvalidOperation:
            return
        if hours is not None and hours.is_finite() and 0 <= hours <= MOST_HOURS:
            self.minutes = round(hours * 60)


def _readable(_form: PortalForm, field: HoursField) -> None:
    if field.data and field.minutes is None:
        raise ValidationError(_l("Write working hours as a number, such as 8 or 1.5."))


def _hours(words: Any) -> HoursField:
    return HoursField(words, validators=[_readable])


def _needed(*fields: Field) -> None:
    """Nobody reads that these are optional: what they need, the form looks at by itself."""
    for field in fields:
        field.flags.or_none = True


class CategoryForm(OnceForm):
    """A category."""

    name = StringField(
        _l("Name"), filters=[_tidied], validators=[InputRequired(), Length(max=LONGEST), no_nul]
    )
    priority = SelectField(_l("Priority that its cases begin with"))
    is_sensitive = BooleanField(
        _l("Its cases are sensitive"),
        description=_l(
            "Only those read them who may read sensitive grievances. Holds for cases from now on."
        ),
    )
    is_active = BooleanField(_l("In use"), default=True)
    version = VersionField()

    def __init__(self, **kwargs: Any) -> None:
        """Offers the priorities, the most urgent first."""
        super().__init__(**kwargs)
        self.priority.choices = [(one, _(PRIORITY_NAMES[one])) for one in reversed(PRIORITIES)]

    def facts(self) -> CategoryFacts:
        """What was said."""
        return CategoryFacts(
            self.name.data or "", self.priority.data, bool(self.is_sensitive.data), bool(self.is_active.data)
        )


class ChannelForm(OnceForm):
    """A channel."""

    name = StringField(
        _l("Name"), filters=[_tidied], validators=[InputRequired(), Length(max=LONGEST), no_nul]
    )
    is_active = BooleanField(_l("In use"), default=True)
    version = VersionField()


class TargetsForm(PortalForm):
    """Within how many working hours cases of each priority are acknowledged and resolved."""

    acknowledge_urgent = _hours(_l("Acknowledge within, in working hours"))
    resolve_urgent = _hours(_l("Resolve within, in working hours"))
    acknowledge_high = _hours(_l("Acknowledge within, in working hours"))
    resolve_high = _hours(_l("Resolve within, in working hours"))
    acknowledge_normal = _hours(_l("Acknowledge within, in working hours"))
    resolve_normal = _hours(_l("Resolve within, in working hours"))
    acknowledge_low = _hours(_l("Acknowledge within, in working hours"))
    resolve_low = _hours(_l("Resolve within, in working hours"))
    version = VersionField()

    @classmethod
    def of(cls, now: Targets, version: str) -> "TargetsForm":
        """The form as these targets fill it."""
        filled = {
            f"{aim}_{priority.lower()}": minutes[at]
            for priority, minutes in now.items()
            for at, aim in enumerate(("acknowledge", "resolve"))
        }
        return cls(data={**filled, "version": version})

    def need_all(self) -> None:
        """Let no field count as optional."""
        _needed(*(field for priority in PRIORITIES for field in self.pair(priority)))

    def pair(self, priority: str) -> tuple[HoursField, HoursField]:
        """The two fields of a priority."""
        return self[f"acknowledge_{priority.lower()}"], self[f"resolve_{priority.lower()}"]

    def half_filled(self) -> bool:
        """Whether one of two fields that belong together is empty, which it then says."""
        found = False
        for priority in PRIORITIES:
            for field, other in (self.pair(priority), tuple(reversed(self.pair(priority)))):
                if field.minutes is None and other.minutes is not None:
                    field.errors = [*field.errors, _("Fill in both, or none.")]
                    found = True
        return found

    def targets(self) -> Targets:
        """What was said: working minutes by priority."""
        return {
            priority: (acknowledge.minutes, resolve.minutes)
            for priority in PRIORITIES
            for acknowledge, resolve in [self.pair(priority)]
            if acknowledge.minutes is not None and resolve.minutes is not None
        }


class CalendarForm(PortalForm):
    """A calendar; `project` only where it is a new one."""

    project = PickField(_l("Project"), [Optional()])
    days = SelectMultipleField(
        _l("Working days"),
        [InputRequired(_l("Choose at least one working day."))],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    opens = TimeField(_l("Work begins"), validators=[InputRequired()])
    closes = TimeField(_l("Work ends"), validators=[InputRequired()])
    time_zone = SelectField(_l("Time zone"))
    holidays = TextAreaField(
        _l("Holidays"),
        description=_l("One a line: year, month and day, and what it is. Such as: 2027-01-01 New Year"),
        validators=[Length(max=LONGEST_LIST), no_nul],
        render_kw={"rows": 8},
    )
    version = VersionField()

    def offer(self, zones: Sequence[tuple[str, str]], projects: Sequence[tuple[str, str]] = ()) -> None:
        """What can be chosen. A zone that the list does not know stays as it is."""
        names = get_day_names("wide", locale=get_locale() or ENGLISH)
        self.days.choices = [(number, names[number - 1]) for number in range(1, 8)]
        known = {zone for zone, _words in zones}
        now = self.time_zone.object_data
        self.time_zone.choices = [*zones, *([(now, now)] if now and now not in known else [])]
        self.project.offer(of(projects), ("", _("Choose a project")))

    @staticmethod
    def filled(now: GrievanceCalendar, holidays: dict[dt.date, str]) -> dict[str, Any]:
        """What stands in the form of this calendar."""
        return {
            "days": list(now.days),
            "opens": now.opens,
            "closes": now.closes,
            "time_zone": now.time_zone,
            "holidays": "\n".join(f"{day.isoformat()} {name}".strip() for day, name in holidays.items()),
        }

    def validate_holidays(self, field: TextAreaField) -> None:
        """Every line begins with a day, and no day comes twice."""
        seen: set[dt.date] = set()
        for number, line in enumerate((field.data or "").splitlines(), 1):
            if not line.strip():
                continue
            day = _day(line)
            if day is None:
                raise ValidationError(
                    _("Line %(number)s does not begin with a day, such as 2027-01-01.", number=number)
                )
            if day in seen:
                raise ValidationError(
                    _("Line %(number)s names a day that stands above already.", number=number)
                )
            seen.add(day)

    def chosen_project(self) -> UUID | None:
        """The project, where one was chosen."""
        return UUID(self.project.data) if self.project.data else None

    def hours(self) -> Hours:
        """What was said."""
        holidays = {}
        for line in (self.holidays.data or "").splitlines():
            if line.strip() and (day := _day(line)):
                holidays[day] = _tidied(line.strip().partition(" ")[2])
        return Hours(
            frozenset(self.days.data or []),
            self.opens.data or dt.time.min,
            self.closes.data or dt.time.min,
            self.time_zone.data,
            holidays,
        )


def _day(line: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(line.split()[0])
    except ValueError:
        return None


class RuleForm(OnceForm):
    """A rule of assignment."""

    project = PickField(_l("Cases of the project"))
    category = SelectField(_l("Cases of the category"))
    user = PickField(_l("Go to this person"))
    role = SelectField(
        _l("Or to whoever of this role has the fewest open cases"),
        description=_l("Only people get a case who may read and change it at that moment."),
    )

    def offer(
        self,
        *,
        projects: Sequence[tuple[str, str]],
        categories: Sequence[tuple[str, str]],
        users: Sequence[tuple[str, str]],
        roles: Sequence[tuple[str, str]],
    ) -> None:
        """What can be chosen."""
        self.project.offer(of(projects), ("", _("Any project")))
        self.category.choices = [("", _("Any category")), *categories]
        self.user.offer(of(users), ("", "—"))
        self.role.choices = [("", "—"), *roles]
        _needed(self.user, self.role)

    def chosen(self) -> dict[str, Any]:
        """What was said, as the operation takes it."""
        return {
            "project": UUID(self.project.data) if self.project.data else None,
            "category": UUID(self.category.data) if self.category.data else None,
            "user": int(self.user.data) if self.user.data else None,
            "role": int(self.role.data) if self.role.data else None,
        }


class LadderForm(PortalForm):
    """The three steps of the ladder."""

    receiver_1 = SelectField(_l("Who is told"))
    minutes_1 = _hours(_l("Working hours after the clock ran out"))
    is_active_1 = BooleanField(_l("This step is taken"))
    receiver_2 = SelectField(_l("Who is told"))
    minutes_2 = _hours(_l("Working hours after the clock ran out"))
    is_active_2 = BooleanField(_l("This step is taken"))
    receiver_3 = SelectField(_l("Who is told"))
    minutes_3 = _hours(_l("Working hours after the clock ran out"))
    is_active_3 = BooleanField(_l("This step is taken"))
    version = VersionField()

    def __init__(self, **kwargs: Any) -> None:
        """Offers who can be told."""
        super().__init__(**kwargs)
        for number in (1, 2, 3):
            self[f"receiver_{number}"].choices = [(key, _(name)) for key, name in RECEIVER_NAMES.items()]
            _needed(self[f"minutes_{number}"])

    @classmethod
    def of(cls, now: Sequence[GrievanceStep], version: str) -> "LadderForm":
        """The form as the ladder fills it."""
        filled: dict[str, Any] = {"version": version}
        for step in now:
            filled |= {
                f"receiver_{step.step}": step.receiver,
                f"minutes_{step.step}": step.minutes,
                f"is_active_{step.step}": step.is_active,
            }
        return cls(data=filled)

    def part(self, number: int) -> tuple[SelectField, HoursField, BooleanField]:
        """The fields of a step."""
        return self[f"receiver_{number}"], self[f"minutes_{number}"], self[f"is_active_{number}"]

    def unsaid(self) -> bool:
        """Whether a step lacks its hours, which it then says."""
        lacking = [
            self[f"minutes_{number}"] for number in (1, 2, 3) if self[f"minutes_{number}"].minutes is None
        ]
        for field in lacking:
            field.errors = [*field.errors, _("Say how many working hours.")]
        return bool(lacking)

    def steps(self) -> list[StepFacts]:
        """What was said."""
        return [
            StepFacts(receiver.data, hours.minutes or 0, bool(taken.data))
            for receiver, hours, taken in map(self.part, (1, 2, 3))
        ]
