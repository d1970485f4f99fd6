"""A single case in a browser: its pages, and its way by keyboard, with a script and without."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from portal.grievances.operations import looking_after, moving, noting
from portal.grievances.operations.story import REPORTER, Teller
from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_project, add_user_with
from tests.grievances.cases import add_case, category_named

pytestmark = pytest.mark.browser

_number = count(1)


def add_story(live: Live) -> tuple[str, str]:
    """A case with a long story about a person who has others: its uuid, and that of a new one."""
    number = next(_number)
    with live.session() as session:
        project = add_project(session, f"Riverside Cash {number}")
        lead = add_user_with(session, f"caselead{number}", "Supervisor")
        person = add_beneficiary(session, f"Maya Chaudhary {number}", projects=[project])
        about = {"beneficiary_id": person.uuid, "category_id": category_named(session, "Protection").uuid}
        case = add_case(
            session,
            project,
            lead,
            "The agent kept half of what I was to get",
            description="At the shop near the bridge they gave me half.\nThey said the rest is their share.",
            is_sensitive=True,
            priority="URGENT",
            **about,
        )
        new = add_case(session, project, lead, "The money did not come", beneficiary_id=person.uuid)
        by = Teller(lead.id)
        looking_after.assign(session, case.uuid, lead.id, by)
        moving.acknowledge(
            session, case.uuid, by, "We received it. Anita looks into it and calls you by Friday."
        )
        noting.add_note(
            session, case.uuid, by, "The shop is closed today; go there tomorrow.", is_public=False
        )
        noting.ask(session, case.uuid, by, "On which day were you at the shop?")
        noting.answer(session, case.uuid, REPORTER, "सोमबार बिहान।")
        noting.ask(session, case.uuid, by, "Do you still have the receipt?")
        session.commit()
        return str(case.uuid), str(new.uuid)


def test_the_pages_of_a_case_look_right(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    case, _new = add_story(live)
    enter("Supervisor")
    page.goto(f"/grievances/{case}")
    expect(page.locator("#story li")).to_have_count(6)
    look_over("case")
    page.goto(f"/grievances/{case}/answer")
    look_over("case-answer")
    page.goto("/grievances/new")
    look_over("case-new")


def test_a_complaint_is_written_down_and_goes_its_way_by_keyboard(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    _case, new = add_story(live)
    enter("Supervisor", into=page)
    page.goto(f"/grievances/{new}")
    page.get_by_role("link", name="Acknowledge").press("Enter")
    page.get_by_role("button", name="Acknowledge").press("Enter")
    expect(page.locator("#words-error")).to_contain_text("Write something.")
    page.get_by_label("What you tell the person").fill("We ask the bank.")
    page.get_by_role("button", name="Acknowledge").press("Enter")
    expect(page.locator("#story")).to_contain_text("We ask the bank.")
    page.get_by_label("Note").fill("The bank answers on Monday.")
    page.get_by_role("button", name="Add the note").press("Enter")
    expect(page.locator("#story")).to_contain_text("The bank answers on Monday.")
    page.get_by_role("link", name="Resolve").press("Enter")
    page.get_by_label("What you tell the person").fill("It was paid today.")
    page.get_by_role("button", name="Resolve").press("Enter")
    expect(page.get_by_role("link", name="Open again")).to_be_visible()
    expect(page.locator(".page-title")).to_contain_text("Resolved")
    expect(page).to_have_url(re.compile(f"/grievances/{new}$"))
