"""Taking the chosen rows in: all of them with all that belongs to them, or nothing at all."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.core.db import Actor, tell_actor
from portal.core.errors import Conflict, Refusal
from portal.core.wallets import is_checksummed
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import choose_rows
from portal.imports.operations.mending import settle_as_other, settle_as_same
from tests.factories import add_beneficiary, add_group, add_project, add_user_with
from tests.imports.batches import reasons, registry, row, stage, take, verdicts

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


def members(session: Session, group: str) -> list[str | None]:
    return list(
        session.scalars(
            select(BeneficiaryPii.name)
            .join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
            .join(GroupedBeneficiary, GroupedBeneficiary.beneficiary_id == Beneficiary.uuid)
            .join(BeneficiaryGroup, BeneficiaryGroup.uuid == GroupedBeneficiary.beneficiary_group_id)
            .where(
                BeneficiaryGroup.name == group,
                BeneficiaryGroup.deleted_at.is_(None),
                GroupedBeneficiary.deleted_at.is_(None),
            )
            .order_by(BeneficiaryPii.name)
        )
    )


def in_project(session: Session, project: Any) -> list[str | None]:
    return list(
        session.scalars(
            select(BeneficiaryPii.name)
            .join(Beneficiary, Beneficiary.id == BeneficiaryPii.beneficiary_id)
            .join(BeneficiaryProject, BeneficiaryProject.beneficiary_id == Beneficiary.uuid)
            .where(BeneficiaryProject.project_id == project.uuid, BeneficiaryProject.deleted_at.is_(None))
            .order_by(BeneficiaryPii.name)
        )
    )


def test_groups_that_rows_name_are_made_and_joined(session: Session) -> None:
    add_group(session, "Mothers")
    batch = staged(
        session,
        line(name="Asha", group="Mothers"),
        line(name="Bina", group="Artisans"),
        line(name="Chandra"),
        line(name="Deepa", group="Mothers"),
    )
    take(session, batch)
    assert members(session, "Mothers") == ["Asha", "Deepa"]
    assert members(session, "Artisans") == ["Bina"]
    assert session.scalar(select(func.count()).select_from(BeneficiaryGroup)) == 2


def test_the_group_and_project_of_the_batch_take_in_everybody(session: Session) -> None:
    add_beneficiary(session, "Known", PHONE)
    project = add_project(session, "Relief")
    batch = staged(
        session,
        line(name="Asha"),
        line(name="Known", phone=PHONE),
        group_name="Round 1",
        project=project.uuid,
    )
    take(session, batch)
    assert members(session, "Round 1") == ["Asha", "Known"]
    assert in_project(session, project) == ["Asha", "Known"]


def test_who_joins_a_group_joins_the_projects_it_is_assigned_to(session: Session) -> None:
    project, ended = add_project(session, "Relief"), add_project(session, "Ended")
    add_group(session, "Mothers", [project, ended])
    session.execute(
        text('UPDATE tbl_beneficiaries_gorup_projects SET "deletedAt" = now() WHERE "projectId" = :ended'),
        {"ended": ended.uuid},
    )
    batch = staged(session, line(name="Asha", group="Mothers"), line(name="Bina"))
    take(session, batch)
    assert in_project(session, project) == ["Asha"]
    assert in_project(session, ended) == []


@pytest.mark.parametrize(
    "change", [{"status": "CLOSED"}, {"deleted_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}]
)
def test_E9_nobody_is_brought_into_a_project_that_was_closed_meanwhile(
    session: Session, change: dict[str, Any]
) -> None:
    project = add_project(session, "Relief")
    batch = staged(session, line(name="Asha"), project=project.uuid)
    for name, value in change.items():
        setattr(project, name, value)
    session.commit()
    with pytest.raises(Refusal, match="closed meanwhile"):
        take(session, batch)
    assert people(session) == []


@pytest.mark.parametrize(
    "change", [{"status": "CLOSED"}, {"deleted_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)}]
)
def test_E9_nor_into_one_that_their_group_was_assigned_to(session: Session, change: dict[str, Any]) -> None:
    project = add_project(session, "Relief", **change)
    add_group(session, "Mothers", [project])
    take(session, staged(session, line(name="Asha", group="Mothers")))
    assert members(session, "Mothers") == ["Asha"]
    assert in_project(session, project) == []


def test_deleted_groups_and_ended_memberships_are_brought_back_and_not_doubled(session: Session) -> None:
    project = add_project(session, "Relief")
    group = add_group(session, "Mothers", deleted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    add_beneficiary(session, "Known", PHONE, groups=[group], projects=[project])
    for table in ("tbl_grouped_beneficiaries", "tbl_beneficiaries_projects"):
        session.execute(text(f'UPDATE {table} SET "deletedAt" = now()'))
    batch = staged(session, line(name="Known", phone=PHONE, group="Mothers"), project=project.uuid)
    take(session, batch)
    assert members(session, "Mothers") == ["Known"]
    assert in_project(session, project) == ["Known"]
    assert session.scalar(select(func.count()).select_from(GroupedBeneficiary)) == 1


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


MEANWHILE: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "a phone": ({"phone": PHONE}, line(name="Sita", phone=PHONE), "phone_known"),
    "a wallet": (
        {"wallet_address": WALLET.lower()},
        line(name="Sita", wallet_address=WALLET),
        "wallet_known",
    ),
    "a phone, by somebody deleted": (
        {"phone": PHONE, "deleted_at": dt.datetime(2026, 5, 1, tzinfo=dt.UTC)},
        line(name="Sita", phone=PHONE),
        "phone_known",
    ),
}


@pytest.mark.parametrize("case", MEANWHILE)
def test_a_row_whose_mark_somebody_got_since_the_check_is_held(session: Session, case: str) -> None:
    known, cells, reason = MEANWHILE[case]
    batch = staged(session, cells, line(name="Asha"))
    add_beneficiary(session, "Quicker", **known)
    assert take(session, batch) == {"added": 1, "updated": 0, "held": 1}
    assert sorted(str(pii.name) for _person, pii in people(session)) == ["Asha", "Quicker"]
    assert reasons(session, batch, 2) == [reason]
    held = row(session, batch, 2)
    assert (held.verdict, held.take) == ("DUPLICATE", False)
    counts: Any = session.get_one(ImportBatch, batch).counts
    assert (counts["NEW"]["rows"], counts["DUPLICATE"]["rows"], counts["taken"]["held"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("phone", "phone_known"),
        ("wallet", "wallet_known"),
        ("deleted", "person_deleted"),
        ("gone", "person_gone"),
        ("twin", "person_in_file"),
    ],
)
def test_an_update_that_cannot_be_written_any_more_is_held(session: Session, case: str, reason: str) -> None:
    known = add_beneficiary(session, "Sita", THIRD_PHONE)
    cells = [str(known.uuid), "Sita", OTHER_PHONE, WALLET]
    batch = stage(
        session,
        [["uuid", "name", "phone", "wallet address"], cells, ["", "Asha", "", ""]],
        group_name="Round 1",
        project=add_project(session, "Relief").uuid,
    )
    number = 2
    if case == "phone":
        add_beneficiary(session, "Quicker", OTHER_PHONE)
    elif case == "wallet":
        add_beneficiary(session, "Quicker", wallet_address=WALLET)
    elif case == "deleted":
        known.deleted_at = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
    elif case == "gone":
        session.execute(text("DELETE FROM tbl_beneficiaries_pii"))
        session.execute(text("DELETE FROM tbl_beneficiaries"))
    else:
        number = 3
        session.execute(
            text(
                "UPDATE tbl_temp_beneficiaries SET verdict = 'UPDATE', take = true, \"matchId\" = :known"
                ' WHERE "rowNumber" = 3'
            ),
            {"known": known.uuid},
        )
    session.commit()
    taken = take(session, batch)
    assert taken["held"] == 1
    assert reasons(session, batch, number) == [reason]
    assert len(members(session, "Round 1")) == 1


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
