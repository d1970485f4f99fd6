"""A messy file from its upload to its people in the list, and out of it again; with JavaScript and without."""

import re
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import Live
from tests.browser.messy import MessyFile, becomes, check, counts, row_of, show, upload
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser

_tags = count(10)


@pytest.fixture
def file(live: Live) -> MessyFile:
    """A file of this test's own, two of whose people are in the registry."""
    file = MessyFile(f"{next(_tags)}")
    with live.session() as session:
        add_beneficiary(session, file.person("Somebody Else"), file.phone(6), age=60)
        add_beneficiary(session, file.person("Known Already"), file.phone(7), age=30)
        session.commit()
    return file


def test_a_messy_file_is_checked_corrected_taken_and_undone(
    either_page: Page, enter: Callable[..., None], file: MessyFile
) -> None:
    page = either_page
    enter("Officer", into=page)
    upload(page, file)
    expect(becomes(page, "Phone number")).to_have_value("phone")
    becomes(page, "Ward chief").select_option("notes")
    check(page)
    expected = {"All": 9, "New": 4, "Updates": 1, "Possible duplicates": 2, "Invalid": 2}
    assert counts(page) == expected

    show(page, "Invalid")
    expect(page.locator("tbody tr")).to_have_count(2)
    wrong = row_of(page, file.person("Maya Rai"))
    wrong.get_by_text("Correct “Birth date”").click()
    cell = wrong.get_by_role("textbox", name=re.compile("Birth date in row"))
    cell.fill("30-02-1990")
    cell.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("still has something wrong")
    wrong.get_by_text("Correct “Birth date”").click()
    cell.fill("28-02-1990")
    cell.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("is corrected")
    expect(wrong).to_have_count(0)

    show(page, "Possible duplicates")
    known = row_of(page, file.person("Other Name"))
    expect(known.get_by_role("link", name=file.person("Somebody Else"))).to_be_visible()
    known.get_by_role("button", name="Same person: update").click()
    expect(known).to_have_count(0)
    shared = row_of(page, file.person("Hari Pun"))
    expect(shared).to_contain_text("of the file has the same phone")
    shared.get_by_role("button", name="Somebody else who shares the phone").click()
    expect(page.get_by_role("heading", name="No rows with this verdict")).to_be_visible()

    show(page, "New")
    left = row_of(page, file.person("Left Alone"))
    left.get_by_role("button", name="Leave out").click()
    expect(left.get_by_role("button", name="Take")).to_be_visible()
    assert counts(page) == {**expected, "New": 6, "Updates": 2, "Possible duplicates": 0, "Invalid": 1}

    page.get_by_role("button", name="Take 7 rows").click()
    undo = page.get_by_role("button", name="Undo this import")
    expect(undo).to_be_visible(timeout=30_000)
    tiles = page.get_by_label("What came of the rows").locator("li")
    expect(tiles).to_have_text(
        ["Rows in the file 9", "Registered 5", "Updated 2", "Not taken 2"], use_inner_text=True
    )
    page.get_by_role("link", name="Rows not taken").click()
    page.get_by_label("What is it for?").select_option("Correcting and importing again")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    lines = Path(saved.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert (
        lines[0] == "Full name,Phone number,Gender,Birth date,Age,Village,Ward chief,Row,Why it was not taken"
    )
    assert lines[1].startswith(f"Bad Phone {file.tag},12,male")
    assert lines[2].endswith("Left out in the review.")

    page.goto(f"/beneficiaries?q=Sita+Tharu+{file.tag}")
    page.get_by_role("link", name=file.person("Sita Tharu"), exact=True).click()
    expect(page.locator("main")).to_contain_text("Dhan Bahadur")
    page.goto(f"/beneficiaries?q={file.phone(6)[1:]}")
    expect(row_of(page, file.person("Other Name"))).to_have_count(1)

    page.goto("/imports")
    page.get_by_role("link", name=file.name).click()
    undo.click()
    expect(page.locator("main")).to_contain_text("This import was undone", timeout=30_000)
    page.goto(f"/beneficiaries?q=Sita+Tharu+{file.tag}")
    expect(page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    page.goto(f"/beneficiaries?q={file.phone(6)[1:]}")
    expect(row_of(page, file.person("Somebody Else"))).to_have_count(1)


def test_the_check_is_watched_while_it_runs_and_leads_on_by_itself(
    live: Live, either_page: Page, enter: Callable[..., None], file: MessyFile
) -> None:
    page = either_page
    enter("Officer", into=page)
    upload(page, file)
    with live.paused():
        page.get_by_role("button", name="Check the rows").click()
        expect(page.get_by_text("Waiting to begin")).to_be_visible()
        with live.session() as session:
            session.execute(
                text(
                    'UPDATE tbl_jobs SET done = 4, total = 9 WHERE uuid = (SELECT "jobId"'
                    ' FROM tbl_import_batches WHERE "fileName" = :name)'
                ),
                {"name": file.name},
            )
            session.commit()
        expect(page.get_by_text("4 of 9 rows")).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page).to_have_url(re.compile("/review$"), timeout=30_000)


def test_a_check_that_was_cancelled_can_be_begun_again(
    live: Live, page: Page, enter: Callable[..., None], file: MessyFile
) -> None:
    enter("Officer")
    upload(page, file)
    with live.paused():
        page.get_by_role("button", name="Check the rows").click()
        # Each second another takes its place, also between a mouse going down and up: it is pressed in one go.
        page.get_by_role("button", name="Cancel").dispatch_event("click")
        expect(page.locator("main")).to_contain_text("This was stopped before it was finished.")
    page.get_by_role("button", name="Go back a step").click()
    check(page)
    assert counts(page)["All"] == 9


def test_what_the_columns_were_is_remembered_and_the_same_file_is_noticed(
    page: Page, enter: Callable[..., None], file: MessyFile
) -> None:
    enter("Officer")
    upload(page, file)
    becomes(page, "Village").select_option("notes")
    becomes(page, "Ward chief").select_option("ignore")
    check(page)
    page.get_by_role("button", name="Take 5 rows").click()
    expect(page.get_by_role("button", name="Undo this import")).to_be_visible(timeout=30_000)
    upload(page, file)
    expect(page.locator("#toasts")).to_contain_text("This very file was imported before")
    expect(becomes(page, "Village")).to_have_value("notes")
    expect(becomes(page, "Ward chief")).to_have_value("ignore")
    check(page)
    assert counts(page)["Updates"] == 5
    page.get_by_text("More", exact=True).click()
    page.get_by_role("button", name="Discard this import").click()
    expect(page.locator("#toasts")).to_contain_text("Nobody was registered")


def test_a_file_that_cannot_be_read_is_refused_at_its_field(
    either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    enter("Officer", into=page)
    page.goto("/imports/new")
    for name, content in (
        ("people.pdf", b"%PDF-1.7"),
        ("people.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("people.csv", b""),
    ):
        page.get_by_label("File").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
        page.get_by_role("button", name="Look at the file").click()
        expect(page.get_by_role("alert")).to_contain_text("There is a problem")
        expect(page.locator(".field-error")).to_be_visible()
        expect(page).to_have_url(re.compile("/imports/new$"))
        expect(page.get_by_label("File")).to_have_value("")
