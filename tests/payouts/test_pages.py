"""The pages of payout lists: what each says, and to whom."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core import choosing
from portal.core.abilities import Rule
from portal.core.db import db
from portal.payouts import forms
from portal.payouts.queries import amounts
from portal.payouts.queries.rows import Show
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_project, add_user_with, enter_as
from tests.payouts.lists import Ground

pytestmark = pytest.mark.database

PLACES = ("", "/rows", *(f"/rows?show={show}" for show in Show), "/warnings", "/export")


def test_every_page_of_a_list_opens_in_every_state(ground: Ground, client: FlaskClient) -> None:
    lists = [
        ground.draft(ground.some(0, 3)),
        ground.submitted(None, ground.some(3, 6), title="Round 2"),
        ground.paid(ground.some(6, 10)),
    ]
    for user in (ground.maker, ground.approver):
        browser = enter_as(client, ground.session, user)
        assert "Round 2" in browser.get("/payouts").text
        for found in lists:
            for place in PLACES:
                assert browser.get(f"/payouts/{found.uuid}{place}").status_code == 200, place


def test_the_lists_of_a_project_without_any_are_none(ground: Ground, client: FlaskClient) -> None:
    ground.draft(title="Of the north")
    south = add_project(ground.session, "South")
    ground.session.commit()
    browser = enter_as(client, ground.session, ground.maker)
    for project, said in ((ground.project, True), (south, False)):
        answer = browser.get(f"/payouts?project={project.uuid}")
        assert (answer.status_code, "Of the north" in answer.text) == (200, said)


def test_the_story_of_a_list_tells_who_held_people_out_and_leads_to_them(
    ground: Ground, client: FlaskClient
) -> None:
    found = ground.submitted()
    rows = [row.uuid for row in ground.rows(found)]
    browser = enter_as(client, ground.session, ground.approver)
    page = f"/payouts/{found.uuid}"
    assert "held" not in browser.get(page).text.partition("What happened")[2]
    told = {"rows": [str(uuid) for uuid in rows[:3]], "reason": "Moved away"}
    assert browser.post(f"{page}/rows/hold", data=told).status_code == 303
    story = browser.get(page).text.partition("What happened")[2]
    assert f"{ground.approver.name} held 3 people out" in story
    assert f"{page}/rows?show=held" in story
    assert "Moved away" in browser.get(f"{page}/rows?show=held").text
    browser.post(f"{page}/rows/let-in", data={"rows": [str(uuid) for uuid in rows[:3]]})
    assert "held 3" not in browser.get(page).text.partition("What happened")[2]


def test_whose_payment_failed_is_shown_and_nobody_else(ground: Ground, client: FlaskClient) -> None:
    paid = ground.paid()
    ground.sql(
        "UPDATE tbl_transactions SET status = 'FAILED', \"failedBy\" = :by, \"failedAt\" = now(), reason = 'No line'"
        " WHERE uuid IN (SELECT uuid FROM tbl_payout_rows WHERE number <= 2)",
        by=ground.maker.id,
    )
    ground.session.commit()
    browser = enter_as(client, ground.session, ground.maker)
    assert "/rows?show=failed" in browser.get(f"/payouts/{paid.uuid}").text
    shown = browser.get(f"/payouts/{paid.uuid}/rows?show=failed").text
    assert set(re.findall(r"Sita \d", shown)) == {"Sita 0", "Sita 1"}


def test_a_paid_list_leads_to_its_transactions_and_the_list_of_these_can_be_narrowed_to_it(
    ground: Ground, client: FlaskClient
) -> None:
    draft, paid = ground.draft(ground.some(6, 8), title="Round 9"), ground.paid(ground.some(0, 3))
    ground.paid(ground.some(3, 6), title="Round 2")
    browser = enter_as(client, ground.session, ground.maker)
    link = f"/transactions?payout_list={paid.uuid}"
    assert link in browser.get(f"/payouts/{paid.uuid}").text
    assert f"/transactions?payout_list={draft.uuid}" not in browser.get(f"/payouts/{draft.uuid}").text
    for address in (link, "/transactions"):
        choice = browser.get(address).text.partition('id="filter-payout_list"')[2].partition("</select>")[0]
        assert set(re.findall(r">(Round \d)</option>", choice)) == {"Round 1", "Round 2"}, "not the draft"
    page = browser.get(link).text
    assert page.count("Sita ") >= 3
    assert "Sita 4" not in page
    chips = page.partition('class="chips')[2].partition("</ul>")[0]
    assert "Round 1" in chips
    assert str(paid.uuid) not in re.sub(r'href="[^"]*"', "", chips)


def test_C4_a_list_that_one_may_not_see_is_none_of_the_choices(
    ground: Ground, session: Session, client: FlaskClient
) -> None:
    ground.paid()
    rules = [Rule("read", "Transaction"), Rule("read", "PayoutList", conditions={"projectId": str(uuid4())})]
    browser = enter_as(client, session, add_user_with(session, "elsewhere", None, rules))
    assert "Round 1" not in browser.get("/transactions").text


def test_of_more_lists_than_a_few_the_one_is_found_by_its_name(
    ground: Ground, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "FEW", 1)
    paid = ground.paid(ground.some(0, 3), title="October, east")
    ground.paid(ground.some(3, 6), title="October, west")
    ground.draft(ground.some(6, 8), title="October, north")
    browser = enter_as(client, ground.session, ground.maker)
    names = browser.get("/payouts/names?field=payout_list&payout_list=october").text
    assert re.findall(r'value="([^"]*)"', names) == ["October, east", "October, west"]
    for address in ("/transactions", "/offramps"):
        found = browser.get(f"{address}?payout_list=october,+EAST")
        assert found.status_code == 200
        assert browser.get(f"{address}?payout_list={paid.uuid}").status_code == 200
        assert 'value="October, east"' in found.text
        unknown = browser.get(f"{address}?payout_list=october")
        assert unknown.status_code == 422
        assert "Nothing is called exactly so." in unknown.text
    assert browser.get(f"/transactions?payout_list={paid.uuid}").text.count("Sita ") >= 3
    assert "Sita 4" not in browser.get("/transactions?payout_list=October,+east").text


def test_where_not_everybody_is_looked_at_for_numbers_the_form_says_so(
    ground: Ground, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in ground.people:
        person.extras = {"members": 4}
    ground.session.commit()
    browser = enter_as(client, ground.session, ground.maker)
    address = f"/payouts/new?within={ground.project.uuid}&group={ground.group.uuid}"
    assert "Looked for among" not in browser.get(address).text
    for place in (amounts, forms):
        monkeypatch.setattr(place, "LOOKED_AT", 3)
    assert "Looked for among 3 of them." in browser.get(address).text


def test_people_of_a_filter_are_paid_by_the_form_once(ground: Ground, client: FlaskClient) -> None:
    browser = enter_as(client, ground.session, ground.maker)
    assert "Choose a project" in browser.get(f"/payouts/new?group={ground.group.uuid}").text
    address = f"/payouts/new?within={ground.project.uuid}&group={ground.group.uuid}"
    once = re.search(r'name="once"[^>]*value="([^"]+)"', browser.get(address).text)
    assert once
    form = {
        "once": once[1],
        "title": "Round 1",
        "rule": "FIXED",
        "currency": "NPR",
        "vendor": str(ground.vendor.uuid),
        "method": "HANDED_OUT",
    }
    refused = browser.post(address, data=form | {"amount": "1,000"})
    assert refused.status_code == 422
    assert "can be read in two ways" in refused.text
    answers = [browser.post(address, data=form | {"amount": "1000.50"}) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert ground.sql("SELECT count(*), max(state) FROM tbl_payout_lists").one() == (1, "FILLING")


def test_C3_a_list_of_another_project_is_as_unknown_as_none(
    ground: Ground, session: Session, client: FlaskClient
) -> None:
    rules = [Rule("read", "PayoutList", conditions={"projectId": str(uuid4())})]
    browser = enter_as(client, session, add_user_with(session, "elsewhere", None, rules))
    found = ground.draft()
    assert str(found.uuid) not in browser.get("/payouts").text
    known = browser.get(f"/payouts/{found.uuid}")
    unknown = browser.get(f"/payouts/{uuid4()}")
    assert known.status_code == unknown.status_code == 404


def test_C8_personal_data_of_rows_are_masked_for_who_may_not_read_them(
    ground: Ground, signed_in_as: SignedInAs
) -> None:
    for person in ground.people:
        person.extras = {"bankAccount": "NP-0012345678"}
    found = ground.draft()
    page = signed_in_as("Viewer").get(f"/payouts/{found.uuid}/rows").text
    assert "Sita 0" not in page
    assert "S••• 0" in page or "S•••" in page
    assert "0012345678" not in page
    assert "Sita 0" in signed_in_as("Manager").get(f"/payouts/{found.uuid}/rows").text


def test_E5_a_form_of_an_older_draft_is_refused_with_both_values(ground: Ground, client: FlaskClient) -> None:
    browser = enter_as(client, ground.session, ground.maker)
    found = ground.draft()
    row = ground.rows(found)[0].uuid
    page = f"/payouts/{found.uuid}/rows/{row}"
    version = str(found.version)
    assert browser.post(page, data={"amount": "70", "version": version}).status_code == 303
    stale = browser.post(page, data={"amount": "80", "version": version})
    assert stale.status_code == 409
    assert 'value="80"' in stale.text
    assert "70.00" in stale.text
    assert browser.post(page, data={"amount": "80"}).status_code == 409
    assert ground.rows(found)[0].amount == 70


def test_a_page_of_rows_costs_as_many_statements_however_many_there_are(
    ground: Ground, client: FlaskClient
) -> None:
    browser = enter_as(client, ground.session, ground.maker)
    counts = []
    for chosen in (ground.some(0, 1), ground.some(1, 10)):
        found = ground.draft(chosen)
        told: list[Any] = []

        def note(*_told: Any, said: list[Any] = told) -> None:
            said.append(1)

        bind = db.session.get_bind()
        event.listen(bind, "after_cursor_execute", note)
        browser.get(f"/payouts/{found.uuid}/rows")
        event.remove(bind, "after_cursor_execute", note)
        counts.append(len(told))
    assert counts[0] == counts[1] <= 8, counts


def test_only_who_may_change_settings_says_how_many_approve(ground: Ground, signed_in_as: SignedInAs) -> None:
    admin = signed_in_as("Admin")
    form = {"others": "500", "currency": "USD", "most": "40.50"}
    assert admin.post("/payouts/approvers", data=form).status_code == 303
    assert "40.50" in admin.get("/payouts/approvers").text
    assert admin.post("/payouts/approvers", data={"others": "0"}).status_code == 422
    assert ground.submitted().steps_needed == 2
    assert signed_in_as("Manager").get("/payouts/approvers").status_code == 403
