"""The same of the settings of grievances."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.grievances.models import GrievanceCalendar, GrievanceCategory, GrievanceChannel, GrievanceRule
from tests.factories import add_project
from tests.house.ground import Calls, Ground

SETTINGS = "/grievances/settings"
WEEK: dict[str, Any] = {
    "days": ["1", "2"],
    "opens": "09:00",
    "closes": "17:00",
    "time_zone": "UTC",
    "holidays": "",
}
HOURS = {
    f"{aim}_{priority}": hours
    for priority in ("urgent", "high", "normal", "low")
    for aim, hours in (("acknowledge", "1"), ("resolve", "2"))
}


def _first(g: Ground, model: Any) -> UUID:
    found: UUID = g.session.scalars(select(model.uuid).limit(1)).one()
    return found


def _own_calendar(g: Ground) -> TestResponse:
    project = add_project(g.session, "Floods")
    g.session.commit()
    return g.post(f"{SETTINGS}/calendars/new", project=str(project.uuid), **WEEK)


def _calendar_deleted(g: Ground) -> TestResponse:
    _own_calendar(g)
    own = select(GrievanceCalendar.uuid).where(GrievanceCalendar.project_id.is_not(None))
    return g.post(f"{SETTINGS}/calendars/{g.session.scalars(own).one()}/delete")


def _rule(g: Ground) -> TestResponse:
    return g.post(f"{SETTINGS}/rules/new", project="", category="", user=str(g.me.id), role="")


def _rule_raised(g: Ground) -> TestResponse:
    g.session.add_all([GrievanceRule(position=at, user_id=g.me.id) for at in (1, 2)])
    g.session.commit()
    last = select(GrievanceRule.uuid).where(GrievanceRule.position == 2)
    return g.post(f"{SETTINGS}/rules/{g.session.scalars(last).one()}/raise")


def _steps() -> dict[str, str]:
    told: dict[str, str] = {}
    for step in ("1", "2", "3"):
        told |= {f"receiver_{step}": "MANAGER", f"minutes_{step}": step, f"is_active_{step}": "y"}
    return told


CALLS: Calls = {
    "grievances.add_category": (
        "INSERT tbl_grievance_categories",
        lambda g: g.post(f"{SETTINGS}/categories/new", name="Water", priority="LOW", is_active="y"),
    ),
    "grievances.edit_category": (
        "UPDATE tbl_grievance_categories",
        lambda g: g.filled(
            f"{SETTINGS}/categories/{_first(g, GrievanceCategory)}",
            name="Water",
            priority="LOW",
            is_active="y",
        ),
    ),
    "grievances.edit_category_targets": (
        "INSERT tbl_grievance_targets",
        lambda g: g.filled(f"{SETTINGS}/categories/{_first(g, GrievanceCategory)}/targets", **HOURS),
    ),
    "grievances.edit_targets": (
        "UPDATE tbl_grievance_targets",
        lambda g: g.filled(f"{SETTINGS}/targets", **HOURS),
    ),
    "grievances.add_channel": (
        "INSERT tbl_grievance_channels",
        lambda g: g.post(f"{SETTINGS}/channels/new", name="Radio"),
    ),
    "grievances.edit_channel": (
        "UPDATE tbl_grievance_channels",
        lambda g: g.filled(f"{SETTINGS}/channels/{_first(g, GrievanceChannel)}", name="Radio", is_active="y"),
    ),
    "grievances.add_calendar": ("INSERT tbl_grievance_calendars", _own_calendar),
    "grievances.edit_calendar": (
        "UPDATE tbl_grievance_calendars",
        lambda g: g.filled(f"{SETTINGS}/calendars/{_first(g, GrievanceCalendar)}", **WEEK),
    ),
    "grievances.delete_calendar": ("DELETE tbl_grievance_calendars", _calendar_deleted),
    "grievances.add_rule": ("INSERT tbl_grievance_rules", _rule),
    "grievances.raise_rule": ("UPDATE tbl_grievance_rules", _rule_raised),
    "grievances.delete_rule": (
        "DELETE tbl_grievance_rules",
        lambda g: (_rule(g), g.post(f"{SETTINGS}/rules/{_first(g, GrievanceRule)}/delete"))[1],
    ),
    "grievances.edit_ladder": (
        "UPDATE tbl_grievance_steps",
        lambda g: g.filled(f"{SETTINGS}/ladder", **_steps()),
    ),
}
