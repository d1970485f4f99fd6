"""Before a list is approved: whose grievance waits for an answer, as far as whoever looks may know."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceType
from portal.grievances.models import Grievance
from portal.payouts.models import PayoutRow
from portal.payouts.queries.rows import Show, rows_of
from portal.payouts.queries.warnings import warnings_of
from portal.transactions.models import Transaction
from tests.factories import add_project, enter_as
from tests.payouts.lists import Ground

pytestmark = pytest.mark.database


def complain(ground: Ground, **about: Any) -> Grievance:
    """A grievance of the list's project, about somebody or a payment."""
    facts: dict[str, Any] = {"project_id": ground.project.uuid, "reporter_user_id": ground.maker.id} | about
    made = Grievance(
        **facts,
        reported_by="Asha",
        reporter_contact="+9779800000001",
        title="Not paid",
        type=GrievanceType.NON_TECHNICAL,
        description="Nothing came.",
    )
    ground.session.add(made)
    ground.session.commit()
    return made


def counted(ground: Ground, chosen: tuple[int, int] = (0, 5)) -> set[int]:
    """The numbers of the rows that the warning leads to; it counts exactly these."""
    found = ground.submitted(None, ground.some(*chosen))
    shown = rows_of(found, Show.GRIEVANCE, None).with_only_columns(PayoutRow.number)
    numbers = set(ground.session.scalars(shown))
    assert warnings_of(ground.session, found).counts[Show.GRIEVANCE].number == len(numbers)
    return numbers


def test_people_with_open_grievances_are_counted_by_themselves_and_by_their_payments(ground: Ground) -> None:
    ground.paid(ground.some(1, 2))
    payment = ground.session.scalars(select(Transaction.uuid)).one()
    complain(ground, beneficiary_id=ground.people[0].uuid)
    complain(ground, beneficiary_id=ground.people[0].uuid)
    complain(ground, transaction_id=payment)
    complain(ground, beneficiary_id=ground.people[9].uuid)
    found = ground.submitted(None, ground.some(0, 5), title="Round 2")
    listed = rows_of(found, Show.GRIEVANCE, None).with_only_columns(PayoutRow.beneficiary_id)
    assert set(ground.session.scalars(listed)) == {person.uuid for person in ground.people[:2]}
    assert warnings_of(ground.session, found).counts[Show.GRIEVANCE].number == 2


@pytest.mark.parametrize("kind", ["answered", "deleted", "sensitive", "of another project", "about nobody"])
def test_others_are_not(ground: Ground, kind: str) -> None:
    person = ground.people[0].uuid
    facts: dict[str, Any] = {"beneficiary_id": person}
    if kind == "sensitive":
        facts["is_sensitive"] = True
    elif kind == "of another project":
        facts["project_id"] = add_project(ground.session, "South").uuid
    elif kind == "about nobody":
        facts = {}
    complain(ground, **facts)
    if kind == "answered":
        for status in ("UNDER_REVIEW", "RESOLVED"):
            ground.session.execute(update(Grievance).values(status=status, status_reason=f"It is {status}"))
    elif kind == "deleted":
        ground.session.execute(update(Grievance).values(deleted_at=Grievance.created_at))
    ground.session.commit()
    assert counted(ground) == set()


def test_C4_a_sensitive_grievance_is_told_to_nobody_by_page_or_rows(
    ground: Ground, client: FlaskClient, session: Session
) -> None:
    complain(ground, beneficiary_id=ground.people[0].uuid, is_sensitive=True)
    complain(ground, beneficiary_id=ground.people[1].uuid)
    found = ground.submitted(None, ground.some(0, 5))
    browser = enter_as(client, session, ground.approver)
    for place in ("approve", "warnings"):
        page = browser.get(f"/payouts/{found.uuid}/{place}").text
        assert '<span class="num">1</span> Have an open grievance' in page, place
    rows = browser.get(f"/payouts/{found.uuid}/rows?show=grievance").text
    assert "Sita 1" in rows
    assert "Sita 0" not in rows
