"""The list and the board of grievances in a browser: found, moved by hand and by mouse, changed by the dozen; with a
script and without."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from portal.core.enums import GrievanceStatus
from portal.grievances.models import Grievance
from portal.grievances.operations.moving import acknowledge
from portal.grievances.operations.story import Teller
from tests.browser.conftest import Live
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case

pytestmark = pytest.mark.browser

_number = count(1)


def add_cases(live: Live) -> tuple[str, str]:
    """A project with a case in each state and some more, one of them sensitive: its uuid, and that of a new case."""
    number = next(_number)
    with live.session() as session:
        project = add_project(session, f"Hill Cash {number}")
        reporter = add_user_with(session, f"reporter{number}", "Viewer")
        new = add_case(session, project, reporter, "The money did not come", priority="HIGH")
        add_case(
            session, project, reporter, "Somebody asked me for money", is_sensitive=True, priority="URGENT"
        )
        add_case(session, project, reporter, "शिकायत: नाम गलत छ", reported_by="आशा राई")
        for status in GrievanceStatus:
            add_case(
                session,
                project,
                reporter,
                f"A question of the village {status.value.lower()}",
                status=status.value,
            )
        session.commit()
        return str(project.uuid), str(new.uuid)


def test_the_list_and_the_board_look_right(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    project, new = add_cases(live)
    enter("Supervisor")
    page.goto(f"/grievances?project={project}")
    expect(page.locator("#cases tbody tr")).to_have_count(7)
    look_over("grievances-list")
    page.get_by_role("searchbox").fill("नाम")
    expect(page.locator("#cases tbody tr")).to_have_count(1)
    page.goto(f"/grievances/board?project={project}")
    page.locator(f"#case-{new}").get_by_role("link", name="Move").click()
    expect(page.locator(f"#words-{new}")).to_be_focused()
    look_over("grievances-board")


def test_a_case_is_moved_by_keyboard_and_the_counters_follow(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    project, new = add_cases(live)
    enter("Supervisor", into=page)
    page.goto(f"/grievances/board?project={project}")
    expect(page.locator("#count-NEW")).to_have_text("4")
    page.locator(f"#case-{new}").get_by_role("link", name="Move").press("Enter")
    page.get_by_label("Move to").select_option("Under review")
    page.get_by_role("button", name="Move the case").press("Enter")
    expect(page.locator(".field-error")).to_be_visible()
    page.get_by_label("What you tell the person").fill("We ask the bank.")
    page.get_by_role("button", name="Move the case").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("The case was moved.")
    expect(page.locator(f"#cards-UNDER_REVIEW #case-{new}")).to_be_visible()
    expect(page.locator("#count-NEW")).to_have_text("3")
    expect(page.locator("#count-UNDER_REVIEW")).to_have_text("2")


def test_a_case_is_drawn_with_the_mouse_and_who_comes_second_sees_what_happened(
    live: Live, page: Page, enter: Callable[..., None], faults: list[str]
) -> None:
    project, new = add_cases(live)
    enter("Supervisor")
    page.goto(f"/grievances/board?project={project}")
    page.locator(f"#case-{new}").drag_to(page.locator("[data-status=CLOSED].board-column"))
    expect(page.get_by_label("Move to")).to_have_value("CLOSED")
    page.get_by_label("What you tell the person").fill("Out of scope.")
    with live.session() as session:
        other = add_user_with(session, f"other{next(_number)}", "Supervisor")
        case = session.query(Grievance).where(Grievance.uuid == new).one()
        acknowledge(session, case.uuid, Teller(other.id), "We look into it.")
        session.commit()
    page.get_by_role("button", name="Move the case").click()
    card = page.locator(f"#case-{new}")
    expect(card).to_contain_text("Somebody was first")
    expect(card).to_contain_text("We look into it.")
    assert [fault for fault in faults if "409" not in fault] == []
    faults.clear()
    expect(page.get_by_label("What you tell the person")).to_have_value("Out of scope.")
    page.get_by_label("Move to").select_option("Resolved")
    page.get_by_role("button", name="Move the case").click()
    expect(page.locator(f"#cards-RESOLVED #case-{new}")).to_be_visible()


def test_many_cases_are_changed_at_once(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    project, _new = add_cases(live)
    enter("Supervisor")
    page.goto(f"/grievances?project={project}&status=NEW")
    page.get_by_role("button", name="More").or_(page.locator("summary", has_text="More")).first.click()
    page.get_by_role("link", name="Change many").click()
    expect(page.locator("#category")).to_be_visible()
    page.get_by_label("Set their priority").check()
    expect(page.locator("#category")).to_be_hidden()
    look_over("grievances-change-many")
    page.locator("#priority").select_option("Urgent")
    page.get_by_role("button", name="Try it out").click()
    expect(page.locator(".tiles")).to_contain_text(re.compile("Would change\\s*3"))
    look_over("grievances-dry-run")
    page.get_by_role("button", name="Do it now").click()
    expect(page.locator(".tiles")).to_contain_text(re.compile("Changed\\s*3"))
    page.get_by_role("link", name="To the list of grievances").click()
    expect(page.locator("h1")).to_have_text("Grievances")
