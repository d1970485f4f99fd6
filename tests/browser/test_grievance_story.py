"""The whole way of a complaint: from a poster's address to the figures, and an officer who never knew."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from portal.grievances.models import GrievanceRule
from tests.browser.conftest import Live
from tests.factories import add_project, add_user_with, enter_as

pytestmark = pytest.mark.browser

PATIENCE = 60_000
"""Milliseconds that the worker's next round may take on a machine that has other things to do."""
WORDS = "मेरो छिमेकीले मलाई पैसा दिन बाध्य पार्छ।"


@dataclass(frozen=True)
class Office:
    """A project, who looks after its cases by rule, and the cookie of each."""

    project: str
    name: str
    supervisor: int
    mail: str
    cookies: dict[str, dict[str, Any]]


@pytest.fixture
def office(live: Live) -> Office:
    with live.session() as session:
        project = add_project(session, "Cash along the river")
        people = {
            role: add_user_with(session, f"river_{role}".lower(), role)
            for role in ("Supervisor", "Manager", "Officer", "Admin")
        }
        session.add(GrievanceRule(position=0, project_id=project.uuid, user_id=people["Supervisor"].id))
        session.commit()
        cookies = {}
        for role, person in people.items():
            cookie = enter_as(live.app.test_client(), session, person).get_cookie("sid")
            assert cookie
            cookies[role] = {"name": "sid", "value": cookie.value, "url": live.url, "httpOnly": True}
        found = people["Supervisor"]
        return Office(str(project.uuid), project.name, found.id, str(found.email), cookies)


def ask(live: Live, statement: str, **values: Any) -> Any:
    with live.session() as session:
        return session.scalar(text(statement), values)


def into(page: Page, cookie: Any) -> Page:
    page.context.clear_cookies()
    page.context.add_cookies([cookie])
    return page


def come_back(phone: Page, code: str, pin: str) -> None:
    phone.goto("/complain/status")
    phone.fill("input[name=code]", code)
    phone.fill("input[name=pin]", pin)
    phone.keyboard.press("Enter")


def say(page: Page, where: str, deed: str, words: str, button: str | None = None) -> None:
    """Do one of the deeds that a case's page offers, with the words it asks for."""
    page.goto(where)
    page.get_by_role("link", name=deed, exact=True).click()
    page.get_by_label("What you tell the person").fill(words)
    page.get_by_role("button", name=button or deed, exact=True).click()
    expect(page.locator("#story")).to_contain_text(words)


def test_a_complaint_goes_from_a_poster_to_the_figures_and_an_officer_never_knows(
    live: Live, page: Page, without_script: Page, office: Office
) -> None:
    # A woman with a phone that runs no script comes by the poster's address.
    into(page, office.cookies["Manager"]).goto(f"/projects/{office.project}")
    page.get_by_role("link", name="Complaints form").click()
    found = re.search(r"/complain/\w+", page.locator("main").inner_text())
    assert found
    address = found[0]
    phone = without_script
    phone.goto(f"{address}?language=ne")
    phone.fill("textarea[name=words]", WORDS)
    protection = ask(live, "SELECT uuid::text FROM tbl_grievance_categories WHERE name = 'Protection'")
    phone.select_option("select[name=about]", str(protection))
    phone.click("main form button")
    code, pin = (part.replace(" ", "") for part in phone.locator(".public-keys dd").all_inner_texts())
    case = ask(live, "SELECT uuid::text FROM tbl_grievances WHERE code = :code", code=code)
    where = f"/grievances/{case}"

    # It is the supervisor's by rule; its first clock runs out, and they are told.
    assert (
        ask(live, 'SELECT "assigneeId" FROM tbl_grievances WHERE uuid = :case', case=case)
        == office.supervisor
    )
    told = "SELECT count(*) FROM tbl_messages WHERE \"userId\" = :user AND purpose = 'case-overdue'"
    before = ask(live, told, user=office.supervisor)
    with live.session() as session:
        session.execute(
            text(
                """UPDATE tbl_grievances SET "acknowledgeRisk" = now() - interval '2 hours',
                "acknowledgeBy" = now() - interval '1 hour', "riskAt" = now() - interval '2 hours',
                "dueAt" = now() - interval '1 hour' WHERE uuid = :case"""
            ),
            {"case": case},
        )
        session.commit()
    into(page, office.cookies["Supervisor"]).goto(f"/grievances?who=me&project={office.project}")
    expect(page.locator("#cases")).to_contain_text("Breached")
    escalated = 'SELECT count(*) FROM tbl_grievance_escalations WHERE "grievanceId" = :case'
    for _ in range(120):
        if ask(live, escalated, case=case):
            break
        page.wait_for_timeout(500)
    assert ask(live, told, user=office.supervisor) > before

    # Acknowledged, asked back, answered, resolved.
    say(page, where, "Acknowledge", "We look into it.")
    say(page, where, "Ask the person", "On which day was it?", "Ask")
    expect(page.locator("main")).to_contain_text("stands still since")
    come_back(phone, code, pin)
    phone.fill("textarea[name=words]", "सोमबार")
    phone.locator("main form button").first.click()
    page.goto(where)
    expect(page.locator("#story")).to_contain_text("सोमबार")
    expect(page.locator("main")).not_to_contain_text("stands still since")
    say(page, where, "Resolve", "The neighbour was spoken to.")

    # She does not accept it; it is resolved anew and closed.
    come_back(phone, code, pin)
    expect(phone.locator("main")).to_contain_text("The neighbour was spoken to.")
    phone.fill("textarea[name=words]", "ऊ फेरि आयो")
    phone.get_by_role("button", name="No, I do not accept").click()
    page.goto(where)
    expect(page.locator("#story")).to_contain_text("ऊ फेरि आयो")
    say(page, where, "Resolve", "She lives elsewhere now, and is safe.")
    come_back(phone, code, pin)
    phone.get_by_role("button", name="Yes, I accept").click()
    assert ask(live, "SELECT status::text FROM tbl_grievances WHERE uuid = :case", case=case) == "CLOSED"

    # The figures and the log have all of it.
    figures = f"/figures/grievances?project={office.project}"
    tiles = page.get_by_role("list", name="Figures of grievances")
    resolved = tiles.get_by_role("listitem").filter(has_text="Resolved in time").filter(has_text="100%")
    for _ in range(60):
        page.goto(figures)
        if resolved.count():
            break
        page.wait_for_timeout(1_000)
    expect(tiles.get_by_role("listitem").filter(has_text="Received")).to_contain_text("1")
    expect(tiles.get_by_role("listitem").filter(has_text="Opened again")).to_contain_text("1")
    logged = (
        'SELECT count(*) FROM tbl_audit_log WHERE "tableName" = \'tbl_grievances\' AND "recordId" = :case'
    )
    assert ask(live, logged, case=case) >= 8, "opened, six moves, waiting and no longer"
    kinds = "SELECT string_agg(kind, ' ' ORDER BY id) FROM tbl_grievance_events WHERE \"grievanceId\" = :case"
    assert ask(live, kinds, case=case).split() == [
        *("OPENED", "ASSIGNED", "ESCALATED", "ACKNOWLEDGED", "ASKED", "ANSWERED"),
        *("RESOLVED", "REOPENED", "RESOLVED", "CLOSED"),
    ]

    # Who may not read sensitive cases never knew.
    into(page, office.cookies["Manager"]).goto(f"/grievances?project={office.project}")
    expect(page.locator("main")).to_contain_text("No grievance matches")
    page.goto(f"/grievances?q={code}")
    expect(page.locator("#cases")).to_contain_text("No grievance matches")
    page.goto(figures)
    expect(page.locator("main")).to_contain_text("No grievances came in during this time")
    for role, status in (("Manager", 404), ("Officer", 404)):
        answer = into(page, office.cookies[role]).goto(where, wait_until="commit")
        assert answer
        assert answer.status == status
