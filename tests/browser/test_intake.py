"""A complaint without an account: from the poster's address to the answer, on a phone that runs no script."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from portal.grievances.models import Grievance
from portal.grievances.operations import moving, noting
from portal.grievances.operations.story import Teller
from tests.browser.conftest import Live
from tests.factories import add_project, add_user_with

pytestmark = pytest.mark.browser

MOST_WEIGHT = 20 * 1024
"""Bytes of a first load: page, style and all."""


@dataclass(frozen=True)
class Camp:
    """A project under way, and who looks after its cases."""

    live: Live
    uuid: str
    supervisor: int

    @property
    def address(self) -> str:
        return f"/complain/{self.uuid[:8]}"

    def answer(self, code: str, *, resolve: bool = True) -> None:
        """What the office does meanwhile."""
        with self.live.session() as session:
            case = session.scalars(select(Grievance).where(Grievance.code == code)).one()
            by = Teller(self.supervisor)
            if case.status == "NEW":
                moving.acknowledge(session, case.uuid, by, "We ask the bank.")
            if resolve:
                moving.resolve(session, case.uuid, by, "The rest was paid today.")
            else:
                noting.ask(session, case.uuid, by, "On which day did you ask?")
            session.commit()

    def status(self, code: str) -> str:
        with self.live.session() as session:
            return str(session.scalars(select(Grievance.status).where(Grievance.code == code)).one())


@pytest.fixture(scope="module")
def camp(live: Live) -> Camp:
    with live.session() as session:
        project = add_project(session, "Cash after the floods")
        supervisor = add_user_with(session, "case_worker_of_the_camp", "Supervisor")
        session.commit()
        return Camp(live, str(project.uuid), supervisor.id)


def complain(page: Page, camp: Camp, words: str, language: str = "en") -> tuple[str, str]:
    """Fill in the form; code and PIN."""
    page.goto(f"{camp.address}?language={language}")
    page.fill("textarea[name=words]", words)
    page.click("main form button")
    code, pin = page.locator(".public-keys dd").all_inner_texts()
    return code.replace(" ", ""), pin.replace(" ", "")


def come_back(page: Page, code: str, pin: str) -> None:
    page.goto("/complain/status")
    page.fill("input[name=code]", code.lower())
    page.fill("input[name=pin]", pin)
    page.keyboard.press("Enter")


def test_a_woman_complains_in_nepali_without_a_script_and_reads_the_answer(
    without_script: Page, camp: Camp
) -> None:
    page = without_script
    code, pin = complain(page, camp, "पैसा आएन", "ne")
    assert page.locator("html").get_attribute("lang") == "ne"
    camp.answer(code, resolve=False)
    come_back(page, code, pin)
    expect(page.get_by_text("On which day did you ask?")).to_be_visible()
    page.fill("textarea[name=words]", "सोमबार")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("What you wrote was passed on.")
    camp.answer(code)
    come_back(page, code, pin)
    expect(page.get_by_text("The rest was paid today.")).to_be_visible()
    page.get_by_label("What do you want to say?").fill("केही आएन")
    page.get_by_role("button", name="No, I do not accept").click()
    expect(page.get_by_role("status")).to_contain_text("looked at again")
    assert camp.status(code) == "UNDER_REVIEW"
    camp.answer(code)
    come_back(page, code, pin)
    page.get_by_role("button", name="Yes, I accept").click()
    expect(page.get_by_role("status")).to_contain_text("closed")
    page.reload()
    assert camp.status(code) == "CLOSED"
    assert page.context.cookies() == []


def test_each_public_page_is_fit_to_be_read(page: Page, camp: Camp, look_over: Callable[[str], None]) -> None:
    page.goto("/complain?q=floods")
    expect(page.get_by_role("searchbox")).to_have_value("floods")
    look_over("complain-search")
    page.goto(f"{camp.address}?language=ar")
    look_over("complain-form-ar")
    page.goto(f"{camp.address}?language=en")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".field-error")).to_contain_text("Write what happened")
    look_over("complain-refused")
    code, pin = complain(page, camp, "The shop was closed.\nThree times.")
    look_over("complain-thanks")
    camp.answer(code)
    come_back(page, code, pin)
    expect(page.get_by_text("The rest was paid today.")).to_be_visible()
    look_over("complain-case")


def test_a_first_load_weighs_at_most_20_KiB(page: Page, camp: Camp) -> None:
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda request: sizes.append(
            request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"]
        ),
    )
    page.goto(f"{camp.address}?language=ne", wait_until="networkidle")
    assert sum(sizes) <= MOST_WEIGHT


def test_the_poster_of_a_project_prints_on_one_sheet(
    page: Page, camp: Camp, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    enter("Viewer")
    page.goto(f"/projects/{camp.uuid}")
    page.get_by_role("link", name="Complaints form").click()
    page.get_by_role("link", name="नेपाली").last.click()
    expect(page).to_have_url(re.compile("sheet"))
    look_over("poster-ne")
    page.emulate_media(media="print")
    expect(page.locator("header")).not_to_be_visible()
    if page.context.browser and page.context.browser.browser_type.name == "chromium":
        assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


def test_a_hotlines_calls_are_taken_in_the_browser(
    page: Page, camp: Camp, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    enter("Supervisor")
    page.goto("/hotline")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator(".field-error").first).to_be_visible()
    page.get_by_label("Project").select_option(camp.uuid)
    content = (
        b"Caller,Phone,Category,Complaint\nMaya,9812345678,Wrong amount,I got half\nHari,call me,,Closed\n"
    )
    page.set_input_files("input[type=file]", {"name": "calls.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("1 row is new")).to_be_visible()
    look_over("hotline-rows")
    page.get_by_role("button", name="Take what is new").click()
    expect(page.get_by_text("1 grievance was opened.")).to_be_visible(timeout=60_000)
