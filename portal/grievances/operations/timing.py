"""How long cases may take and when people work: targets, calendars, the ladder. Open cases follow at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, NotFound, Refusal
from portal.grievances.fingerprints import check_seen
from portal.grievances.models import (
    PRIORITIES,
    GrievanceCalendar,
    GrievanceCategory,
    GrievanceHoliday,
    GrievanceStep,
    GrievanceTarget,
)
from portal.grievances.queries.ladder import ladder
from portal.grievances.queries.settings import (
    Targets,
    holidays_of,
    state_of_calendar,
    state_of_ladder,
    state_of_targets,
    targets,
    the_calendar,
)
from portal.projects.queries.project import project_with

LONGEST_TARGET, LONGEST_STEP = 500_000, 100_000
"""Working minutes."""
SHORTEST_DAY = dt.timedelta(hours=1)
MOST_HOLIDAYS = 500
LONGEST_NAME = 100
RECEIVERS = ("ASSIGNEE", "SUPERVISOR", "MANAGER")


@dataclass(frozen=True)
class Hours:
    """A calendar: the ISO numbers of its working days, their hours, a time zone of IANA's, and its holidays."""

    days: frozenset[int]
    opens: dt.time
    closes: dt.time
    time_zone: str
    holidays: Mapping[dt.date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StepFacts:
    """A step of the ladder: who is told, so many working minutes after a clock ran out; or nobody for now."""

    receiver: str
    minutes: int
    is_active: bool = True


def set_targets(session: Session, category: UUID | None, told: Targets, seen: str) -> None:
    """Say how long cases of a category may take, or all others (None). A category may leave priorities out: for these
    the targets of all others hold.

    Raises Refusal at `acknowledge_<priority>` or `resolve_<priority>`, Conflict where they are not as they were `seen`,
    NotFound where there is no such category.
    """
    if category is not None and session.get(GrievanceCategory, category) is None:
        raise NotFound
    # Of two who save at once, the second finds what the first left.
    session.execute(select(GrievanceTarget.uuid).order_by(GrievanceTarget.uuid).with_for_update())
    before = targets(session).get(category, {})
    check_seen(seen, state_of_targets(before))
    for priority in PRIORITIES:
        _check_target(priority, told.get(priority), needed=category is None)
    gone = [priority for priority in before if priority not in told]
    if gone:
        session.execute(
            delete(GrievanceTarget).where(
                GrievanceTarget.category_id == category, GrievanceTarget.priority.in_(gone)
            )
        )
    changed = [
        {"category_id": category, "priority": priority, "acknowledge": minutes[0], "resolve": minutes[1]}
        for priority, minutes in told.items()
        if before.get(priority) != minutes
    ]
    if changed:
        adding = upsert(GrievanceTarget).values(changed)
        session.execute(
            adding.on_conflict_do_update(
                index_elements=["categoryId", "priority"],
                set_={"acknowledge": adding.excluded.acknowledge, "resolve": adding.excluded.resolve},
            )
        )
    session.expire_all()


def _check_target(priority: str, minutes: tuple[int, int] | None, *, needed: bool) -> None:
    if minutes is None:
        if needed:
            raise Refusal("Say how many working hours.", field=f"acknowledge_{priority.lower()}")
        return
    acknowledge, resolve = minutes
    if not 0 < acknowledge <= LONGEST_TARGET:
        raise Refusal(
            "Write more than no time, and less than years.", field=f"acknowledge_{priority.lower()}"
        )
    if not acknowledge <= resolve <= LONGEST_TARGET:
        raise Refusal("A case is resolved after it was acknowledged.", field=f"resolve_{priority.lower()}")


def add_calendar(session: Session, project: UUID, hours: Hours) -> UUID:
    """Give a project a calendar of its own. Raises Refusal at its field, Conflict where it has one by now."""
    if session.scalars(project_with(project)).one_or_none() is None:
        raise Refusal("Choose a project.", field="project")
    _check_hours(hours)
    made: UUID | None = session.scalar(
        upsert(GrievanceCalendar)
        .values(project_id=project, **_columns(hours))
        .on_conflict_do_nothing(index_elements=["projectId"])
        .returning(GrievanceCalendar.uuid)
    )
    if made is None:
        raise Conflict("This project has a calendar of its own by now.", field="project")
    _keep_holidays(session, made, {}, hours.holidays)
    return made


def change_calendar(session: Session, uuid: UUID, hours: Hours, seen: str) -> None:
    """Change a calendar. Raises Refusal at its field, Conflict where it is not as it was `seen`, NotFound."""
    found = the_calendar(session, uuid, locked=True).calendar
    session.refresh(found)
    before = holidays_of(session, uuid)
    check_seen(seen, state_of_calendar(found, before))
    _check_hours(hours)
    for name, value in _columns(hours).items():
        setattr(found, name, value)
    session.flush()
    _keep_holidays(session, uuid, before, hours.holidays)


def remove_calendar(session: Session, uuid: UUID) -> None:
    """Let a project have everybody's calendar again. Raises Conflict for everybody's own, NotFound."""
    found = the_calendar(session, uuid, locked=True).calendar
    if found.project_id is None:
        raise Conflict("This calendar is everybody's and stays.")
    session.execute(delete(GrievanceCalendar).where(GrievanceCalendar.uuid == uuid))


def change_ladder(session: Session, told: Sequence[StepFacts], seen: str) -> None:
    """Say who is told when, from the first step on. Raises Refusal at `receiver_<n>` or `minutes_<n>`, Conflict where
    the ladder is not as it was `seen`."""
    session.execute(select(GrievanceStep.step).order_by(GrievanceStep.step).with_for_update())
    steps = ladder(session)
    for step in steps:
        session.refresh(step)
    check_seen(seen, state_of_ladder(steps))
    former = 0
    for step, facts in zip(steps, told, strict=True):
        if facts.receiver not in RECEIVERS:
            raise Refusal("Choose who is told.", field=f"receiver_{step.step}")
        if not former <= facts.minutes <= LONGEST_STEP:
            raise Refusal("A step is not before the one below it.", field=f"minutes_{step.step}")
        former = facts.minutes
        step.receiver, step.minutes, step.is_active = facts.receiver, facts.minutes, facts.is_active
    session.flush()


def _check_hours(hours: Hours) -> None:
    if not hours.days or not hours.days <= set(range(1, 8)):
        raise Refusal("Choose at least one working day.", field="days")
    today = dt.date.min
    if dt.datetime.combine(today, hours.closes) - dt.datetime.combine(today, hours.opens) < SHORTEST_DAY:
        raise Refusal("A working day ends at least an hour after it begins.", field="closes")
    if hours.time_zone not in available_timezones():
        raise Refusal("Choose a time zone.", field="time_zone")
    if len(hours.holidays) > MOST_HOLIDAYS:
        raise Refusal("At most %(most)s holidays fit into a calendar.", field="holidays", most=MOST_HOLIDAYS)
    if any(len(name) > LONGEST_NAME for name in hours.holidays.values()):
        raise Refusal("The name of a holiday has at most %(most)s characters.", "holidays", most=LONGEST_NAME)


def _columns(hours: Hours) -> dict[str, object]:
    return {
        "days": sorted(hours.days),
        "opens": hours.opens,
        "closes": hours.closes,
        "time_zone": hours.time_zone,
    }


def _keep_holidays(
    session: Session, calendar: UUID, before: Mapping[dt.date, str], told: Mapping[dt.date, str]
) -> None:
    """Each a statement of its own for the whole set, since open cases are counted anew after each."""
    gone = [day for day, name in before.items() if told.get(day) != name]
    if gone:
        session.execute(
            delete(GrievanceHoliday).where(
                GrievanceHoliday.calendar_id == calendar, GrievanceHoliday.day.in_(gone)
            )
        )
    new = [
        {"calendar_id": calendar, "day": day, "name": name}
        for day, name in told.items()
        if before.get(day) != name
    ]
    if new:
        session.execute(insert(GrievanceHoliday).values(new))
