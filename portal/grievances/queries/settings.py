"""The settings of grievances: what cases are about, how they come, how long they may take, who gets them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.core.errors import NotFound
from portal.grievances.fingerprints import fingerprint
from portal.grievances.models import (
    PRIORITIES,
    GrievanceCalendar,
    GrievanceCategory,
    GrievanceChannel,
    GrievanceHoliday,
    GrievanceRule,
    GrievanceStep,
    GrievanceTarget,
)
from portal.grievances.queries.rules import IN_ORDER
from portal.projects.models import Project
from portal.users.models import Permission, Role, User, UserRole
from portal.users.queries.roles import in_force

Minutes = tuple[int, int]
"""Working minutes until a case is to be acknowledged, and until it is to be resolved."""
Targets = dict[str, Minutes]
"""By priority."""
Named = list[tuple[str, str]]


@dataclass(frozen=True)
class RuleRow:
    """A rule with what its parts are called: the name of its project, category, user and role, None for any or none."""

    uuid: UUID
    project: str | None
    category: str | None
    user: str | None
    role: str | None


@dataclass(frozen=True)
class CalendarRow:
    """A calendar with its project's name and time zone, both None where it is everybody's, and its holidays."""

    calendar: GrievanceCalendar
    project: str | None
    zone: str | None
    holidays: int


def categories(session: Session) -> Sequence[GrievanceCategory]:
    """All categories by name, those in use first."""
    return session.scalars(
        select(GrievanceCategory).order_by(GrievanceCategory.is_active.desc(), GrievanceCategory.name)
    ).all()


def channels(session: Session) -> Sequence[GrievanceChannel]:
    """All channels by name, those in use first."""
    return session.scalars(
        select(GrievanceChannel).order_by(GrievanceChannel.is_active.desc(), GrievanceChannel.name)
    ).all()


def category_with(uuid: UUID, *, locked: bool = False) -> Select[GrievanceCategory]:
    """The category of that uuid; `locked` for whoever changes it."""
    statement = select(GrievanceCategory).where(GrievanceCategory.uuid == uuid)
    return statement.with_for_update() if locked else statement


def channel_with(uuid: UUID, *, locked: bool = False) -> Select[GrievanceChannel]:
    """The channel of that uuid; `locked` for whoever changes it."""
    statement = select(GrievanceChannel).where(GrievanceChannel.uuid == uuid)
    return statement.with_for_update() if locked else statement


def targets(session: Session) -> dict[UUID | None, Targets]:
    """All targets: by category, None for those of all others."""
    found: dict[UUID | None, Targets] = {}
    for target in session.scalars(select(GrievanceTarget)):
        found.setdefault(target.category_id, {})[target.priority] = (target.acknowledge, target.resolve)
    return {
        category: {priority: told[priority] for priority in reversed(PRIORITIES) if priority in told}
        for category, told in found.items()
    }


def calendars(session: Session) -> list[CalendarRow]:
    """All calendars, everybody's first."""
    holidays = (
        select(func.count())
        .where(GrievanceHoliday.calendar_id == GrievanceCalendar.uuid)
        .correlate(GrievanceCalendar)
        .scalar_subquery()
    )
    rows = session.execute(
        select(GrievanceCalendar, Project.name, Project.time_zone, holidays)
        .outerjoin(Project, Project.uuid == GrievanceCalendar.project_id)
        .order_by(Project.name.nulls_first())
    )
    return [CalendarRow(calendar, name, zone, number) for calendar, name, zone, number in rows]


def the_calendar(session: Session, uuid: UUID, *, locked: bool = False) -> CalendarRow:
    """One calendar; `locked` for whoever changes it. Raises NotFound where there is none."""
    statement = (
        select(GrievanceCalendar, Project.name, Project.time_zone)
        .outerjoin(Project, Project.uuid == GrievanceCalendar.project_id)
        .where(GrievanceCalendar.uuid == uuid)
    )
    if locked:
        statement = statement.with_for_update(of=GrievanceCalendar)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return CalendarRow(row[0], row[1], row[2], 0)


def holidays_of(session: Session, calendar: UUID) -> dict[dt.date, str]:
    """The holidays of a calendar, from the first."""
    rows = session.execute(
        select(GrievanceHoliday.day, GrievanceHoliday.name)
        .where(GrievanceHoliday.calendar_id == calendar)
        .order_by(GrievanceHoliday.day)
    )
    return {row.day: row.name for row in rows}


def projects_without_calendar(session: Session) -> Named:
    """The projects that have no calendar of their own, by name."""
    own = select(GrievanceCalendar.project_id).where(GrievanceCalendar.project_id.is_not(None))
    return _named(
        session,
        select(Project.uuid, Project.name).where(Project.deleted_at.is_(None), Project.uuid.not_in(own)),
    )


def rules(session: Session) -> list[RuleRow]:
    """All rules in the order in which they are asked."""
    rows = session.execute(
        select(
            GrievanceRule.uuid,
            Project.name,
            GrievanceCategory.name,
            func.coalesce(User.name, User.email),
            Role.name,
        )
        .outerjoin(Project, Project.uuid == GrievanceRule.project_id)
        .outerjoin(GrievanceCategory, GrievanceCategory.uuid == GrievanceRule.category_id)
        .outerjoin(User, User.id == GrievanceRule.user_id)
        .outerjoin(Role, Role.id == GrievanceRule.role_id)
        .order_by(*IN_ORDER)
    )
    return [RuleRow(*row) for row in rows]


def projects_to_rule(session: Session) -> Named:
    """The projects, by name."""
    return _named(session, select(Project.uuid, Project.name).where(Project.deleted_at.is_(None)))


def roles_of_cases(session: Session) -> Named:
    """The roles that say something of changing grievances, by name, with their ids as text."""
    return _named(session, select(Role.id, Role.name).where(Role.id.in_(_changing())))


def colleagues(session: Session) -> Named:
    """The users who hold such a role now, by name, with their ids as text."""
    held = (
        select(UserRole.user_id)
        .join(Role, Role.id == UserRole.role_id)
        .where(Role.id.in_(_changing()), in_force())
    )
    name = func.coalesce(User.name, User.email)
    return _named(session, select(User.id, name).where(User.deleted_at.is_(None), User.id.in_(held)))


def _changing() -> Select[int]:
    return select(Permission.role_id).where(
        Permission.inverted.is_(False),
        Permission.action.in_(("update", "manage")),
        Permission.subject.in_(("Grievance", "all")),
    )


def _named(session: Session, statement: Select[*tuple[Any, ...]]) -> Named:
    found = session.execute(statement.order_by(statement.selected_columns[1]))
    return [(str(row[0]), row[1]) for row in found]


def state_of_category(found: GrievanceCategory) -> str:
    """In which state a category is."""
    return fingerprint(found.name, found.priority, found.is_sensitive, found.is_active)


def state_of_channel(found: GrievanceChannel) -> str:
    """In which state a channel is."""
    return fingerprint(found.name, found.is_active)


def state_of_targets(found: Targets) -> str:
    """In which state the targets of a category are, or those of all others."""
    return fingerprint(sorted(found.items()))


def state_of_calendar(found: GrievanceCalendar, holidays: dict[dt.date, str]) -> str:
    """In which state a calendar is."""
    hours = (found.opens, found.closes, found.time_zone)
    return fingerprint(sorted(found.days), hours, sorted(holidays.items()))


def state_of_ladder(steps: Sequence[GrievanceStep]) -> str:
    """In which state the ladder is."""
    return fingerprint([(step.step, step.receiver, step.minutes, step.is_active) for step in steps])
