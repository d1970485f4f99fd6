"""Payouts of somebody who is erased: the money stays accounted for, and lists keep nothing that names them."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.erasing.operations.erasing import erase
from portal.payouts.models import PayoutList, PayoutRow
from portal.transactions.models import Transaction
from tests.erasing.doors import left_of
from tests.payouts.conftest import ground
from tests.payouts.lists import Ground

__all__ = ["ground"]

pytestmark = pytest.mark.database

NAME, PHONE, WALLET = "Quetzalina Zyxwvutsky", "+9779876501234", "0x" + "d1ce" * 10
VALUES = ("Quetzal", "Zyxwvut", "9876501234", "d1ced1ce")


def named(ground: Ground) -> Beneficiary:
    """The first of the people, with values that stand nowhere else."""
    person = ground.people[0]
    person.wallet_address = WALLET
    pii = ground.session.get_one(BeneficiaryPii, person.id)
    pii.name, pii.phone = NAME, PHONE
    ground.session.commit()
    return person


def sums(session: Session) -> tuple[int, object]:
    return session.execute(select(func.count(), func.sum(Transaction.amount))).one()._tuple()


def rows_of(session: Session, payout_list: PayoutList) -> int:
    return session.scalar(select(func.count()).where(PayoutRow.list_id == payout_list.uuid)) or 0


@pytest.mark.parametrize("state", ["draft", "submitted", "paid"])
def test_F6_lists_of_payouts_keep_the_money_and_not_the_person(
    session: Session, ground: Ground, state: str, tmp_path: Path
) -> None:
    person = named(ground)
    kept = getattr(ground, state)(chosen=PeopleFilter(group=ground.group.uuid))
    ground.draft(PeopleFilter(q=NAME, group=ground.group.uuid))
    assert left_of(session, tmp_path, VALUES), "it was there to begin with"
    before, rows, total = sums(session), rows_of(session, kept), kept.total
    session.refresh(person)
    erase(session, person.uuid, version=person.version, reason="ASKED", note=None, by=ground.maker.uuid)
    session.commit()
    assert left_of(session, tmp_path, VALUES) == set()
    found = ground.found(kept.uuid)
    assert (sums(session), rows_of(session, found), found.total) == (before, rows, total)
    own = session.scalars(select(PayoutRow).where(PayoutRow.beneficiary_id == person.uuid)).first()
    assert own is not None
    assert (own.name, own.phone, own.wallet, own.account) == (None, None, None, None)
