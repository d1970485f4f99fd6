"""The settings of grievances in a browser: changed by keyboard and without a script, and looked at in every look."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from portal.grievances.models import GrievanceCalendar, GrievanceCategory, GrievanceRule
from portal.users.models import Role
from tests.browser.conftest import Live
from tests.factories import add_project

pytestmark = pytest.mark.browser

SETTINGS = "/grievances/settings"
_number = count(1)


def test_a_rule_and_holidays_are_set_and_what_is_wrong_is_said_at_its_field(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page, name = either_page, f"Water {next(_number)}"
    enter("Admin", into=page)
    page.goto(SETTINGS)
    page.get_by_role("link", name="Add a category").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Its cases are sensitive").check()
    page.keyboard.press("Enter")
    expect(page.locator("#categories")).to_contain_text(name)
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("Cases of the category").select_option(name)
    page.get_by_label("Or to whoever of this role").select_option("Supervisor")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#rules")).to_contain_text("Whoever of the role Supervisor has the fewest")
    page.locator("#rules").get_by_role("button", name="Take away").last.click()
    expect(page.locator("#rules")).not_to_contain_text(name)
    page.locator("#calendars").get_by_role("link", name="Change").first.click()
    holidays = page.get_by_label("Holidays")
    before = holidays.input_value()
    holidays.fill("2031-01-01 New Year\nsoon")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field-error")).to_contain_text("Line 2 does not begin with a day")
    expect(holidays).to_have_value("2031-01-01 New Year\nsoon")
    holidays.fill(before)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("The calendar is saved.")


def test_every_page_of_the_settings_looks_right(
    live: Live, page: Page, look_over: Callable[[str], None], enter: Callable[..., None]
) -> None:
    with live.session() as session:
        project = add_project(session, "Ayuda de invierno مساعدات الشتاء", time_zone="Asia/Kathmandu")
        calendar = GrievanceCalendar(project_id=project.uuid, days=[1, 2, 3, 4, 5, 7])
        role = session.scalars(select(Role.id).where(Role.name == "Supervisor")).one()
        protection = session.scalars(
            select(GrievanceCategory).where(GrievanceCategory.name == "Protection")
        ).one()
        first = GrievanceRule(position=1, project_id=project.uuid, category_id=protection.uuid, role_id=role)
        second = GrievanceRule(position=2, role_id=role)
        session.add_all([calendar, first, second])
        session.commit()
        own, category, rules = calendar.uuid, protection.uuid, (first.uuid, second.uuid)
    enter("Admin")
    for name, path in {
        "show_settings": "",
        "edit_category": f"/categories/{category}",
        "edit_category_targets": f"/categories/{category}/targets",
        "edit_calendar": f"/calendars/{own}",
        "add_rule": "/rules/new",
        "edit_ladder": "/ladder",
    }.items():
        page.goto(SETTINGS + path)
        look_over(name)
    with live.session() as session:
        session.execute(delete(GrievanceRule).where(GrievanceRule.uuid.in_(rules)))
        session.execute(delete(GrievanceCalendar).where(GrievanceCalendar.uuid == own))
        session.commit()
