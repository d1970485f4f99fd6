"""Two records become one with everything that refers to them, and two again exactly as they were."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.beneficiaries.operations.fate import restore_people
from portal.core.errors import Conflict
from portal.duplicates.models import Duplicate, Merge
from portal.duplicates.operations.merging import Choice, keep_apart, merge, reopen, undo
from portal.transactions.models import Transaction
from portal.users.models import User
from tests.duplicates.pairs import add_pair, add_twins, pay, stamp, whole
from tests.factories import add_beneficiary, add_group, add_project, add_user_with


@pytest.fixture
def officer(session: Session) -> User:
    return add_user_with(session, "officer", "Officer")


def merged(session: Session, pair: Duplicate, winner: Beneficiary, by: User, **choices: Choice) -> Merge:
    return merge(session, pair, winner.uuid, choices, as_seen=stamp(session, pair), by=by.uuid, by_id=by.id)


def personal(session: Session, person: Beneficiary) -> BeneficiaryPii:
    return session.scalars(select(BeneficiaryPii).where(BeneficiaryPii.beneficiary_id == person.id)).one()


def groups_of(session: Session, person: Beneficiary) -> list[Any]:
    live = GroupedBeneficiary.deleted_at.is_(None)
    statement = select(GroupedBeneficiary.beneficiary_group_id).where(
        GroupedBeneficiary.beneficiary_id == person.uuid, live
    )
    return sorted(session.scalars(statement))


def test_the_loser_is_deleted_and_points_to_the_winner(session: Session, officer: User) -> None:
    one, other, pair = add_twins(session)
    merged(session, pair, one, officer)
    assert one.deleted_at is None
    assert other.deleted_at is not None
    assert other.merged_into == one.uuid
    assert (pair.state, pair.decided_by) == ("MERGED", officer.id)


def test_each_fact_is_the_one_that_was_chosen(session: Session, officer: User) -> None:
    one, other, pair = add_twins(session)
    other.location, other.notes = "Morang", "Calls herself Seeta"
    session.flush()
    wallets = one.wallet_address, other.wallet_address
    merged(
        session, pair, one, officer, name="loser", phone="loser", wallet_address="loser", location="winner"
    )
    assert (one.location, one.notes) == ("Sunsari", "Calls herself Seeta")
    assert (one.wallet_address, other.wallet_address) == (wallets[1], wallets[0])
    assert personal(session, one).name == "Seeta Tharu"
    assert personal(session, one).phone == "+9779812345679"
    assert personal(session, other).phone == "+9779812345678"


def test_what_the_winner_does_not_know_is_taken_from_the_loser(session: Session, officer: User) -> None:
    one = add_beneficiary(session, "Sita Tharu", extras={"ward": 3, "camp": "A"})
    other = add_beneficiary(
        session,
        "Seeta Tharu",
        "+9779812345679",
        govt_id="77-1",
        gender="FEMALE",
        extras={"ward": 4, "size": 5},
    )
    session.execute(
        text('UPDATE tbl_beneficiaries_pii SET phone = :none WHERE "beneficiaryId" = :id'),
        {"none": f"none:{one.uuid}", "id": one.id},
    )
    session.expire_all()
    merged(session, add_pair(session, one, other), one, officer)
    assert one.gender == "FEMALE"
    assert one.extras == {"ward": 3, "camp": "A", "size": 5}
    assert personal(session, one).phone == "+9779812345679"
    assert personal(session, one).extras == {"govtIDNumber": "77-1"}
    assert personal(session, other).phone == f"none:{other.uuid}"


def test_an_id_that_was_chosen_against_does_not_come_in_by_the_back_door(
    session: Session, officer: User
) -> None:
    one, other = add_beneficiary(session), add_beneficiary(session, govt_id="77-1")
    merged(session, add_pair(session, one, other), one, officer, govt_id="winner")
    assert personal(session, one).extras is None


def test_memberships_follow_without_doubling_and_payouts_go_along(session: Session, officer: User) -> None:
    camp, left, alone = (add_group(session, name) for name in ("Camp", "Left", "Alone"))
    north, south = add_project(session, "North"), add_project(session, "South")
    one = add_beneficiary(session, groups=[camp, left], projects=[north])
    other = add_beneficiary(session, groups=[camp, left, alone], projects=[north, south])
    session.execute(
        text(
            "UPDATE tbl_grouped_beneficiaries SET \"deletedAt\" = now() - interval '1 day'"
            ' WHERE "beneficiaryGroupId" = :group AND "beneficiaryId" = :person'
        ),
        {"group": left.uuid, "person": one.uuid},
    )
    pay(session, other, south)
    merged(session, add_pair(session, one, other), one, officer)
    assert groups_of(session, one) == sorted([camp.uuid, left.uuid, alone.uuid])
    assert groups_of(session, other) == []
    parts = session.scalars(
        select(BeneficiaryProject.project_id).where(
            BeneficiaryProject.beneficiary_id == one.uuid, BeneficiaryProject.deleted_at.is_(None)
        )
    )
    assert sorted(parts) == sorted([north.uuid, south.uuid])
    assert session.scalars(select(Transaction.beneficiary_id)).all() == [one.uuid]


def test_undoing_gives_back_both_with_everything_exactly(session: Session, officer: User) -> None:
    camp, left, alone = (add_group(session, name) for name in ("Camp", "Left", "Alone"))
    north = add_project(session, "North")
    one = add_beneficiary(session, groups=[camp, left], extras={"ward": 3})
    other = add_beneficiary(
        session, "Seeta", govt_id="77-1", groups=[camp, left, alone], projects=[north], notes="x"
    )
    session.execute(
        text(
            "UPDATE tbl_grouped_beneficiaries SET \"deletedAt\" = now() - interval '1 day'"
            ' WHERE "beneficiaryGroupId" = :group AND "beneficiaryId" = :person'
        ),
        {"group": left.uuid, "person": one.uuid},
    )
    pay(session, other, north)
    pair = add_pair(session, one, other)
    before = whole(session, (one.uuid, other.uuid))
    done = merged(session, pair, one, officer, phone="loser", wallet_address="loser", name="loser")
    assert whole(session, (one.uuid, other.uuid)) != before
    undo(session, done, by_id=officer.id)
    assert whole(session, (one.uuid, other.uuid)) == before
    assert (pair.state, done.undone_by) == ("OPEN", officer.id)
    session.expire_all()
    assert one.version > 1
    merged(session, pair, other, officer)
    assert one.merged_into == other.uuid


def test_undoing_twice_is_refused(session: Session, officer: User) -> None:
    one, _, pair = add_twins(session)
    done = merged(session, pair, one, officer)
    undo(session, done, by_id=officer.id)
    with pytest.raises(Conflict):
        undo(session, done, by_id=officer.id)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (
            "UPDATE tbl_beneficiaries SET notes = 'later', version = version + 1 WHERE uuid = :winner",
            "The person's data",
        ),
        (
            "UPDATE tbl_beneficiaries_pii SET email = 'a@example.org' WHERE phone = '+9779812345678'",
            "The person's data",
        ),
        (
            'INSERT INTO tbl_grouped_beneficiaries ("beneficiaryGroupId", "beneficiaryId") '
            "SELECT uuid, :winner FROM tbl_beneficiaries_group",
            "Membership of a group",
        ),
        (
            'INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId") '
            "SELECT uuid, :winner FROM tbl_projects",
            "Part in a project",
        ),
    ],
)
def test_what_changed_since_stands_in_the_way_and_is_named(
    session: Session, officer: User, change: str, named: str
) -> None:
    add_group(session, "Later")
    add_project(session, "Later")
    one, other, pair = add_twins(session)
    done = merged(session, pair, one, officer)
    session.execute(text(change), {"winner": one.uuid})
    with pytest.raises(Conflict) as refused:
        undo(session, done, by_id=officer.id)
    assert refused.value.params["what"] == [named]
    session.expire_all()
    assert other.merged_into == one.uuid


def test_a_payout_since_stands_in_the_way_as_well(session: Session, officer: User) -> None:
    one, _, pair = add_twins(session)
    done = merged(session, pair, one, officer)
    pay(session, one, add_project(session, "Later"))
    with pytest.raises(Conflict) as refused:
        undo(session, done, by_id=officer.id)
    assert refused.value.params["what"] == ["A payout"]


def test_who_was_merged_before_follows_to_the_last_winner(session: Session, officer: User) -> None:
    one, other, pair = add_twins(session)
    third = add_beneficiary(session, "Sita Tharu")
    first = merged(session, pair, one, officer)
    again = merged(session, add_pair(session, one, third), third, officer)
    session.expire_all()
    assert (one.merged_into, other.merged_into) == (third.uuid, third.uuid)
    with pytest.raises(Conflict):
        undo(session, first, by_id=officer.id)
    undo(session, again, by_id=officer.id)
    session.expire_all()
    assert (one.merged_into, other.merged_into) == (None, one.uuid)


def test_E5_a_merge_of_people_who_changed_meanwhile_is_refused(session: Session, officer: User) -> None:
    one, other, pair = add_twins(session)
    shown = stamp(session, pair)
    other.location = "Morang"
    session.flush()
    with pytest.raises(Conflict):
        merge(session, pair, one.uuid, {}, as_seen=shown, by=officer.uuid, by_id=officer.id)
    assert other.merged_into is None


def test_E9_who_is_deleted_is_not_merged_and_who_was_merged_is_not_restored(
    session: Session, officer: User
) -> None:
    one, other, pair = add_twins(session)
    other.deleted_at = one.created_at
    session.flush()
    with pytest.raises(Conflict):
        merged(session, pair, one, officer)
    other.deleted_at = None
    session.flush()
    merged(session, pair, one, officer)
    assert restore_people(session, select(Beneficiary.uuid).where(Beneficiary.uuid == other.uuid)) == 0


def test_who_is_kept_apart_is_not_merged_until_that_is_taken_back(session: Session, officer: User) -> None:
    one, _, pair = add_twins(session)
    keep_apart(session, pair, by_id=officer.id)
    keep_apart(session, pair, by_id=officer.id)
    assert (pair.state, pair.decided_by) == ("DIFFERENT", officer.id)
    with pytest.raises(Conflict):
        merged(session, pair, one, officer)
    reopen(session, pair)
    merged(session, pair, one, officer)
    with pytest.raises(Conflict):
        reopen(session, pair)
    with pytest.raises(Conflict):
        keep_apart(session, pair, by_id=officer.id)
