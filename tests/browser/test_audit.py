"""The audit log in a browser: deeds are found there, a record has its history, and looking leaves no other trace."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import Live
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]
NAME, PHONE, GOVT_ID = "Quetzalina Xylographou", "+9779876501234", "ZQXJKV-4711-0815"
TRACES = re.compile(r"uetzalina|ylographou|98765012|987-6501|ZQXJKV|4711-08", re.IGNORECASE)


@pytest.fixture(scope="module")
def canary(live: Live) -> UUID:
    """Somebody whose data must not turn up where they do not belong."""
    with live.session() as session:
        person = add_beneficiary(session, NAME, PHONE, govt_id=GOVT_ID, location="Rajapur")
        session.commit()
        person.location, person.age = "Gulariya", 41
        session.commit()
        return person.uuid


def test_what_was_shown_is_found_in_the_log_and_on_the_persons_page(
    either_page: Page, enter: Callable[..., None], canary: UUID
) -> None:
    page = either_page
    enter(into=page)
    page.goto(f"/beneficiaries/{canary}")
    expect(page.locator("main")).to_contain_text("+977••••234")
    page.get_by_label("What is it for?").select_option("other")
    page.get_by_label("Which other purpose?").fill("Visiting at home")
    page.get_by_role("button", name="Show phone and ID").click()
    expect(page.locator("#person")).to_contain_text("987-6501234")
    expect(page.locator("#person")).to_contain_text(GOVT_ID)
    assert page.url.endswith((str(canary), "/reveal"))

    page.goto(f"/beneficiaries/{canary}")
    expect(page.locator("main")).not_to_contain_text(GOVT_ID)
    page.get_by_role("link", name="History", exact=True).click()
    entry = page.locator("#history .entry", has_text="Visiting at home").first
    expect(entry).to_contain_text("Showed hidden data")
    expect(page.locator("#history")).to_contain_text("not told")


def test_the_log_is_filtered_and_looks_well(
    page: Page, enter: Callable[..., None], canary: UUID, look_over: LookOver
) -> None:
    enter()
    page.goto("/audit")
    page.locator("#filter-table").select_option("tbl_beneficiaries")
    expect(page).to_have_url(re.compile("table=tbl_beneficiaries"))
    page.get_by_label("Record", exact=True).fill(str(canary))
    expect(page).to_have_url(re.compile(f"record={canary}"))
    expect(page.locator(".entry").last).to_contain_text("Added")
    changed = page.locator(".entry", has_text="Changed").last
    expect(changed.get_by_role("row", name="Age")).to_contain_text("41")
    look_over("audit-filtered")
    page.goto(f"/audit/records/beneficiaries/{canary}")
    look_over("audit-history")
    page.goto("/audit?since=2026-01-01&until=2026-01-02")
    expect(page.locator("main")).to_contain_text("Nothing like that is on record")
    page.goto(f"/audit?record={canary}")
    look_over("audit")
    page.set_viewport_size({"width": 360, "height": 780})
    page.locator(".filter-toggle summary").click()
    look_over("audit-filters-open")


def test_the_pages_that_ask_what_for_look_well(
    page: Page, enter: Callable[..., None], canary: UUID, look_over: LookOver
) -> None:
    enter()
    page.goto(f"/beneficiaries/{canary}")
    look_over("person-masked")
    page.get_by_role("button", name="Show phone and ID").click()
    expect(page.get_by_label("What is it for?")).to_have_attribute("aria-invalid", "true")
    look_over("person-purpose-missing")
    page.get_by_label("What is it for?").select_option("Calling the person")
    page.get_by_role("button", name="Show phone and ID").click()
    expect(page.locator("#person")).to_contain_text(GOVT_ID)
    look_over("person-revealed")


def test_F1_a_persons_data_leave_no_trace_where_they_do_not_belong(
    page: Page, enter: Callable[..., None], live: Live, canary: UUID, instance: Path
) -> None:
    asked: list[Request] = []
    page.context.on("request", lambda request: asked.append(request))
    enter()
    page.goto("/beneficiaries")
    page.goto(f"/beneficiaries/{canary}")
    page.get_by_label("What is it for?").select_option("Calling the person")
    page.get_by_role("button", name="Show phone and ID").click()
    expect(page.locator("#person")).to_contain_text(GOVT_ID)
    seen = page.locator("main").inner_text()
    page.get_by_role("link", name="Beneficiaries").first.click()
    page.goto("/beneficiaries/export")
    page.get_by_label("What is it for?").select_option("Reporting")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download").click()
    exported = Path(saved.value.path()).read_text()
    refused = page.goto(f"/beneficiaries/{UUID(int=7)}")
    assert refused
    assert refused.status == 404

    places: dict[str, Any] = {
        "addresses": [request.url for request in asked],
        "referrers": [request.headers.get("referer", "") for request in asked],
        "cookies": [json.dumps(dict(cookie)) for cookie in page.context.cookies()],
        "stores": page.evaluate("[JSON.stringify(localStorage), JSON.stringify(sessionStorage)]"),
        "error page": page.content(),
        "log": (instance / "live.log").read_text(),
        "database": in_the_database(live),
    }
    assert TRACES.search(seen), "it was there to be seen"
    assert TRACES.search(exported)
    assert "reveal_beneficiary" in places["log"]
    assert len(places["addresses"]) > 5
    assert len(places["database"]) > 5
    assert {place: found for place, said in places.items() if (found := TRACES.findall(str(said)))} == {}


def in_the_database(live: Live) -> list[str]:
    """Statements as everybody with an account there sees them, arguments of jobs, the audit log."""
    address = (
        live.app.config["SQLALCHEMY_DATABASE_URI"].replace("+psycopg", "").replace("portal@", "postgres@", 1)
    )
    with psycopg.connect(address) as superuser:
        found: list[str] = []
        for query in (
            "SELECT query FROM pg_stat_activity WHERE datname = current_database()",
            "SELECT arguments::text || coalesce(result::text, '') FROM tbl_jobs",
            "SELECT args::text FROM procrastinate_jobs",
            "SELECT log::text FROM tbl_audit_log AS log WHERE \"tableName\" LIKE 'tbl_beneficiaries%'",
        ):
            found += [str(row[0]) for row in superuser.execute(query.encode())]
    return found
