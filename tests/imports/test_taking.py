"""Taking the chosen rows in: all of them with all that belongs to them, or nothing at all."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryPii,
)
from portal.core.db import Actor, tell_actor
from portal.core.errors import Conflict
from portal.core.wallets import is_checksummed
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import choose_rows
from portal.imports.operations.mending import settle_as_other, settle_as_same
from tests.factories import add_beneficiary, add_user_with
from tests.imports.batches import registry, row, stage, take, verdicts

pytestmark = pytest.mark.database

PHONE, OTHER_PHONE, THIRD_PHONE = "+9779801234567", "+9779812345678", "+9779823456789"
WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
HEADERS = [
    "name", "phone", "email", "government id", "gender", "birth date", "age", "location", "latitude", "longitude",
    "wallet address", "notes", "banked status", "internet status", "phone status", "group", "Village",
]  # fmt: skip
FULL = {
    "name": "Sita Tharu",
    "phone": PHONE,
    "email": "sita@example.net",
    "government id": "AB-12",
    "gender": "F",
    "birth date": "1990-01-02",
    "location": "Rajapur",
    "latitude": "28.4",
    "longitude": "81.1",
    "wallet address": WALLET,
    "notes": "By the river",
    "banked status": "BANKED",
    "internet status": "HOME_INTERNET",
    "phone status": "SMART_PHONE",
    "group": "Mothers",
    "Village": "Ward 5",
}


def line(**cells: str) -> list[str]:
    named = {header.replace(" ", "_"): header for header in HEADERS}
    given = {named.get(name, name): cell for name, cell in cells.items()}
    return [given.get(header, "") for header in HEADERS]


def staged(session: Session, *lines: list[str], **more: Any) -> Any:
    return stage(session, [HEADERS, *lines], **more)


def people(session: Session) -> list[tuple[Beneficiary, BeneficiaryPii]]:
    statement = (
        select(Beneficiary, BeneficiaryPii)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .order_by(Beneficiary.id)
    )
    return [(one, pii) for one, pii in session.execute(statement)]


def test_a_new_row_becomes_a_person_with_all_that_the_file_says(session: Session) -> None:
    batch = staged(session, line(**FULL))
    staged_uuid = row(session, batch, 2).uuid
    assert take(session, batch) == {"added": 1, "updated": 0, "held": 0}
    ((person, pii),) = people(session)
    assert person.uuid == staged_uuid
    assert (pii.name, pii.phone, pii.email, pii.extras) == (
        "Sita Tharu",
        PHONE,
        "sita@example.net",
        {"govtIDNumber": "AB-12"},
    )
    assert (person.gender, person.banked_status, person.internet_status, person.phone_status) == (
        "FEMALE",
        "BANKED",
        "HOME_INTERNET",
        "SMART_PHONE",
    )
    assert person.birth_date == dt.datetime(1990, 1, 2, tzinfo=dt.UTC)
    assert (person.location, person.latitude, person.longitude) == ("Rajapur", 28.4, 81.1)
    assert (person.wallet_address, person.notes, person.extras) == (
        WALLET,
        "By the river",
        {"Village": "Ward 5"},
    )
    assert (person.version, person.is_verified, person.deleted_at) == (1, False, None)
    assert person.age is not None
    assert session.get_one(ImportBatch, batch).state == "TAKEN"


def test_what_the_file_does_not_say_stays_empty(session: Session) -> None:
    batch = staged(session, line(name="Sita"))
    take(session, batch)
    ((person, pii),) = people(session)
    assert pii.phone == f"none:{person.uuid}"
    assert (pii.email, pii.extras, person.birth_date, person.age, person.location) == (None,) * 5
    assert (person.latitude, person.notes, person.extras) == (None, None, None)
    assert (person.gender, person.banked_status) == ("UNKNOWN", "UNKNOWN")


def test_who_brings_no_wallet_gets_one_of_their_own(session: Session) -> None:
    batch = staged(session, line(name="Sita", wallet_address=WALLET.lower()), *([line(name="Asha")] * 40))
    take(session, batch)
    wallets = [person.wallet_address for person, _pii in people(session)]
    assert wallets[0] == WALLET
    assert len(set(wallets)) == 41
    assert all(map(is_checksummed, wallets))


def test_people_are_registered_in_the_order_of_the_file(session: Session) -> None:
    batch = staged(session, *(line(name=f"Person {number}") for number in range(50)))
    take(session, batch)
    assert [pii.name for _person, pii in people(session)] == [f"Person {number}" for number in range(50)]


def test_only_chosen_rows_are_taken(session: Session) -> None:
    batch = staged(session, line(name="Sita"), line(name="Asha"), line(name="Bina", phone="1"))
    choose_rows(session, batch, take=False, verdict=None, row=3)
    assert take(session, batch)["added"] == 1
    assert [pii.name for _person, pii in people(session)] == ["Sita"]


def test_a_batch_of_which_nothing_is_chosen_takes_nobody(session: Session) -> None:
    batch = staged(session, line(name="Sita"))
    choose_rows(session, batch, take=False, verdict=None, row=None)
    assert take(session, batch) == {"added": 0, "updated": 0, "held": 0}
    assert people(session) == []


def test_a_batch_is_taken_once(session: Session) -> None:
    batch = staged(session, line(name="Sita"))
    take(session, batch)
    with pytest.raises(Conflict):
        take(session, batch)
    assert len(people(session)) == 1


def test_an_update_changes_only_what_the_file_says(session: Session) -> None:
    batch = staged(session, line(**FULL))
    take(session, batch)
    before = registry(session)["tbl_beneficiaries_pii"]
    batch = staged(session, line(name="Sita Tharu", phone=PHONE, location="Nepalgunj", Village="", notes="-"))
    assert verdicts(session, batch) == ["UPDATE"]
    assert take(session, batch) == {"added": 0, "updated": 1, "held": 0}
    ((person, pii),) = people(session)
    assert (person.location, person.version) == ("Nepalgunj", 2)
    assert (person.gender, person.banked_status, person.birth_date) == (
        "FEMALE",
        "BANKED",
        dt.datetime(1990, 1, 2, tzinfo=dt.UTC),
    )
    assert (person.wallet_address, person.extras, person.latitude) == (WALLET, {"Village": "Ward 5"}, 28.4)
    assert (pii.email, pii.extras) == ("sita@example.net", {"govtIDNumber": "AB-12"})
    assert registry(session)["tbl_beneficiaries_pii"] == before


def test_an_update_that_says_nothing_new_changes_nothing(session: Session) -> None:
    full = {**FULL, "age": "36"}
    take(session, staged(session, line(**full)))
    before = registry(session)
    known = {"name": FULL["name"], "phone": FULL["phone"]}
    assert take(session, staged(session, line(**known))) == {"added": 0, "updated": 1, "held": 0}
    assert registry(session) == before


def test_an_update_adds_what_was_not_known(session: Session) -> None:
    known = add_beneficiary(session, "Sita Tharu", PHONE, extras={"House": "7"})
    batch = staged(session, line(**{**FULL, "name": "SITA THARU"}))
    take(session, batch)
    session.expire_all()
    ((person, pii),) = people(session)
    assert person.uuid == known.uuid
    assert person.extras == {"House": "7", "Village": "Ward 5"}
    assert (pii.name, pii.email, pii.extras) == ("SITA THARU", "sita@example.net", {"govtIDNumber": "AB-12"})
    assert person.wallet_address == WALLET


def test_an_update_by_reference_may_bring_another_phone(session: Session) -> None:
    known = add_beneficiary(session, "Sita", PHONE)
    batch = stage(session, [["uuid", "phone"], [str(known.uuid), OTHER_PHONE]])
    take(session, batch)
    ((_person, pii),) = people(session)
    assert (pii.name, pii.phone) == ("Sita", OTHER_PHONE)


def test_what_was_settled_is_taken_so(session: Session) -> None:
    same = add_beneficiary(session, "Sita Sharma", PHONE)
    add_beneficiary(session, "Asha", OTHER_PHONE)
    batch = staged(session, line(name="Sita Rai", phone=PHONE), line(name="Bina", phone=OTHER_PHONE))
    settle_as_same(session, row(session, batch, 2))
    settle_as_other(session, row(session, batch, 3))
    assert take(session, batch) == {"added": 1, "updated": 1, "held": 0}
    session.expire_all()
    named = {pii.name: (person, pii) for person, pii in people(session)}
    assert named["Sita Rai"][0].uuid == same.uuid
    assert named["Bina"][1].phone.startswith("none:")
    assert named["Bina"][0].extras == {"shared phone": OTHER_PHONE}


def test_G1_each_person_is_on_record_with_who_took_them(session: Session) -> None:
    batch = staged(session, line(name="Asha", group="Mothers"), line(name="Bina"))
    officer = add_user_with(session, "officer", "Officer")
    tell_actor(session, Actor(officer.uuid, "request-7"))
    take(session, batch)
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.table_name == "tbl_beneficiaries", AuditEntry.action == "INSERT")
    ).all()
    assert {entry.record_id for entry in entries} == {str(person.uuid) for person, _pii in people(session)}
    assert {(entry.actor, entry.request_id) for entry in entries} == {(officer.uuid, "request-7")}
    logged = session.scalar(text("SELECT string_agg(to_jsonb(a)::text, '') FROM tbl_audit_log a"))
    assert "Asha" not in str(logged)


def test_all_or_nothing_where_a_row_turns_out_to_be_impossible(session: Session) -> None:
    batch = staged(session, line(name="Asha"), line(name="Bina", phone=PHONE), line(name="Chandra"))
    session.execute(text('UPDATE tbl_temp_beneficiaries SET age = 999 WHERE "rowNumber" = 4'))
    session.commit()
    before = registry(session)
    with pytest.raises(IntegrityError):
        take(session, batch)
    session.rollback()
    assert registry(session) == before
    assert session.get_one(ImportBatch, batch).state == "TAKING"
