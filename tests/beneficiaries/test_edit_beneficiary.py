"""Changing one person: what is changed, what stays, and what happens when two do so at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.core.abilities import Rule
from portal.core.db import libpq_url
from portal.core.enums import Gender
from portal.users.operations.assignments import assign_role
from tests.auth.people import statements
from tests.beneficiaries.conftest import EXTRAS, GOVT_ID, PHONE, SignedInAs
from tests.beneficiaries.people_forms import filled, path_of, value_of
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as

pytestmark = pytest.mark.database


def pii_of(session: Session, person: Beneficiary) -> BeneficiaryPii:
    found = session.get(BeneficiaryPii, person.id)
    assert found is not None
    return found


def test_facts_are_changed_and_what_was_not_touched_stays(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    before, wallet = pii_of(session, sita), sita.wallet_address
    data = filled(manager, path_of(sita), name="Sita Rai", gender="FEMALE", location="Tikapur")
    answer = manager.post(path_of(sita), data=data)
    assert (answer.status_code, answer.location) == (303, f"/beneficiaries/{sita.uuid}")
    assert (before.name, before.phone, before.email) == ("Sita Rai", PHONE, "sita@example.org")
    assert before.extras == {"govtIDNumber": GOVT_ID}
    assert (sita.gender, sita.location, sita.age, sita.notes) == (Gender.FEMALE, "Tikapur", 40, "Met at home")
    assert sita.extras == EXTRAS
    assert (sita.wallet_address, sita.version) == (wallet, 2)
    assert sita.updated_at is not None


def test_a_form_in_which_nothing_is_different_changes_nothing(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    assert manager.post(path_of(sita), data=filled(manager, path_of(sita))).status_code == 303
    assert sita.version == 1
    changed = select(func.count()).where(
        AuditEntry.action == "UPDATE", AuditEntry.record_id == str(sita.uuid)
    )
    assert session.scalar(changed) == 0


def test_F2_phone_and_id_are_not_on_the_form_and_stay_unless_typed_anew(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    page = manager.get(path_of(sita)).text
    for secret in (PHONE, PHONE[4:], "980-1234567", GOVT_ID):
        assert secret not in page
    assert "+977••••567" in page
    pii = pii_of(session, sita)
    typed = filled(manager, path_of(sita), phone="९८०७६५४३२१", govt_id="88-9")
    assert manager.post(path_of(sita), data=typed).status_code == 303
    assert (pii.phone, pii.extras) == ("+9779807654321", {"govtIDNumber": "88-9"})
    gone = filled(manager, path_of(sita), no_phone="y", no_govt_id="y")
    assert manager.post(path_of(sita), data=gone).status_code == 303
    assert (pii.phone, pii.extras) == (f"none:{sita.uuid}", None)


@pytest.mark.parametrize(
    ("typed", "theirs", "why"),
    [
        ({"name": "Radha Chaudhari", "govt_id": "99 1"}, "99-1", "Same government ID"),
        ({"name": "Radha Chaudhary"}, None, "Same name"),
    ],
    ids=["by the id", "by the name"],
)
def test_who_becomes_like_somebody_else_is_asked_about_and_saved_all_the_same(
    session: Session,
    manager: FlaskClient,
    sita: Beneficiary,
    typed: dict[str, str],
    theirs: str | None,
    why: str,
) -> None:
    facts: dict[str, Any] = {"gender": "FEMALE", "age": 40, "location": "Gulariya", "govt_id": theirs}
    add_beneficiary(session, "Radha Chaudhary", "+9779807777777", **facts)
    typed = {**typed, "gender": "FEMALE"}
    answer = manager.post(path_of(sita), data=filled(manager, path_of(sita), **typed))
    assert answer.status_code == 422
    assert "May be the same person" in answer.text
    assert why in answer.text
    assert 'name="all_the_same"' in answer.text
    assert value_of(answer.text, "name") == typed["name"]
    assert pii_of(session, sita).name == "Sita Tharu"
    data = filled(manager, path_of(sita), **typed, all_the_same="y")
    assert manager.post(path_of(sita), data=data).status_code == 303
    assert pii_of(session, sita).name == typed["name"]


def test_nobody_is_asked_about_where_nothing_changed_that_tells_people_apart(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    add_beneficiary(session, "Sita Tharu", "+9779807777777", govt_id=GOVT_ID, age=40, location="Gulariya")
    data = filled(manager, path_of(sita), notes="Moved house")
    assert "all_the_same" not in data
    assert manager.post(path_of(sita), data=data).status_code == 303
    assert sita.notes == "Moved house"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"phone": "9807654321", "no_phone": "y"}, "no_phone"),
        ({"govt_id": "1", "no_govt_id": "y"}, "no_govt_id"),
        ({"phone": "12"}, "phone"),
        ({"birth_date": "1990-01-01", "age": "3"}, "age"),
        ({"latitude": "1"}, "longitude"),
        ({"notes": "a\0b"}, "notes"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    session: Session, manager: FlaskClient, sita: Beneficiary, typed: dict[str, str], field: str
) -> None:
    answer = manager.post(path_of(sita), data=filled(manager, path_of(sita), location="kept", **typed))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "kept" in answer.text
    assert (sita.version, sita.location) == (1, "Gulariya")


def test_D12_somebody_elses_phone_or_wallet_is_refused_and_nothing_is_changed(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    maya = add_beneficiary(session, "Maya Rai", "+9779807654321", wallet_address=wallet)
    for typed in ({"phone": "980 765 4321"}, {"wallet": wallet.lower()}):
        answer = manager.post(path_of(sita), data=filled(manager, path_of(sita), name="Lost?", **typed))
        assert answer.status_code == 422
        assert "is registered already" in answer.text
        assert str(maya.uuid) in answer.text
        assert "Lost?" in answer.text
    assert pii_of(session, sita).name == "Sita Tharu"
    assert sita.version == 1


def test_E5_a_stale_form_shows_both_values_loses_nothing_and_either_is_a_click_away(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    mine = filled(manager, path_of(sita), location="Typed by me", notes="mine", phone="9807654321")
    theirs = filled(manager, path_of(sita), location="Saved by another", name="Sita Rai")
    assert manager.post(path_of(sita), data=theirs).status_code == 303
    answer = manager.post(path_of(sita), data=mine)
    assert answer.status_code == 409
    for said in ("Typed by me", "Saved by another", "mine", "Met at home", "Sita Tharu", "Sita Rai"):
        assert said in answer.text
    assert PHONE not in answer.text
    assert (sita.location, sita.notes) == ("Saved by another", "Met at home")
    for fact, choice in (("location", "mine"), ("notes", "mine"), ("phone", "mine"), ("name", "theirs")):
        assert f'id="take-{fact}-{choice}" value="{choice}" checked' in answer.text, fact
    assert 'name="take-gender"' not in answer.text
    again = mine | {
        "version": value_of(answer.text, "version"),
        "take-location": "theirs",
        "take-notes": "mine",
        "take-phone": "mine",
        "take-name": "theirs",
    }
    assert manager.post(path_of(sita), data=again).status_code == 303
    pii = pii_of(session, sita)
    assert (sita.location, sita.notes) == ("Saved by another", "mine")
    assert (pii.name, pii.phone) == ("Sita Rai", "+9779807654321")


def test_E5_a_second_stale_form_keeps_what_was_chosen(manager: FlaskClient, sita: Beneficiary) -> None:
    mine = filled(manager, path_of(sita), location="Mine")
    manager.post(path_of(sita), data=filled(manager, path_of(sita), location="Theirs"))
    first = manager.post(path_of(sita), data=mine)
    manager.post(path_of(sita), data=filled(manager, path_of(sita), location="Theirs again"))
    version = value_of(first.text, "version")
    second = manager.post(path_of(sita), data=mine | {"version": version, "take-location": "theirs"})
    assert second.status_code == 409
    assert "Theirs again" in second.text
    assert 'id="take-location-theirs" value="theirs" checked' in second.text


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "1.0", "x", "9" * 30, "١"])
def test_E5_the_version_is_not_optional(manager: FlaskClient, sita: Beneficiary, version: str) -> None:
    data = filled(manager, path_of(sita), location="New", version=version)
    assert manager.post(path_of(sita), data=data).status_code == 409
    del data["version"]
    assert manager.post(path_of(sita), data=data).status_code == 409
    assert sita.location == "Gulariya"


def test_who_may_not_read_personal_data_does_not_see_and_not_overwrite_it(
    session: Session, signed_in_as: SignedInAs, sita: Beneficiary
) -> None:
    clerk = signed_in_as(Rule("read", "Beneficiary"), Rule("update", "Beneficiary"))
    page = clerk.get(path_of(sita)).text
    for secret in ("Sita", "sita@example.org", "+977", "children", "Maya"):
        assert secret not in page
    typed = {
        "name": "Overwritten",
        "phone": "9807654321",
        "no_phone": "y",
        "email": "x@example.org",
        "govt_id": "x",
        "no_govt_id": "y",
        "latitude": "1",
        "longitude": "1",
        "extras-0-key": "children",
        "extras-0-kind": "text",
        "extras-0-value": "none",
    }
    answer = clerk.post(path_of(sita), data=filled(clerk, path_of(sita), location="Tikapur") | typed)
    assert answer.status_code == 303
    pii = pii_of(session, sita)
    assert (pii.name, pii.phone, pii.email) == ("Sita Tharu", PHONE, "sita@example.org")
    assert pii.extras == {"govtIDNumber": GOVT_ID}
    assert sita.extras == EXTRAS
    assert (sita.location, sita.latitude) == ("Tikapur", None)


def test_reading_without_changing_personal_data_is_not_enough_to_change_it(
    session: Session, signed_in_as: SignedInAs, sita: Beneficiary
) -> None:
    clerk = signed_in_as(
        Rule("read", "Beneficiary"), Rule("update", "Beneficiary"), Rule("read", "BeneficiaryPii")
    )
    data = filled(clerk, path_of(sita), location="Tikapur") | {"name": "Overwritten"}
    assert clerk.post(path_of(sita), data=data).status_code == 303
    assert pii_of(session, sita).name == "Sita Tharu"


def test_C7_extra_fields_change_nothing(session: Session, manager: FlaskClient, sita: Beneficiary) -> None:
    before = (sita.uuid, sita.id, sita.is_verified, sita.deleted_at, sita.created_at, sita.wallet_address)
    more = {
        "uuid": str(uuid4()),
        "id": "7",
        "isVerified": "true",
        "is_verified": "y",
        "walletAddress": "0x1",
        "deletedAt": "2000-01-01",
        "createdAt": "2000-01-01",
        "deletedReason": "x",
    }
    assert (
        manager.post(path_of(sita), data=filled(manager, path_of(sita), age="41") | more).status_code == 303
    )
    after = (sita.uuid, sita.id, sita.is_verified, sita.deleted_at, sita.created_at, sita.wallet_address)
    assert (after, sita.age, sita.version) == (before, 41, 2)


def test_C3_whom_one_may_not_change_answers_as_whom_there_is_not(
    app: Flask, session: Session, viewer: FlaskClient, sita: Beneficiary
) -> None:
    assert viewer.get(path_of(sita)).status_code == 403
    north = add_project(session, "North")
    theirs = add_beneficiary(session, "Bina", projects=[north])
    user = add_user_with(session, "limited", rules=())
    assign_role(session, user, "Officer", projects=[north.uuid])
    limited = enter_as(app.test_client(), session, user)
    assert limited.get(path_of(theirs)).status_code == 200
    data = filled(limited, path_of(theirs), location="x")
    for path in (path_of(sita), f"/beneficiaries/{uuid4()}/edit"):
        assert limited.get(path).status_code == 404
        assert limited.post(path, data=data).status_code == 404
    assert sita.location == "Gulariya"


def test_nobody_is_changed_out_of_the_editors_own_sight(
    session: Session, signed_in_as: SignedInAs, sita: Beneficiary
) -> None:
    sita.location = "North"
    session.commit()
    of_north = Rule("update", "Beneficiary", conditions={"location": "North"})
    clerk = signed_in_as(Rule("read", "Beneficiary"), of_north)
    answer = clerk.post(path_of(sita), data=filled(clerk, path_of(sita), location="South"))
    assert answer.status_code == 422
    assert "Your role limits whom you may" in answer.text
    assert sita.location == "North"


def test_F3_who_sees_a_persons_data_on_the_form_is_on_record(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    manager.get(path_of(sita))
    looks = session.scalars(select(AuditEntry).where(AuditEntry.action == "READ")).all()
    assert [entry.record_id for entry in looks] == [str(sita.uuid)]


def test_the_form_costs_the_same_for_much_and_for_little(
    session: Session, manager: FlaskClient, sita: Beneficiary
) -> None:
    plain, costs = add_beneficiary(session, "Plain"), []
    session.commit()
    for path in (path_of(sita), path_of(plain)):
        with statements() as sent:
            assert manager.get(path).status_code == 200
        costs.append(len(sent))
    assert costs == [3, 3]


def test_E5_of_two_edits_at_once_the_second_waits_and_sees_the_first(
    committed_app: Flask, fresh_database: str
) -> None:
    from portal.core.db import db

    with committed_app.app_context():
        client = enter_as(
            committed_app.test_client(), db.session(), add_user_with(db.session(), "boss", "Manager")
        )
        person = add_beneficiary(db.session(), "Sita", location="Gulariya")
        path = path_of(person)
        db.session.commit()
    mine: dict[str, Any] = filled(client, path, location="Mine")
    with psycopg.connect(libpq_url(fresh_database)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("UPDATE tbl_beneficiaries SET location = 'Theirs', version = version + 1")
        sent = pool.submit(client.post, path, data=mine)
        while not other.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            assert not sent.done()
        other.commit()
        answer = sent.result(20)
    assert answer.status_code == 409
    assert "Theirs" in answer.text
