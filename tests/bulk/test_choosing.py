"""Picking people in the list: the boxes, the links, the bar, and what it refuses."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.bulk.models import BulkAction
from portal.core.abilities import Rule
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.naughty import NAUGHTY
from tests.bulk.actions import LIST, action_at, drafted, pick
from tests.factories import add_beneficiaries, add_beneficiary, add_group

pytestmark = pytest.mark.database

BOX = re.compile(
    r'<input[^>]*type="checkbox" form="picking" name="people" value="([^"]+)" aria-label="[^"]*"([^>]*)>'
)


def boxes(page: str) -> dict[str, str]:
    """The boxes of a page's rows: whom they stand for, and their state."""
    return {uuid: state.strip() for uuid, state in BOX.findall(page)}


def offered(page: str) -> set[str]:
    """What the bar offers."""
    bar = re.search(r'<select[^>]*id="picking-action".*?</select>', page, re.DOTALL)
    return set(re.findall(r'<option value="(\w+)"', bar[0])) if bar else set()


def link(page: str, words: str) -> str:
    """Where a link with these words leads."""
    found = re.search(rf'<a id="[^"]+" href="([^"]+)"[^>]*>{words}', page)
    assert found, words
    return found[1].replace("&amp;", "&")


def test_each_row_has_a_box_that_names_whom_it_picks(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "100 % <Sita>")
    page = manager.get(LIST).text
    assert boxes(page) == {str(person.uuid): ""}
    assert 'aria-label="Select 100 % &lt;Sita&gt;"' in page


def test_who_can_do_nothing_with_people_sees_no_boxes_and_no_bar(
    session: Session, viewer: FlaskClient
) -> None:
    add_beneficiary(session, "Sita")
    page = viewer.get(LIST).text
    assert (boxes(page), offered(page)) == ({}, set())
    assert "Select this page" not in page
    assert pick(viewer, "VERIFY", [uuid4()]).status_code == 403


def test_the_bar_offers_what_the_reader_may_do(session: Session, signed_in_as: SignedInAs) -> None:
    add_beneficiary(session, "Sita")
    of_manager = offered(signed_in_as("Manager").get(LIST).text)
    assert {"JOIN_GROUP", "DELETE", "EXPORT", "SET_BANKED"} <= of_manager
    of_officer = offered(signed_in_as("Officer").get(LIST).text)
    assert of_manager - of_officer == {"DELETE", "EXPORT", "PAY"}
    narrow = [Rule("read", "Beneficiary"), Rule("update", "Beneficiary"), Rule("create", "BulkAction")]
    assert not {"JOIN_GROUP", "JOIN_PROJECT"} & offered(signed_in_as(*narrow).get(LIST).text)


def test_what_is_not_offered_is_refused_though_it_is_sent(session: Session, signed_in_as: SignedInAs) -> None:
    person = add_beneficiary(session, "Sita")
    officer = signed_in_as("Officer")
    for action in ("DELETE", "EXPORT", "NO_SUCH", ""):
        assert pick(officer, action, [person.uuid]).status_code == 422
    assert session.query(BulkAction).count() == 0


def test_a_page_is_ticked_by_a_link_and_the_next_page_is_not(session: Session, manager: FlaskClient) -> None:
    add_beneficiaries(session, 60)
    page = manager.get(link(manager.get(f"{LIST}?q=person").text, "Select this page")).text
    assert set(boxes(page).values()) == {"checked"}
    assert len(boxes(page)) == 50
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following
    assert "tick" not in following[1]


def test_all_that_match_are_picked_by_a_link_and_stay_so_from_page_to_page(
    session: Session, manager: FlaskClient
) -> None:
    add_beneficiaries(session, 60)
    page = manager.get(link(manager.get(f"{LIST}?q=person").text, "Select all 60 that match")).text
    assert "All 60 that match are selected" in page
    assert set(boxes(page).values()) == {"checked disabled"}
    assert 'name="all" value="yes"' in page
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following
    assert 'name="all" value="yes"' in manager.get(following[1].replace("&amp;", "&")).text
    nobody = manager.get(link(page, "Select nobody")).text
    assert set(boxes(nobody).values()) == {""}


def test_whoever_filters_or_sorts_anew_ticks_anew(session: Session, manager: FlaskClient) -> None:
    add_beneficiaries(session, 3)
    page = manager.get(f"{LIST}?q=person&gender=UNKNOWN&tick=all").text
    elsewhere = re.findall(r'<a class="chip" href="([^"]+)"', page) + re.findall(
        r'href="([^"]*sort=[^"]*)"', page
    )
    assert len(elsewhere) >= 3
    assert [address for address in elsewhere if "tick" in address] == []
    assert 'name="tick"' not in page


def test_nobody_picked_is_said_at_the_bar_and_nothing_is_lost(session: Session, manager: FlaskClient) -> None:
    for number in range(60):
        add_beneficiary(session, f"Person {number}", gender="FEMALE")
    second = re.search(r'href="([^"]+)" rel="next"', manager.get(f"{LIST}?gender=FEMALE").text)
    assert second
    address = second[1].replace("&amp;", "&")
    answer = manager.post("/bulk/new", data={"action": "VERIFY", "list": address})
    assert answer.status_code == 422
    assert "Tick at least one person" in answer.text
    assert 'role="alert"' in answer.text
    assert '<option value="VERIFY" selected>' in answer.text
    assert boxes(answer.text).keys() == boxes(manager.get(address).text).keys()
    assert 'href="/bulk/new' not in answer.text
    assert f'name="list" value="{address.replace("&", "&amp;")}"' in answer.text


def test_an_action_that_is_missing_is_said_there_and_the_ticks_stay(
    session: Session, manager: FlaskClient
) -> None:
    one, other = add_beneficiary(session, "Sita"), add_beneficiary(session, "Rita")
    answer = pick(manager, "", [one.uuid])
    assert answer.status_code == 422
    assert "Choose what to do" in answer.text
    assert boxes(answer.text) == {str(one.uuid): "checked", str(other.uuid): ""}


@pytest.mark.parametrize("junk", ["x", "'; DROP TABLE", "", "0" * 5000, *NAUGHTY[:40]])
def test_D10_what_is_no_uuid_is_refused(session: Session, manager: FlaskClient, junk: str) -> None:
    add_beneficiary(session, "Sita")
    data = {"action": "VERIFY", "list": LIST, "people": [junk]}
    assert manager.post("/bulk/new", data=data).status_code == 422
    assert manager.get(LIST, query_string={"people": junk}).status_code in {200, 422}


def test_too_many_picked_by_hand_are_refused(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Sita")
    assert "Too many to pick one by one" in pick(manager, "VERIFY", [uuid4() for _ in range(501)]).text


@pytest.mark.parametrize("address", ["", "nowhere", "https://evil.example/beneficiaries"])
def test_all_that_match_of_no_list_is_not_everybody(
    session: Session, manager: FlaskClient, address: str
) -> None:
    add_beneficiary(session, "Sita")
    answer = manager.post("/bulk/new", data={"action": "VERIFY", "all": "yes", "list": address})
    assert answer.status_code == 422
    assert session.query(BulkAction).count() == 0


def test_nor_is_a_filter_that_cannot_be_used(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Sita")
    for address in (f"{LIST}?age_from=x", f"{LIST}?group={uuid4()}", f"{LIST}?people=x"):
        assert pick(manager, "VERIFY", everybody=address).status_code == 422
    assert session.query(BulkAction).count() == 0


def test_the_filter_travels_and_not_the_people(session: Session, manager: FlaskClient) -> None:
    group = add_group(session, "Mothers")
    add_beneficiary(session, "Sita", groups=[group])
    page = drafted(
        manager, "VERIFY", everybody=f"{LIST}?group={group.uuid}&verified=no&tick=all&at=x&sort=name"
    )
    assert action_at(session, page).filter == {"group": str(group.uuid), "verified": False}
    shown = manager.get(page).text
    assert "Mothers" in shown
    assert "Not verified" in shown


def test_C7_what_the_form_does_not_ask_is_not_taken(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "Sita")
    answer = pick(
        manager, "VERIFY", [person.uuid], createdBy="1", state="DONE", expected="7", uuid=str(uuid4())
    )
    made = action_at(session, str(answer.location))
    assert (made.state, made.expected, made.filter) == ("DRAFT", None, {"people": [str(person.uuid)]})
    assert made.created_by != 1 or session.query(BulkAction).count() == 1


def test_an_export_of_those_picked_is_the_exports_own_page(session: Session, manager: FlaskClient) -> None:
    one, other = add_beneficiary(session, "Sita"), add_beneficiary(session, "Rita")
    answer = pick(manager, "EXPORT", [one.uuid])
    assert (answer.status_code, answer.location) == (303, f"/beneficiaries/export?people={one.uuid}")
    assert "1 person, as the list is filtered now" in manager.get(str(answer.location)).text
    data = {"format": "csv", "columns": ["name"], "purpose": "Distribution list"}
    file = manager.post(str(answer.location), data=data, buffered=True).text
    assert ("Sita" in file, "Rita" in file) == (True, False)
    answer = pick(manager, "EXPORT", everybody=f"{LIST}?q=Rita&sort=name")
    assert answer.location == "/beneficiaries/export?q=Rita&sort=name"
    assert session.query(BulkAction).count() == 0
    assert other.uuid


def test_those_picked_can_be_seen_in_a_list_of_their_own(session: Session, manager: FlaskClient) -> None:
    one, other, third = (add_beneficiary(session, name) for name in ("Sita", "Rita", "Gita"))
    page = manager.get(f"{LIST}?people={one.uuid}&people={third.uuid}").text
    assert set(boxes(page)) == {str(one.uuid), str(third.uuid)}
    assert re.search(r"Picked: <bdi>2</bdi>", page)
    assert str(other.uuid) not in page


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "sita 98"},
        {
            "gender": ["FEMALE", "OTHER"],
            "banked_status": ["BANKED"],
            "phone_status": ["NO_PHONE", "SMART_PHONE"],
        },
        {"verified": "no", "placed": "yes", "age_from": "0", "age_to": "40"},
        {"created_from": "2026-03-01", "created_to": "2026-04-01", "location": "Rajapur & 100 %"},
        {"area": "27.5,-85.0,28.0,0.1"},
    ],
)
def test_a_filter_leads_back_to_the_list_that_it_came_from(
    session: Session, manager: FlaskClient, query: dict[str, Any]
) -> None:
    add_beneficiary(session, "Sita")
    with manager.application.test_request_context(LIST, query_string=query):
        address = request.full_path.rstrip("?")
    page = drafted(manager, "VERIFY", everybody=address)
    kept = action_at(session, page).filter
    back = re.search(
        r'<a class="btn[^>]*href="([^"]+)"[^>]*>(?:(?!</a>).)*See them in the list',
        manager.get(page).text,
        re.S,
    )
    assert back
    again = drafted(manager, "VERIFY", everybody=back[1].replace("&amp;", "&"))
    assert action_at(session, again).filter == kept
    assert (kept or {}).keys() == query.keys()
