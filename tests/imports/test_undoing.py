"""Taking a batch back: the registry is then as it was, or nothing is changed and it is said why not."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup, BeneficiaryPii, GroupedBeneficiary
from portal.core.errors import Conflict
from portal.imports.models import ImportBatch
from portal.users.models import User
from portal.vendors.models import Vendor
from tests.factories import FIRST_DAY, add_beneficiary, add_group, add_project
from tests.imports.batches import registry, row, stage, take, undo

pytestmark = pytest.mark.database

PHONE, OTHER_PHONE, THIRD_PHONE = "+9779801234567", "+9779812345678", "+9779823456789"
WALLET = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
LATER = dt.timedelta(seconds=1)
TABLE = [
    [
        "name",
        "phone",
        "government id",
        "location",
        "age",
        "wallet address",
        "birth date",
        "email",
        "group",
        "Village",
    ],
    ["Asha", OTHER_PHONE, "", "", "30", "", "", "", "Mothers", ""],
    ["Sita", PHONE, "AB-99", "Rajapur", "", WALLET, "1990-01-02", "new@example.net", "Mothers", "Ward 5"],
    ["Bina", "", "", "", "", "", "", "", "Artisans", ""],
]


@pytest.fixture
def world(session: Session) -> dict[str, Any]:
    """Sita, who is known, in a group and a project; and a batch that updates her and brings two others."""
    project, other = add_project(session, "Relief"), add_project(session, "Other")
    group = add_group(session, "Old group", [other])
    sita = add_beneficiary(
        session, "Sita", PHONE, govt_id="AB-12", age=40, extras={"House": "7"}, groups=[group], projects=[other],
        gender="FEMALE", latitude=28.4, longitude=81.1, birth_date=dt.datetime(1989, 5, 6, 7, 8, 9, 10, dt.UTC),
    )  # fmt: skip
    add_group(session, "Mothers", [project])
    session.commit()
    before = registry(session)
    batch = stage(session, TABLE, group_name="Round 1", project=project.uuid)
    return {"batch": batch, "before": before, "sita": sita.uuid, "project": project, "other": other}


def test_what_brought_people_into_a_project_that_is_closed_by_now_is_not_undone(
    session: Session, world: dict[str, Any]
) -> None:
    take(session, world["batch"])
    world["project"].status = "CLOSED"
    session.commit()
    taken = registry(session)
    with pytest.raises(Conflict, match="“Relief”, which its people joined, was closed since"):
        undo(session, world["batch"])
    assert registry(session) == taken


def test_another_project_that_is_closed_by_now_keeps_no_batch_from_being_undone(
    session: Session, world: dict[str, Any]
) -> None:
    take(session, world["batch"])
    world["other"].status = "CLOSED"
    session.commit()
    undo(session, world["batch"])
    assert registry(session) == world["before"]


def test_an_undone_batch_leaves_the_registry_as_it_was(session: Session, world: dict[str, Any]) -> None:
    assert take(session, world["batch"]) == {"added": 2, "updated": 1, "held": 0}
    assert registry(session) != world["before"]
    assert undo(session, world["batch"]) == {"removed": 2, "restored": 1}
    assert registry(session) == world["before"]
    assert session.get_one(ImportBatch, world["batch"]).state == "UNDONE"


def test_what_the_taking_brought_back_is_ended_again(session: Session) -> None:
    project = add_project(session, "Relief")
    group = add_group(session, "Mothers", deleted_at=FIRST_DAY)
    add_beneficiary(session, "Sita", PHONE, groups=[group], projects=[project])
    for table in ("tbl_grouped_beneficiaries", "tbl_beneficiaries_projects"):
        session.execute(text(f'UPDATE {table} SET "deletedAt" = now()'))
    session.commit()
    before = registry(session)
    batch = stage(session, [["name", "phone", "group"], ["Sita", PHONE, "Mothers"]], project=project.uuid)
    take(session, batch)
    assert registry(session) != before
    undo(session, batch)
    assert registry(session) == before


def test_a_batch_is_undone_once(session: Session, world: dict[str, Any]) -> None:
    take(session, world["batch"])
    undo(session, world["batch"])
    with pytest.raises(Conflict):
        undo(session, world["batch"])
    assert registry(session) == world["before"]


def test_a_batch_that_was_not_taken_cannot_be_undone(session: Session, world: dict[str, Any]) -> None:
    with pytest.raises(Conflict):
        undo(session, world["batch"])
    assert session.get_one(ImportBatch, world["batch"]).state == "REVIEW"


def test_only_its_own_people_go_with_a_batch(session: Session, world: dict[str, Any]) -> None:
    first = stage(session, [["name"], ["Chandra"], ["Deepa"]])
    take(session, first)
    kept = registry(session)
    take(session, world["batch"])
    undo(session, world["batch"])
    assert registry(session) == kept


def somebody_new(session: Session, world: dict[str, Any]) -> Beneficiary:
    found = row(session, world["batch"], 2).uuid
    return session.scalars(select(Beneficiary).where(Beneficiary.uuid == found)).one()


def pay(session: Session, world: dict[str, Any]) -> None:
    vendor = User(name="Shop")
    session.add(vendor)
    session.flush()
    session.add(Vendor(uuid=vendor.uuid, name="Shop"))
    session.flush()
    session.execute(
        text(
            'INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency)'
            " VALUES (:project, :person, :vendor, 10, 'NPR')"
        ),
        {
            "project": world["project"].uuid,
            "person": somebody_new(session, world).uuid,
            "vendor": vendor.uuid,
        },
    )


def edit(session: Session, world: dict[str, Any]) -> None:
    somebody_new(session, world).version += 1


def delete(session: Session, world: dict[str, Any]) -> None:
    somebody_new(session, world).deleted_at = FIRST_DAY


def verify(session: Session, world: dict[str, Any]) -> None:
    somebody_new(session, world).is_verified = True


def edit_who_was_updated(session: Session, world: dict[str, Any]) -> None:
    session.scalars(select(Beneficiary).where(Beneficiary.uuid == world["sita"])).one().version += 1


def update_again(session: Session, world: dict[str, Any]) -> None:
    take(session, stage(session, [["name", "phone", "location"], ["Sita", PHONE, "Elsewhere"]]))


def join_a_group(session: Session, world: dict[str, Any]) -> None:
    taken_at: Any = session.get_one(ImportBatch, world["batch"]).taken_at
    group = add_group(session, "Later")
    session.add(
        GroupedBeneficiary(
            beneficiary_group_id=group.uuid,
            beneficiary_id=somebody_new(session, world).uuid,
            created_at=taken_at + LATER,
        )
    )


def join_a_project(session: Session, world: dict[str, Any]) -> None:
    taken_at: Any = session.get_one(ImportBatch, world["batch"]).taken_at
    session.execute(
        text(
            'INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId", "createdAt")'
            " VALUES (:project, :person, :at)"
        ),
        {"project": world["other"].uuid, "person": somebody_new(session, world).uuid, "at": taken_at + LATER},
    )


def somebody_gets_the_old_wallet(session: Session, world: dict[str, Any]) -> None:
    before = row(session, world["batch"], 3).before
    add_beneficiary(
        session, "Quicker", wallet_address=before["person"]["walletAddress"].upper().replace("X", "x")
    )


DEPENDING: dict[str, tuple[Any, str]] = {
    "a payment": (pay, "payments exist for 1 of its people"),
    "an edit": (edit, "1 of its people were changed since"),
    "a deletion": (delete, "1 of its people were changed since"),
    "a verification": (verify, "1 of its people were changed since"),
    "an edit of who was updated": (edit_who_was_updated, "1 of its people were changed since"),
    "another import": (update_again, "1 of its people were changed since"),
    "a new group": (join_a_group, "1 of its people joined other groups or projects since"),
    "a new project": (join_a_project, "1 of its people joined other groups or projects since"),
    "a wallet given away": (somebody_gets_the_old_wallet, "the old phone or wallet of 1 of its people"),
}


@pytest.mark.parametrize("case", DEPENDING)
def test_E9_a_batch_on_which_something_stands_is_not_undone(
    session: Session, world: dict[str, Any], case: str
) -> None:
    do, said = DEPENDING[case]
    take(session, world["batch"])
    do(session, world)
    session.commit()
    before = registry(session)
    with pytest.raises(Conflict, match=said):
        undo(session, world["batch"])
    session.expire_all()
    assert registry(session) == before
    assert session.get_one(ImportBatch, world["batch"]).state == "TAKEN"


def test_a_phone_given_away_stands_in_the_way_too(session: Session) -> None:
    known = add_beneficiary(session, "Sita", PHONE)
    batch = stage(session, [["uuid", "phone"], [str(known.uuid), OTHER_PHONE]])
    take(session, batch)
    add_beneficiary(session, "Quicker", PHONE)
    with pytest.raises(Conflict, match="the old phone or wallet"):
        undo(session, batch)


def test_a_group_that_others_use_by_now_stays(session: Session, world: dict[str, Any]) -> None:
    take(session, world["batch"])
    made = session.scalars(select(BeneficiaryGroup).where(BeneficiaryGroup.name == "Artisans")).one()
    add_beneficiary(session, "Somebody else", groups=[made])
    undo(session, world["batch"])
    names = set(session.scalars(select(BeneficiaryGroup.name)))
    assert "Artisans" in names
    assert "Round 1" not in names
    assert session.scalars(select(BeneficiaryPii.name).order_by(BeneficiaryPii.name)).all() == [
        "Sita",
        "Somebody else",
    ]


def test_what_was_undone_can_be_imported_again(session: Session, world: dict[str, Any]) -> None:
    take(session, world["batch"])
    undo(session, world["batch"])
    again = stage(session, TABLE, project=world["project"].uuid)
    assert take(session, again) == {"added": 2, "updated": 1, "held": 0}


def test_a_batch_that_updates_people_of_an_undone_one_takes_none_of_them(session: Session) -> None:
    table = [["name", "phone"], ["Asha", PHONE], ["Bina", OTHER_PHONE]]
    first = stage(session, table)
    take(session, first)
    second = stage(session, table, group_name="Round 2")
    undo(session, first)
    assert take(session, second) == {"added": 0, "updated": 0, "held": 2}
