"""The filtered list as a file, as it lands on the reader's disk."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser

PEOPLE = {
    "=HYPERLINK(1) Exporta": "+9779811100001",
    "Exporta, “quoted” नेपाली": "+9779811100002",
    "نور Exporta": "+9779811100003",
}


@pytest.fixture(scope="module", autouse=True)
def people(live: Live) -> None:
    with live.session() as session:
        for name, phone in PEOPLE.items():
            add_beneficiary(session, name, phone)
        session.commit()


def download(page: Page, kind: str) -> bytes:
    """Exactly the filtered list, by the button of the list."""
    page.goto("/beneficiaries?q=exporta")
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.locator("main")).to_contain_text("3 people, as the list is filtered now")
    page.get_by_label(kind).check()
    page.get_by_label("Verified", exact=True).uncheck()
    page.get_by_label("What is it for?").select_option("other")
    page.get_by_label("Which other purpose?").fill("Checking the browser")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    assert re.fullmatch(r"beneficiaries-\d{4}-\d\d-\d\d\.(csv|xlsx)", saved.value.suggested_filename)
    return Path(saved.value.path()).read_bytes()


def test_the_list_is_downloaded_as_csv_with_formulas_as_text(
    either_page: Page, enter: Callable[..., None]
) -> None:
    enter(into=either_page)
    content = download(either_page, "CSV").decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(content))
    assert header[:2] == ["name", "phone"]
    assert "verified" not in header
    assert [row[0] for row in rows] == [name if name[0] != "=" else f"'{name}" for name in reversed(PEOPLE)]
    assert {re.sub(r"\W", "", row[1]) for row in rows} == {phone[1:] for phone in PEOPLE.values()}


def test_the_list_is_downloaded_as_a_workbook_of_texts(page: Page, enter: Callable[..., None]) -> None:
    enter()
    sheet = openpyxl.load_workbook(io.BytesIO(download(page, "Excel"))).active
    assert sheet is not None
    _header, *rows = sheet.iter_rows()
    assert [row[0].value for row in rows] == list(reversed(PEOPLE))
    assert all(
        cell.data_type in "sn" and not str(cell.number_format).startswith("=") for row in rows for cell in row
    )
    assert {str(row[1].value) for row in rows} == set(PEOPLE.values())
    assert {row[1].data_type for row in rows} == {"s"}


def test_an_export_without_a_purpose_is_refused_at_its_field(
    either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    enter(into=page)
    page.goto("/beneficiaries/export?q=exporta")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what the data are for.")
    expect(page.get_by_label("What is it for?")).to_have_attribute("aria-invalid", "true")


def test_who_may_not_export_finds_no_way_to(page: Page, enter: Callable[..., None]) -> None:
    enter("Officer")
    page.goto("/beneficiaries?q=exporta")
    expect(page.get_by_role("link", name="Export", exact=True)).to_have_count(0)
    page.goto("/beneficiaries/export")
    expect(page.locator(".error-code")).to_have_text("403")
