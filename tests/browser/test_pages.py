"""Every page in every look: two sizes, two themes, nothing for axe to find, nothing wider than the window."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from portal.core.abilities import Rule
from tests.browser.conftest import Live
from tests.browser.messy import LONG_NAME, MessyFile, becomes, check, row_of, show, upload
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
LIST = "/beneficiaries"
NOBODY = [
    Rule("read", "Beneficiary", conditions={"projectId": str(uuid4())}),
    Rule("import", "Beneficiary"),
    *(
        Rule(action, subject, conditions={"createdBy": "${user.id}"})
        for subject in ("ImportBatch", "Job")
        for action in ("read", "create", "update")
    ),
]
"""The rules of somebody who sees no people and no imports: the pages are empty."""

RUNNING = """
UPDATE tbl_jobs SET state = 'RUNNING', step = 'Reading and checking the rows', done = 41200, total = 100000,
    "startedAt" = now(), "heartbeatAt" = now(),
    result = jsonb_build_object('stepBegan', extract(epoch FROM now()) - 4)
WHERE uuid = (SELECT "jobId" FROM tbl_import_batches WHERE "fileName" = :name ORDER BY "createdAt" DESC LIMIT 1)
"""
WAITING = """
UPDATE tbl_jobs SET state = 'QUEUED', step = NULL, done = 0, total = NULL, result = NULL,
    "startedAt" = NULL, "heartbeatAt" = NULL
WHERE uuid = (SELECT "jobId" FROM tbl_import_batches WHERE "fileName" = :name ORDER BY "createdAt" DESC LIMIT 1)
"""


def test_the_pages_of_who_is_not_signed_in(page: Page, look_over: LookOver) -> None:
    page.goto("/sign-in")
    look_over("sign-in")
    page.get_by_label("E-mail").fill("nobody@example.org")
    page.get_by_label("Password").fill("wrong horse battery staple")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_over("sign-in-refused")


def test_the_list_of_people(page: Page, enter: Callable[..., None], look_over: LookOver) -> None:
    enter()
    page.goto(f"{LIST}?age_from=88")
    expect(page.locator("#people tbody tr").first).to_be_visible()
    look_over("list")
    page.goto(f"{LIST}?q=zzzqqq")
    look_over("list-no-match")
    page.set_viewport_size({"width": 360, "height": 780})
    page.locator(".filter-toggle summary").click()
    look_over("list-filters-open")
    page.goto(f"{LIST}?age_from=900")
    look_over("list-filter-refused")


def test_the_list_with_every_column(page: Page, enter: Callable[..., None], look_over: LookOver) -> None:
    enter()
    page.goto(f"{LIST}?age_from=88&verified=yes")
    page.locator(".columns-menu summary").click()
    for box in page.locator(".columns-menu input[type=checkbox]:not(:disabled)").all():
        box.check()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Reference")).to_be_visible()
    look_over("list-every-column")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator(".columns-menu summary").click()
    look_over("list-columns-menu")


def test_the_pages_of_who_has_nothing_yet(
    page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    enter(None, NOBODY)
    page.goto(LIST)
    expect(page.get_by_role("heading", name="No people yet")).to_be_visible()
    look_over("list-empty")
    page.goto("/imports")
    expect(page.get_by_role("heading", name="No imports yet")).to_be_visible()
    look_over("imports-empty")
    page.goto("/jobs")
    expect(page.get_by_role("heading", name="No jobs yet")).to_be_visible()
    look_over("jobs-empty")
    page.set_viewport_size({"width": 360, "height": 780})
    page.locator(".places-toggle summary").click()
    look_over("menu-open")


def test_the_page_of_a_person_plain_and_masked(
    live: Live, page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    with live.session() as session:
        project = add_project(session, "नदी किनारका परिवारहरूका लागि नगद सहायता कार्यक्रम, दोस्रो चरण")
        group = add_group(session, "Paid by bank", [project], group_purpose="BANK_TRANSFER")
        uuid = add_beneficiary(
            session,
            LONG_NAME,
            "+9779800077777",
            govt_id="YE-0004711",
            email="a.rather.long.address.of.somebody@mail.example.org",
            groups=[group],
            projects=[project],
            location="حضرموت",
            latitude=15.93,
            longitude=48.79,
            notes="Prefers to be called in the evening. " * 4,
            extras={
                "household_size": 6,
                "वडा नम्बर": 9,
                "needs": ["ramp", "interpreter"],
                "a_long_answer": "word " * 30,
            },
        ).uuid
        session.commit()
    enter()
    page.goto(f"{LIST}/{uuid}")
    look_over("person")
    page.context.clear_cookies()
    enter("Viewer")
    page.goto(f"{LIST}/{uuid}")
    expect(page.locator("main")).to_contain_text("Personal data is partly hidden")
    look_over("person-masked")
    page.goto(f"{LIST}?age_from=88")
    look_over("list-masked")


def test_the_page_of_an_export(page: Page, enter: Callable[..., None], look_over: LookOver) -> None:
    enter()
    page.goto(f"{LIST}/export?gender=FEMALE")
    look_over("export")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_over("export-refused")


def test_the_pages_of_an_import(
    live: Live, page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    file = MessyFile("90")
    with live.session() as session:
        add_beneficiary(session, file.person("Somebody Else"), file.phone(6), age=60)
        add_beneficiary(session, file.person("Known Already"), file.phone(7), age=30)
        session.commit()
    enter("Officer")
    page.goto("/imports/new")
    look_over("import-new")
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look_over("import-new-refused")
    upload(page, file)
    look_over("import-columns")
    becomes(page, "Village").select_option("phone")
    with live.paused():
        page.get_by_role("button", name="Check the rows").click()
        expect(page.get_by_text("Waiting to begin")).to_be_visible()
        with live.session() as session:
            session.execute(text(RUNNING), {"name": file.name})
            session.commit()
        expect(page.get_by_text("of 100,000 rows")).to_be_visible()
        look_over("import-check")
        page.goto("/jobs")
        page.get_by_role("link", name="Check").first.click()
        look_over("job-running")
        with live.session() as session:
            session.execute(text(WAITING), {"name": file.name})
            session.commit()
    page.goto("/imports")
    page.get_by_role("link", name=file.name).click()
    page.wait_for_url("**/review", timeout=30_000)
    page.get_by_role("navigation", name="Steps").get_by_role("link", name="Columns").click()
    becomes(page, "Village").select_option("location")
    check(page)
    look_over("import-review")
    for verdict in ("New", "Updates", "Possible duplicates", "Invalid"):
        show(page, verdict)
        look_over(f"import-review-{verdict.split()[-1].lower()}")
    row_of(page, file.person("Maya Rai")).get_by_text("Correct “Birth date”").click()
    look_over("import-review-correcting")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="Take 5 rows").click()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=30_000)
    look_over("import-result")
    page.get_by_role("button", name="Undo this import").click()
    expect(page.locator("main")).to_contain_text("This import was undone", timeout=30_000)
    look_over("import-undone")
    page.goto("/imports")
    look_over("imports")
    page.goto("/jobs")
    look_over("jobs")
    page.get_by_role("link", name="Check").first.click()
    look_over("job-done")


def test_the_pages_of_ones_own_account(page: Page, sign_in: Callable[..., str], look_over: LookOver) -> None:
    sign_in("accountant", "Viewer")
    page.goto("/account/sessions")
    look_over("sessions")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("details.account summary").click()
    look_over("account-menu")


def test_the_pages_of_errors(page: Page, enter: Callable[..., None], look_over: LookOver) -> None:
    enter("Viewer")
    page.goto("/imports")
    expect(page.locator(".error-code")).to_have_text("403")
    look_over("error-403")
    page.goto(f"{LIST}/{uuid4()}")
    expect(page.locator(".error-code")).to_have_text("404")
    look_over("error-404")


def test_the_picture_for_the_readme_shows_the_list(page: Page, enter: Callable[..., None]) -> None:
    """With `PORTAL_README_SCREENSHOT=1` it becomes docs/screenshot.png; run this test alone for it."""
    enter()
    page.set_viewport_size({"width": 1280, "height": 760})
    page.emulate_media(color_scheme="light")
    page.goto(f"{LIST}?gender=FEMALE&age_from=66")
    expect(page.locator("#people tbody tr").nth(12)).to_be_visible()
    picture = page.screenshot()
    assert len(picture) < 200_000
    if os.environ.get("PORTAL_README_SCREENSHOT") == "1":
        (Path(__file__).parents[2] / "docs" / "screenshot.png").write_bytes(picture)
