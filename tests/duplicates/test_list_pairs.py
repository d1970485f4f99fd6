"""The list of pairs: for whom, which, in which order; and having everybody looked through."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.duplicates.models import Duplicate
from portal.duplicates.operations.starting import SCAN
from portal.jobs.models import Job
from portal.users.models import UserRole
from tests.auth.people import statements
from tests.duplicates.pairs import add_pair, add_twins
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> FlaskClient:
    return enter_as(client, session, add_user_with(session, "officer", "Officer"))


def test_list_pairs_shows_names_reasons_and_score_in_words(officer: FlaskClient, session: Session) -> None:
    add_twins(session)
    text = officer.get("/duplicates").text
    assert "Sita Tharu" in text
    assert "Seeta Tharu" in text
    assert "<bdi>Same name</bdi>, <bdi>Same place</bdi>" in text
    assert "Almost certainly one person" in text


def test_the_likeliest_stand_first_and_decided_ones_apart(officer: FlaskClient, session: Session) -> None:
    for name, score, state in (("Low", 56, "OPEN"), ("High", 99, "OPEN"), ("Gone", 80, "DIFFERENT")):
        pair = add_pair(
            session, add_beneficiary(session, f"{name} One"), add_beneficiary(session), score=score
        )
        if state != "OPEN":
            pair.state, pair.decided_at = state, pair.created_at
    session.flush()
    text = officer.get("/duplicates").text
    assert text.index("High One") < text.index("Low One")
    assert "Gone One" not in text
    decided = officer.get("/duplicates?state=decided").text
    assert "Gone One" in decided
    assert "Different people" in decided
    assert "High One" not in decided


def test_it_is_narrowed_by_reason_and_project(officer: FlaskClient, session: Session) -> None:
    north = add_project(session, "North")
    add_pair(session, add_beneficiary(session, "By Phone"), add_beneficiary(session), reasons=["SAME_PHONE"])
    add_pair(session, add_beneficiary(session, "In North", projects=[north]), add_beneficiary(session))
    by_reason = officer.get("/duplicates?reason=SAME_PHONE").text
    assert "By Phone" in by_reason
    assert "In North" not in by_reason
    by_project = officer.get(f"/duplicates?project={north.uuid}").text
    assert "In North" in by_project
    assert "By Phone" not in by_project


@pytest.mark.parametrize("query", ["reason=NONSENSE", "project=x", "state=%00", "at=zzz", "reason=&project="])
def test_D10_what_the_address_names_wrongly_does_not_narrow(
    officer: FlaskClient, session: Session, query: str
) -> None:
    add_twins(session)
    response = officer.get(f"/duplicates?{query}")
    assert response.status_code == 200
    assert "Seeta Tharu" in response.text


def test_pairs_of_deleted_people_are_not_offered(officer: FlaskClient, session: Session) -> None:
    _, other, pair = add_twins(session)
    other.deleted_at = other.created_at
    session.flush()
    assert "Seeta Tharu" not in officer.get("/duplicates").text
    assert officer.get(f"/duplicates/{pair.uuid}").status_code == 200


@pytest.mark.parametrize("role", ["Viewer", "Supervisor", "Vendor", "Approver"])
def test_C8_who_does_not_look_after_people_does_not_get_here(
    client: FlaskClient, session: Session, role: str
) -> None:
    enter_as(client, session, add_user_with(session, "somebody", role))
    _, _, pair = add_twins(session)
    assert client.get("/duplicates").status_code == 403
    assert client.get(f"/duplicates/{pair.uuid}").status_code == 403
    assert client.post("/duplicates/scan").status_code == 403


def test_C3_C4_a_pair_shows_only_to_who_sees_both_of_its_people(
    client: FlaskClient, session: Session
) -> None:
    north, south = add_project(session, "North"), add_project(session, "South")
    limited = add_user_with(session, "limited", "Officer")
    session.execute(
        update(UserRole)
        .where(UserRole.user_id == limited.id)
        .values(conditions={"projects": [str(north.uuid)]})
    )
    enter_as(client, session, limited)
    here, too = (add_beneficiary(session, f"Here {at}", projects=[north]) for at in range(2))
    away = add_beneficiary(session, "Away", projects=[south])
    seen, half = add_pair(session, here, too), add_pair(session, here, away)
    text = client.get("/duplicates").text
    assert "Here 1" in text
    assert "Away" not in text
    assert client.get(f"/duplicates/{seen.uuid}").status_code == 200
    assert client.get(f"/duplicates/{half.uuid}").status_code == 404
    for verb in ("merge", "keep-apart", "reopen", "undo"):
        assert client.post(f"/duplicates/{half.uuid}/{verb}").status_code == 404
    assert session.get(Duplicate, half.id).state == "OPEN"  # type: ignore[union-attr]


def test_a_scan_is_started_once_at_a_time(officer: FlaskClient, session: Session) -> None:
    assert officer.post("/duplicates/scan").status_code == 303
    assert officer.post("/duplicates/scan").status_code == 409
    jobs = session.scalars(select(Job).where(Job.kind == SCAN)).all()
    assert [job.state for job in jobs] == ["QUEUED"]
    jobs[0].state = "SUCCEEDED"
    session.flush()
    assert officer.post("/duplicates/scan").status_code == 303


def test_the_page_asks_the_database_as_often_for_many_pairs_as_for_few(
    officer: FlaskClient, session: Session
) -> None:
    add_twins(session)
    officer.get("/duplicates")
    with statements() as few:
        officer.get("/duplicates")
    for _ in range(5):
        add_pair(session, add_beneficiary(session), add_beneficiary(session))
    with statements() as many:
        officer.get("/duplicates")
    assert len(many) == len(few) == 5


def test_what_a_search_left_out_is_told_where_it_left_out_something(
    officer: FlaskClient, session: Session
) -> None:
    job = Job(kind=SCAN, state="SUCCEEDED", result={"people": 9, "left_out": 1204, "largest": 812})
    session.add(job)
    session.flush()
    text = officer.get("/duplicates").text
    assert "1,204 groups of people were too common" in text
    assert "The largest has 812 people." in text
    job.result = {"people": 9, "left_out": 0, "largest": 0}
    session.flush()
    assert "too common" not in officer.get("/duplicates").text
