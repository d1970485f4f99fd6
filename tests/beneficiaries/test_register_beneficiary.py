"""Registering one person: what is taken, what is refused at its field, who may be the same."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import Beneficiary, BeneficiaryPii, BeneficiaryProject, GroupedBeneficiary
from portal.beneficiaries.operations.fate import delete_people
from portal.core.abilities import Rule
from portal.core.enums import BankedStatus, Gender, PhoneStatus
from portal.core.wallets import is_checksummed
from portal.users.operations.assignments import assign_role
from tests.beneficiaries.conftest import SignedInAs
from tests.beneficiaries.naughty import NAUGHTY
from tests.beneficiaries.people_forms import SITA, filled, only
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as

pytestmark = pytest.mark.database

NEW = "/beneficiaries/new"


def people(session: Session) -> int:
    return session.scalar(select(func.count(Beneficiary.id))) or 0


def test_somebody_is_registered_with_all_that_is_known(session: Session, manager: FlaskClient) -> None:
    north, group = add_project(session, "North"), add_group(session, "Round 1")
    born = dt.date(1990, 12, 31)
    answer = manager.post(
        NEW,
        data={
            **SITA,
            "name": "Raman K.C.",
            "birth_date": "1990-12-31",
            "email": "raman@Example.ORG",
            "govt_id": "12-34/५६",
            "location": "गुलरिया",
            "latitude": "28.2",
            "longitude": "81.4",
            "wallet": "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "notes": "Speaks Tharu\r\nand Nepali",
            "banked_status": "BANKED",
            "extras-0-key": "bankAccount",
            "extras-0-kind": "text",
            "extras-0-value": "0123",
            "extras-1-key": "children",
            "extras-1-kind": "number",
            "extras-1-value": "३",
            "extras-2-key": "widow",
            "extras-2-kind": "yes-no",
            "extras-2-value": "No",
            "extras-3-key": "visited",
            "extras-3-kind": "date",
            "extras-3-value": "2026-02-03",
            "extras-4-key": "",
            "extras-4-kind": "text",
            "extras-4-value": "",
            "group": str(group.uuid),
            "project": str(north.uuid),
        },
    )
    person, pii = only(session)
    assert (answer.status_code, answer.location) == (303, f"/beneficiaries/{person.uuid}")
    assert (pii.name, pii.phone, pii.email) == ("Raman K.C.", "+9779801234567", "raman@example.org")
    assert pii.extras == {"govtIDNumber": "12-34/५६"}
    assert (person.gender, person.banked_status, person.phone_status) == (
        Gender.FEMALE,
        BankedStatus.BANKED,
        PhoneStatus.SMART_PHONE,
    )
    assert person.birth_date is not None
    assert person.birth_date.date() == born
    assert person.age in {dt.datetime.now(dt.UTC).year - 1990, dt.datetime.now(dt.UTC).year - 1991}
    assert (person.location, person.latitude, person.longitude) == ("गुलरिया", 28.2, 81.4)
    assert person.wallet_address == "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert person.notes == "Speaks Tharu\r\nand Nepali"
    assert person.extras == {"bankAccount": "0123", "children": 3, "widow": False, "visited": "2026-02-03"}
    assert session.scalars(select(GroupedBeneficiary.beneficiary_id)).all() == [person.uuid]
    assert session.scalars(select(BeneficiaryProject.project_id)).all() == [north.uuid]


def test_who_brings_no_wallet_gets_one_and_who_has_no_phone_none(
    session: Session, manager: FlaskClient
) -> None:
    answer = manager.post(NEW, data={**SITA, "phone": "", "no_phone": "y", "age": "४१"})
    assert answer.status_code == 303
    person, pii = only(session)
    assert is_checksummed(person.wallet_address)
    assert pii.phone == f"none:{person.uuid}"
    assert person.age == 41
    assert "No phone" in manager.get(answer.location).text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "12", "cannot be a phone number"),
        ("phone", "", "Enter a phone number"),
        ("phone", "-", "leave it empty"),
        ("phone", "9801234567 / 9807654321", "more than one number"),
        ("email", "sita@", "is not an e-mail address"),
        ("birth_date", "2999-01-01", "lies in the future"),
        ("birth_date", "1990", "is a year without day and month"),
        ("age", "old", "is not an age"),
        ("age", "300", "cannot be right"),
        ("latitude", "91", "is not a latitude"),
        ("latitude", "nan", "is not a latitude"),
        ("longitude", "81.4", "Enter latitude and longitude, or neither."),
        ("wallet", "0x12", "is not a wallet address"),
        ("wallet", "0x5AAeb6053f3e94c9b9a09f33669435e7ef1beaed", "capitals of the wallet address"),
        ("name", "a\0b", "cannot be stored"),
        ("name", "x" * 201, "200"),
        ("notes", "a\0b", "cannot be stored"),
        ("gender", "BIRD", "Not a valid choice"),
        ("group", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "Not a valid choice"),
        ("project", "6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "Not a valid choice"),
        ("no_phone", "y", "Enter a number or tick this box"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_with_what_was_typed(
    session: Session, manager: FlaskClient, field: str, typed: str, said: str
) -> None:
    answer = manager.post(NEW, data={**SITA, "location": "kept as typed", field: typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert "kept as typed" in answer.text
    assert people(session) == 0


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("", "text", "x"), "Say what this is."),
        (("n", "number", "many"), "This is no number"),
        (("n", "number", "1234567890123456"), "This is no number"),
        (("n", "number", "NaN"), "This is no number"),
        (("n", "number", "1_0"), "This is no number"),
        (("n", "yes-no", "perhaps"), "Write yes or no."),
        (("n", "date", "31.12.1990"), "Write the date"),
        (("n", "colour", "x"), "Not a valid choice"),
        (("govtIDNumber", "text", "x"), "has a field of its own"),
        (("twice", "text", "x"), "a row of this name already"),
        (("n", "text", "a\0b"), "cannot be stored"),
    ],
)
def test_a_row_of_ones_own_is_what_its_kind_says_or_is_refused(
    session: Session, manager: FlaskClient, row: tuple[str, str, str], said: str
) -> None:
    first = {"extras-0-key": "twice", "extras-0-kind": "text", "extras-0-value": "kept"}
    second = dict(zip(("extras-1-key", "extras-1-kind", "extras-1-value"), row, strict=True))
    answer = manager.post(NEW, data={**SITA, **first, **second})
    assert answer.status_code == 422
    assert said in answer.text
    assert ">kept</textarea>" in answer.text.replace("\r\n", "")
    assert people(session) == 0


def test_another_row_can_be_had_without_a_script_and_nothing_typed_is_lost(manager: FlaskClient) -> None:
    assert 'name="extras-0-key"' in manager.get(NEW).text
    typed = {"name": "Half typed", "extras-0-key": "a", "extras-0-kind": "text", "extras-0-value": "1"}
    answer = manager.post(NEW, data={**typed, "more": "1"})
    assert answer.status_code == 200
    assert "Half typed" in answer.text
    assert 'name="extras-1-key"' in answer.text
    assert "field-error" not in answer.text
    fragment = manager.post(NEW, data={**typed, "more": "1"}, headers={"HX-Request": "true"})
    assert fragment.text.strip().startswith('<fieldset class="form-part" id="extras">')
    assert 'name="extras-1-key"' in fragment.text


@pytest.mark.parametrize("typed", ["+977 98-01234567", "0097798 0123 4567", "९८०१२३४५६७", "٩٨٠١٢٣٤٥٦٧"])
def test_D12_a_phone_is_one_persons_however_it_is_typed(
    session: Session, manager: FlaskClient, typed: str
) -> None:
    holder = add_beneficiary(session, "Maya Rai", "+9779801234567")
    answer = manager.post(NEW, data={**SITA, "phone": typed, "all_the_same": "y"})
    assert answer.status_code == 422
    assert "Somebody with this phone number is registered already." in answer.text
    assert "Maya Rai" in answer.text
    assert f"/beneficiaries/{holder.uuid}" in answer.text
    assert people(session) == 1


def test_D12_a_wallet_is_one_persons_in_any_case(session: Session, manager: FlaskClient) -> None:
    wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    add_beneficiary(session, "Maya Rai", wallet_address=wallet.lower())
    for typed in (wallet, wallet.lower(), "0x" + wallet[2:].upper()):
        answer = manager.post(NEW, data={**SITA, "wallet": typed, "all_the_same": "y"})
        assert answer.status_code == 422
        assert "Somebody with this wallet is registered already." in answer.text
    assert people(session) == 1


def test_who_may_be_the_same_is_shown_with_reasons_and_registered_only_when_that_is_said(
    session: Session, manager: FlaskClient
) -> None:
    add_beneficiary(session, "Sita Tharu", "+9779807654321", govt_id="77-1", gender=Gender.FEMALE)
    typed = {**SITA, "govt_id": "77 1"}
    answer = manager.post(NEW, data=typed)
    assert answer.status_code == 422
    for said in ("May be the same person", "Same government ID", "Same name", "of 100"):
        assert said in answer.text
    assert "+9779807654321" not in answer.text
    assert 'name="all_the_same"' in answer.text
    assert people(session) == 1
    assert manager.post(NEW, data={**typed, "all_the_same": "y"}).status_code == 303
    assert people(session) == 2


@pytest.mark.parametrize("mark", ["phone", "wallet", "govt_id"])
def test_E9_whoever_was_deleted_is_offered_to_be_restored_to_who_may_and_named_to_nobody_else(
    session: Session, signed_in_as: SignedInAs, mark: str
) -> None:
    wallet = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    gone = add_beneficiary(session, "Maya Rai", "+9779801234567", govt_id="77-1", wallet_address=wallet)
    delete_people(session, select(Beneficiary.uuid).where(Beneficiary.id == gone.id), reason="x", by=uuid4())
    typed = {"phone": "+9779801234567", "wallet": wallet, "govt_id": "77-1"}[mark]
    data = {**SITA, "phone": "9807654321", mark: typed}
    answer = signed_in_as("Manager").post(NEW, data=data)
    assert answer.status_code == 422
    assert f"/beneficiaries/{gone.uuid}/restore" in answer.text
    assert "Maya Rai" in answer.text
    other = signed_in_as("Officer").post(NEW, data=data)
    assert other.status_code == 422
    assert "Somebody who was deleted has" in other.text
    assert str(gone.uuid) not in other.text
    assert "Maya" not in other.text
    again = signed_in_as("Officer").post(NEW, data={**data, "all_the_same": "y"})
    assert again.status_code == (303 if mark == "govt_id" else 422)


def test_C4_somebody_out_of_sight_is_not_named_though_their_phone_is_taken(
    app: Flask, session: Session
) -> None:
    north, south = add_project(session, "North"), add_project(session, "South")
    theirs = add_beneficiary(session, "Maya Rai", "+9779801234567", projects=[south])
    limited = _limited(app, session, north.uuid)
    answer = limited.post(NEW, data={**SITA, "project": str(north.uuid)})
    assert answer.status_code == 422
    assert "Somebody with this phone number is registered already." in answer.text
    assert "whom you may not see" in answer.text
    assert "Maya" not in answer.text
    assert str(theirs.uuid) not in answer.text


def test_who_registers_for_some_projects_only_has_to_name_one_of_them(app: Flask, session: Session) -> None:
    north, south = add_project(session, "North"), add_project(session, "South")
    shared = add_group(session, "Of the north", projects=[north])
    foreign = add_group(session, "Of the south", projects=[south])
    limited = _limited(app, session, north.uuid)
    page = limited.get(NEW).text
    assert "South" not in page
    assert "Of the south" not in page
    nowhere = limited.post(NEW, data=SITA)
    assert nowhere.status_code == 422
    assert 'id="project-error"' in nowhere.text
    for field, uuid in (("project", south.uuid), ("group", foreign.uuid)):
        assert limited.post(NEW, data={**SITA, field: str(uuid)}).status_code == 422
    assert people(session) == 0
    answer = limited.post(NEW, data={**SITA, "project": str(north.uuid)})
    assert answer.status_code == 303
    assert limited.get(answer.location).status_code == 200
    by_group = {**SITA, "name": "Bina", "phone": "9807654321", "group": str(shared.uuid)}
    assert limited.post(NEW, data=by_group).status_code == 303


def test_nobody_joins_a_project_that_is_closed(session: Session, manager: FlaskClient) -> None:
    closed = add_project(session, "Over", status="CLOSED")
    assert "Over" not in manager.get(NEW).text
    assert manager.post(NEW, data={**SITA, "project": str(closed.uuid)}).status_code == 422


def test_C7_extra_fields_change_nothing(session: Session, manager: FlaskClient) -> None:
    uuid = uuid4()
    more = {
        "uuid": str(uuid),
        "id": "7",
        "isVerified": "true",
        "is_verified": "y",
        "walletAddress": "0x1",
        "version": "9",
        "createdAt": "2000-01-01",
        "deletedAt": "2000-01-01",
        "searchText": "x",
        "beneficiaryId": "1",
    }
    assert manager.post(NEW, data={**SITA, **more}).status_code == 303
    person, _ = only(session)
    assert person.uuid != uuid
    assert (person.is_verified, person.version, person.deleted_at) == (False, 1, None)
    assert person.wallet_address != "0x1"


def test_E2_the_same_form_sent_twice_makes_one_person(session: Session, manager: FlaskClient) -> None:
    data = {**SITA, "once": str(uuid4())}
    first, second = manager.post(NEW, data=data), manager.post(NEW, data=data)
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert people(session) == 1


def test_D2_whatever_a_name_is_made_of_it_is_stored_shown_and_found_as_it_is(
    session: Session, manager: FlaskClient
) -> None:
    for number, text in enumerate(NAUGHTY):
        data = {**SITA, "name": text, "notes": text, "location": text, "phone": f"98{number:08d}"}
        data |= {"extras-0-key": "said", "extras-0-kind": "text", "extras-0-value": text, "all_the_same": "y"}
        answer = manager.post(NEW, data=data)
        assert answer.status_code == 303, text
        pii = session.scalars(select(BeneficiaryPii).order_by(BeneficiaryPii.beneficiary_id.desc())).first()
        assert pii is not None
        person = session.get(Beneficiary, pii.beneficiary_id)
        assert person is not None
        assert (pii.name, person.notes, person.location) == ((text.strip() or None),) * 3
        assert (person.extras or {}).get("said", "") == text.strip().replace("\r\n", "\n")
        page = manager.get(answer.location)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert manager.get(f"{answer.location}/edit").status_code == 200


def test_who_may_only_read_is_refused(viewer: FlaskClient, signed_in_as: SignedInAs) -> None:
    assert viewer.get(NEW).status_code == 403
    assert viewer.post(NEW, data=SITA).status_code == 403
    only_few = signed_in_as(Rule("create", "Beneficiary", conditions={"gender": "MALE"}))
    answer = only_few.post(NEW, data=SITA)
    assert answer.status_code == 422
    assert "Your role limits whom you may register" in answer.text


def _limited(app: Flask, session: Session, project: Any) -> FlaskClient:
    user = add_user_with(session, "limited", rules=())
    assign_role(session, user, "Officer", projects=[project])
    return enter_as(app.test_client(), session, user)


def test_F1_what_is_typed_about_a_person_reaches_neither_log_nor_address_nor_record(
    session: Session, manager: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    canary = {"name": "Quetzalina Canary", "phone": "9809876501", "govt_id": "CANARY-77"}
    form = {**SITA, **canary, "notes": "Quetzalina said so", "location": "Canary village"}
    manager.post(NEW, data={**form, "email": "not an address"})
    made = manager.post(NEW, data=form)
    again = manager.post(NEW, data=form)
    changed = manager.post(
        f"{made.location}/edit", data=filled(manager, f"{made.location}/edit", notes="Canary")
    )
    gone = manager.post(f"{made.location}/delete", data={"reason": "Canary left"})
    assert [one.status_code for one in (made, again, changed, gone)] == [303, 422, 303, 303]
    logged = capfd.readouterr().err
    recorded = str([vars(entry) for entry in session.scalars(select(AuditEntry))])
    for secret in ("Quetzalina", "9809876501", "CANARY", "Canary"):
        assert secret not in logged
        assert secret not in recorded
        assert secret not in f"{made.location} {changed.location} {gone.location}"
