"""Two records side by side, and deciding about them on the page."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.duplicates.models import Merge
from tests.auth.people import statements
from tests.duplicates.pairs import add_pair, add_twins, filled, read_form
from tests.factories import add_beneficiary, add_group, add_user_with, enter_as


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> FlaskClient:
    return enter_as(client, session, add_user_with(session, "officer", "Officer"))


def test_show_pair_shows_both_and_marks_what_differs(officer: FlaskClient, session: Session) -> None:
    camp = add_group(session, "Camp A")
    one = add_beneficiary(session, "Sita Tharu", "+9779812345678", groups=[camp], location="Sunsari")
    other = add_beneficiary(session, "Seeta Tharu", "+9779812345679", location="Sunsari")
    text = officer.get(f"/duplicates/{add_pair(session, one, other).uuid}").text
    assert "Camp A" in text
    assert len(re.findall(r'name="name"', text)) == 2
    assert 'name="location"' not in text
    assert "differs" in text


def test_F2_F3_phone_and_id_are_masked_and_the_look_at_both_is_on_record(
    officer: FlaskClient, session: Session
) -> None:
    one = add_beneficiary(session, "Sita Tharu", "+9779812345678", govt_id="77-01-1234")
    other = add_beneficiary(session, "Seeta Tharu", govt_id="77-01-9999")
    pair = add_pair(session, one, other)
    text = officer.get(f"/duplicates/{pair.uuid}").text
    assert "&lt;bdi" not in text
    for secret in ("9812345678", "77-01-1234", "77-01-9999"):
        assert secret not in text
    looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "READ")).all()
    assert {entry.record_id for entry in looks} == {str(one.uuid), str(other.uuid)}


def test_merge_pair_takes_what_was_chosen_and_the_losers_page_leads_to_the_winner(
    officer: FlaskClient, session: Session
) -> None:
    one, other, pair = add_twins(session)
    side = "second" if pair.second_id == other.uuid else "first"
    form = filled(officer, pair, name=side)
    assert form["winner"] != side
    response = officer.post(f"/duplicates/{pair.uuid}/merge", data=form)
    assert response.status_code == 303
    session.expire_all()
    assert other.merged_into == one.uuid
    assert officer.get(f"/beneficiaries/{other.uuid}").location == f"/beneficiaries/{one.uuid}"
    assert "Seeta Tharu" in officer.get(f"/beneficiaries/{one.uuid}").text
    assert "Undo the merge" in officer.get(f"/duplicates/{pair.uuid}").text


def test_undo_merge_gives_both_back(officer: FlaskClient, session: Session) -> None:
    _, other, pair = add_twins(session)
    officer.post(f"/duplicates/{pair.uuid}/merge", data=filled(officer, pair))
    assert officer.post(f"/duplicates/{pair.uuid}/undo").status_code == 303
    session.expire_all()
    assert (other.merged_into, other.deleted_at) == (None, None)
    assert officer.get(f"/beneficiaries/{other.uuid}").status_code == 200
    assert officer.post(f"/duplicates/{pair.uuid}/undo").status_code == 409


def test_what_stands_in_the_way_of_undoing_is_said_and_refused(
    officer: FlaskClient, session: Session
) -> None:
    one, _, pair = add_twins(session)
    officer.post(f"/duplicates/{pair.uuid}/merge", data=filled(officer, pair))
    session.expire_all()
    one.notes, one.version = "later", one.version + 1
    session.commit()
    assert "The person&#39;s data" in officer.get(f"/duplicates/{pair.uuid}").text
    response = officer.post(f"/duplicates/{pair.uuid}/undo")
    assert response.status_code == 409
    assert "The person&#39;s data" in response.text


def test_E5_a_form_from_before_a_change_comes_back_with_both_as_they_are_and_what_was_chosen(
    officer: FlaskClient, session: Session
) -> None:
    _, other, pair = add_twins(session)
    form = filled(officer, pair, name="first")
    other.location = "Morang"
    session.commit()
    response = officer.post(f"/duplicates/{pair.uuid}/merge", data=form)
    assert response.status_code == 409
    assert "Morang" in response.text
    assert re.search(r'checked[^>]*name="name"[^>]*value="first"', response.text)
    session.expire_all()
    assert other.merged_into is None
    data = read_form(response.text)
    assert officer.post(f"/duplicates/{pair.uuid}/merge", data=data).status_code == 303


@pytest.mark.parametrize("missing", ["winner", "name"])
def test_a_form_without_a_choice_is_refused_at_its_field(
    officer: FlaskClient, session: Session, missing: str
) -> None:
    _, _, pair = add_twins(session)
    form = filled(officer, pair)
    for wrong in ({**form, missing: "third"}, {key: value for key, value in form.items() if key != missing}):
        assert officer.post(f"/duplicates/{pair.uuid}/merge", data=wrong).status_code == 422
    assert session.scalars(select(Merge)).all() == []


def test_E5_a_merge_without_its_stamp_is_refused(officer: FlaskClient, session: Session) -> None:
    _, _, pair = add_twins(session)
    data = {**filled(officer, pair), "seen": ""}
    assert officer.post(f"/duplicates/{pair.uuid}/merge", data=data).status_code == 409


def test_keep_apart_is_remembered_and_can_be_taken_back(officer: FlaskClient, session: Session) -> None:
    _, _, pair = add_twins(session)
    assert officer.post(f"/duplicates/{pair.uuid}/keep-apart").location == "/duplicates"
    assert "Sita Tharu" not in officer.get("/duplicates").text
    assert "Decide again" in officer.get(f"/duplicates/{pair.uuid}").text
    assert officer.post(f"/duplicates/{pair.uuid}/reopen").status_code == 303
    assert "Seeta Tharu" in officer.get("/duplicates").text


def test_the_page_of_a_pair_takes_as_many_statements_as_it_did(
    officer: FlaskClient, session: Session
) -> None:
    _, _, pair = add_twins(session)
    officer.get(f"/duplicates/{pair.uuid}")
    with statements() as sent:
        officer.get(f"/duplicates/{pair.uuid}")
    assert len(sent) == 10
