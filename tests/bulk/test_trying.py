"""The dry run: how many would change, how many not and why; and yes to just what the page showed."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.bulk.models import BulkAction
from portal.bulk.operations.drafts import forget
from portal.core.abilities import Rule
from portal.jobs.models import Job
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.bulk.actions import action_at, confirm, done, drafted, undone, version
from tests.factories import add_beneficiaries, add_beneficiary, add_group, add_project

pytestmark = pytest.mark.database

TILE = re.compile(
    r'<span class="tile-label">(?:<a[^>]*>)?([^<]+)(?:</a>)?</span>\s*<span class="tile-value num">([^<]+)<'
)


def figures(page: str) -> dict[str, str]:
    return dict(TILE.findall(page))


def test_it_says_how_many_would_change_and_why_the_others_would_not(
    session: Session, manager: FlaskClient
) -> None:
    project = add_project(session, "Relief")
    group = add_group(session, "Mothers", [project])
    add_beneficiary(session, "Sita", groups=[group])
    add_beneficiaries(session, 4)
    page = drafted(manager, "JOIN_GROUP", everybody="/beneficiaries", group=str(group.uuid))
    shown = manager.get(page).text
    assert figures(shown) == {"Found": "5", "Would change": "4", "Are in the group already": "1"}
    assert "Add to the group Mothers: 4 people" in shown
    assert "They join the project Relief too" in shown


def test_looking_changes_nothing(session: Session, manager: FlaskClient) -> None:
    add_beneficiaries(session, 2)
    page = drafted(manager, "VERIFY", everybody="/beneficiaries")
    counters = text(
        "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables ORDER BY relname"
    )
    session.commit()
    before = session.execute(counters).all()
    for address in (page, f"{page}?count=exactly", "/bulk", f"{page}?count=x", "/bulk?at=x"):
        assert manager.get(address).status_code == 200
    assert session.execute(counters).all() == before


def test_a_large_set_is_looked_at_in_part_and_counted_to_its_end_on_demand(
    session: Session, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import portal.bulk.queries.verdicts as verdicts

    monkeypatch.setattr(verdicts, "COUNT_LIMIT", 10)
    group = add_group(session, "Mothers")
    add_beneficiaries(session, 15)
    page = drafted(manager, "JOIN_GROUP", everybody="/beneficiaries", group=str(group.uuid))
    shown = manager.get(page).text
    assert figures(shown)["Would change"] == "11+"
    assert 'name="expected"' not in shown
    exact = manager.get(f"{page}?count=exactly", headers={"HX-Request": "true"}).text
    assert exact.strip().startswith('<div id="tried">')
    assert figures(exact) == {"Found": "15", "Would change": "15"}
    assert 'name="expected" value="15"' in exact


def test_nobody_to_change_leaves_nothing_to_confirm(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Sita", is_verified=True)
    shown = manager.get(drafted(manager, "VERIFY", everybody="/beneficiaries")).text
    assert "Nobody would change" in shown
    assert "/confirm" not in shown


def test_what_has_to_be_told_is_asked_first(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Sita")
    for action, words in (
        ("JOIN_GROUP", "Choose a group."),
        ("JOIN_PROJECT", "Choose a project."),
        ("SET_GENDER", "Choose a value."),
        ("DELETE", "Say why they are deleted."),
    ):
        page = drafted(manager, action, everybody="/beneficiaries")
        assert "/confirm" not in manager.get(page).text
        answer = manager.post(f"{page}/inputs", data={"seen": "1"})
        assert answer.status_code == 422
        assert words in answer.text
        answer = manager.post(f"{page}/confirm", data={"seen": "1"})
        assert answer.status_code == 422
        assert action_at(session, page).state == "DRAFT"
    assert session.query(Job).count() == 0


def test_what_was_typed_stays_where_it_is_refused(session: Session, manager: FlaskClient) -> None:
    add_beneficiary(session, "Sita")
    page = drafted(manager, "DELETE", everybody="/beneficiaries")
    long = "Because " * 100
    answer = manager.post(f"{page}/inputs", data={"seen": "1", "reason": long})
    assert answer.status_code == 422
    assert long.strip() in answer.text


def test_D2_a_reason_in_any_script_comes_back_as_it_was_typed(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "Sita")
    reason = "दोहोरो <b>दर्ता</b> 'x' \u202eabc"
    page = done(session, manager, "DELETE", [person.uuid], reason=reason)
    assert action_at(session, page).reason == reason
    session.refresh(person)
    assert person.deleted_reason == reason
    answer = manager.post(
        f"{drafted(manager, 'DELETE', [person.uuid])}/inputs", data={"seen": "1", "reason": "a\0b"}
    )
    assert answer.status_code == 422


def test_a_closed_project_and_a_group_of_others_are_not_offered_and_not_taken(
    session: Session, signed_in_as: SignedInAs
) -> None:
    closed, project = add_project(session, "Over", status="CLOSED"), add_project(session, "Relief")
    mine, others = add_group(session, "Mine"), add_group(session, "Theirs")
    add_beneficiary(session, "Sita")
    client = signed_in_as(
        *(Rule(action, "Beneficiary") for action in ("read", "update")),
        *(Rule(action, "BulkAction") for action in ("create", "read", "update")),
        Rule("read", "BeneficiaryGroup"),
        Rule("update", "BeneficiaryGroup", conditions={"name": "Mine"}),
        Rule("read", "Project"),
    )
    page = drafted(client, "JOIN_PROJECT", everybody="/beneficiaries")
    shown = client.get(page).text
    assert (project.name in shown, closed.name in shown) == (True, False)
    assert client.post(f"{page}/inputs", data={"seen": "1", "project": str(closed.uuid)}).status_code == 422
    page = drafted(client, "JOIN_GROUP", everybody="/beneficiaries")
    shown = client.get(page).text
    assert (mine.name in shown, others.name in shown) == (True, False)
    assert client.post(f"{page}/inputs", data={"seen": "1", "group": str(others.uuid)}).status_code == 422
    assert action_at(session, page).group_id is None


def test_E5_something_else_chosen_in_another_window_is_not_done_by_the_old_page(
    session: Session, manager: FlaskClient
) -> None:
    one, other = add_group(session, "Mothers"), add_group(session, "Fathers")
    add_beneficiary(session, "Sita")
    page = drafted(manager, "JOIN_GROUP", everybody="/beneficiaries", group=str(one.uuid))
    seen = version(manager, page)
    manager.post(f"{page}/inputs", data={"group": str(other.uuid), "seen": seen})
    assert manager.post(f"{page}/confirm", data={"seen": seen}).status_code == 409
    assert action_at(session, page).state == "DRAFT"
    answer = manager.post(f"{page}/inputs", data={"group": str(one.uuid), "seen": seen})
    assert answer.status_code == 409
    assert action_at(session, page).group_id == other.uuid


def test_E2_confirming_twice_does_it_once_and_both_see_it(session: Session, manager: FlaskClient) -> None:
    person = add_beneficiary(session, "Sita")
    page = drafted(manager, "VERIFY", [person.uuid])
    seen = version(manager, page)
    answers = [manager.post(f"{page}/confirm", data={"seen": seen, "expected": "1"}) for _ in range(3)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, page)] * 3
    assert session.query(Job).count() == 1


@pytest.mark.parametrize("expected", ["-1", "1e9", "x", "99999999999999999999"])
def test_D10_a_number_that_is_none_is_refused(session: Session, manager: FlaskClient, expected: str) -> None:
    page = drafted(manager, "VERIFY", [add_beneficiary(session, "Sita").uuid])
    data = {"seen": version(manager, page), "expected": expected}
    assert manager.post(f"{page}/confirm", data=data).status_code == 422
    assert session.query(Job).count() == 0


def test_E4_nothing_is_undone_that_was_not_done_and_nothing_twice(
    session: Session, manager: FlaskClient
) -> None:
    page = drafted(manager, "VERIFY", [add_beneficiary(session, "Sita").uuid])
    assert manager.post(f"{page}/undo").status_code == 409
    assert manager.post(f"{page}/reopen").status_code == 409
    page = done(session, manager, "VERIFY", [add_beneficiary(session, "Rita").uuid])
    undone(session, manager, page)
    assert manager.post(f"{page}/undo").status_code == 303
    assert action_at(session, page).state == "UNDONE"
    assert manager.post(f"{page}/confirm", data={"seen": "1"}).status_code == 303
    assert action_at(session, page).state == "UNDONE"


def test_after_a_job_that_was_cancelled_one_goes_back_and_does_it_again(
    session: Session, manager: FlaskClient
) -> None:
    page = drafted(manager, "VERIFY", [add_beneficiary(session, "Sita").uuid])
    confirm(manager, page)
    assert manager.post(f"{page}/reopen").status_code == 409
    manager.post(f"/jobs/{action_at(session, page).job_id}/cancel")
    assert "Go back a step" in manager.get(page).text
    assert manager.post(f"{page}/reopen").status_code == 303
    assert "What happens when you confirm" in manager.get(page).text
    assert confirm(manager, page).status_code == 303
    assert action_at(session, page).state == "RUNNING"


def test_the_list_shows_ones_own_actions_and_those_of_others_to_who_may_see_them(
    session: Session, signed_in_as: SignedInAs
) -> None:
    add_beneficiary(session, "Sita")
    officer, other, manager = (signed_in_as(role) for role in ("Officer", "Officer", "Manager"))
    assert "No bulk actions yet" in officer.get("/bulk").text
    page = done(session, officer, "VERIFY", everybody="/beneficiaries")
    draft = drafted(officer, "UNVERIFY", everybody="/beneficiaries")
    assert (page in officer.get("/bulk").text, draft in officer.get("/bulk").text) == (True, True)
    assert page not in other.get("/bulk").text
    assert other.get(page).status_code == 404
    assert (page in manager.get("/bulk").text, draft in manager.get("/bulk").text) == (True, False)
    assert (manager.get(page).status_code, manager.get(draft).status_code) == (200, 404)
    assert manager.post(f"{draft}/confirm", data={"seen": "1"}).status_code == 404


def test_F7_drafts_and_whom_old_actions_were_about_are_forgotten_in_time(
    session: Session, manager: FlaskClient
) -> None:
    person = add_beneficiary(session, "Kanarienvogel")
    kept = done(session, manager, "VERIFY", everybody="/beneficiaries?q=Kanarienvogel")
    drafted(manager, "UNVERIFY", [person.uuid])
    forget(session)
    assert session.query(BulkAction).count() == 2
    session.execute(text("UPDATE tbl_bulk_actions SET \"createdAt\" = now() - interval '8 days'"))
    forget(session)
    assert session.query(BulkAction).count() == 1
    session.execute(text("UPDATE tbl_bulk_actions SET \"doneAt\" = now() - interval '91 days'"))
    forget(session)
    session.expire_all()
    assert (action_at(session, kept).filter, action_at(session, kept).counts["changed"]) == (None, 1)
    assert session.scalar(text("SELECT count(*) FROM tbl_bulk_changes")) == 0
    shown = manager.get(kept).text
    assert "Undo this" not in shown
    assert "Kanarienvogel" not in shown


ASKED = {"/bulk": 2, "draft": 9, "done": 6}


@pytest.mark.parametrize("which", ASKED)
def test_a_page_asks_the_database_as_often_whatever_it_shows(
    session: Session, manager: FlaskClient, which: str
) -> None:
    asked = []
    for number in (1, 30):
        group = add_group(session, f"Group {number}")
        people = add_beneficiaries(session, number)
        address = which
        if which == "draft":
            address = drafted(manager, "JOIN_GROUP", people, group=str(group.uuid))
        elif which == "done":
            address = done(session, manager, "JOIN_GROUP", people, group=str(group.uuid))
        manager.get(address)
        with statements() as seen:
            assert manager.get(address).status_code == 200
        asked.append(len(seen))
    assert asked == [ASKED[which]] * 2
