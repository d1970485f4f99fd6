"""What is told before a list is approved: of which lists, doubts and payments it speaks."""

from decimal import Decimal

import pytest
from sqlalchemy import func

from portal.core.abilities import Ability
from portal.payouts.queries.rows import Show
from portal.payouts.queries.warnings import Share, warnings_of
from tests.duplicates.pairs import add_pair
from tests.payouts.lists import Ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database


def test_a_list_in_another_currency_is_nothing_to_compare_with(ground: Ground) -> None:
    ground.paid(ground.some(0, 4), currency="USD")
    warnings = warnings_of(ground.session, ground.submitted(), Ability(()))
    assert (warnings.last, warnings.ratio) == (None, None)
    assert not {Show.FAR, Show.NEW} & set(warnings.counts)
    assert not warnings.any


def test_doubts_that_were_decided_are_none(ground: Ground) -> None:
    one, other, third, *_more = ground.people
    found = ground.draft()
    add_pair(ground.session, one, other, state="DIFFERENT", decided_by=ground.maker.id, decided_at=func.now())
    assert warnings_of(ground.session, found, Ability(())).counts[Show.DOUBTED].number == 0
    add_pair(ground.session, one, third)
    assert warnings_of(ground.session, found, Ability(())).counts[Show.DOUBTED].number == 2


def test_more_than_half_through_one_vendor_is_striking_and_what_failed_counts_for_nobody(
    ground: Ground,
) -> None:
    other = add_vendor(ground.session, "Second shop", [ground.project])
    ground.session.commit()
    ground.paid(ground.some(0, 5), vendor=other.uuid)
    ours = ground.paid(ground.some(5, 10))
    found = ground.submitted(None, ground.some(0, 2), amount=Decimal(200))
    share = warnings_of(ground.session, found, Ability(())).share
    assert (share, share and share.much) == (Share(Decimal(900), Decimal(1400)), True)
    ground.sql(
        "UPDATE tbl_transactions SET status = 'FAILED', \"failedBy\" = :by, \"failedAt\" = now(), reason = 'No line'"
        ' WHERE "payoutListId" = :ours',
        by=ground.maker.id,
        ours=ours.uuid,
    )
    warnings = warnings_of(ground.session, found, Ability(()))
    assert warnings.share == Share(Decimal(400), Decimal(900))
    assert warnings.share
    assert not warnings.share.much
