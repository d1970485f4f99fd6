"""Before a list is approved: whose grievance waits for an answer, as far as whoever looks may know."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.enums import GrievanceType
from portal.grievances.models import Grievance
from portal.payouts.models import PayoutRow
from portal.payouts.queries.rows import Show, rows_of
from portal.payouts.queries.warnings import warnings_of
from portal.transactions.models import Transaction
from portal.users.operations.assignments import assign_role
from tests.factories import add_project, add_user_with, enter_as
from tests.payouts.lists import Ground

pytestmark = pytest.mark.database

NOBODY = Ability(())
"""Who approves a list need not be one of those who read grievances: whom an open one is about, they are told."""


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
    shown = rows_of(found, NOBODY, Show.GRIEVANCE).with_only_columns(PayoutRow.number)
    numbers = set(ground.session.scalars(shown))
    assert warnings_of(ground.session, found, NOBODY).counts[Show.GRIEVANCE].number == len(numbers)
    return numbers


def test_people_with_open_grievances_are_counted_by_themselves_and_by_their_payments(ground: Ground) -> None:
    ground.paid(ground.some(1, 2))
    payment = ground.session.scalars(select(Transaction.uuid)).one()
    complain(ground, beneficiary_id=ground.people[0].uuid)
    complain(ground, beneficiary_id=ground.people[0].uuid)
    complain(ground, transaction_id=payment)
    complain(ground, beneficiary_id=ground.people[9].uuid)
    found = ground.submitted(None, ground.some(0, 5), title="Round 2")
    listed = rows_of(found, NOBODY, Show.GRIEVANCE).with_only_columns(PayoutRow.beneficiary_id)
    assert set(ground.session.scalars(listed)) == {person.uuid for person in ground.people[:2]}
    assert warnings_of(ground.session, found, NOBODY).counts[Show.GRIEVANCE].number == 2


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


@pytest.mark.parametrize("where", ["nowhere", "elsewhere", "here"])
def test_C4_a_sensitive_grievance_is_told_to_who_may_read_them_in_this_project_and_to_nobody_else(
    ground: Ground, client: FlaskClient, session: Session, where: str
) -> None:
    ground.paid(ground.some(2, 3))
    payment = session.scalars(select(Transaction.uuid)).one()
    complain(ground, beneficiary_id=ground.people[0].uuid, is_sensitive=True)
    complain(ground, beneficiary_id=ground.people[1].uuid)
    complain(ground, transaction_id=payment, is_sensitive=True)
    if where != "nowhere":
        project = ground.project if where == "here" else add_project(session, "South")
        rules = [Rule("read", "Grievance"), Rule("read", "SensitiveGrievance")]
        add_user_with(session, "keeper", None, rules)
        assign_role(session, ground.approver, "Role of keeper", projects=[project.uuid])
    session.commit()
    found = ground.submitted(None, ground.some(0, 5), title="Round 2")
    browser = enter_as(client, session, ground.approver)
    told = 3 if where == "here" else 1
    for place in ("approve", "warnings"):
        page = browser.get(f"/payouts/{found.uuid}/{place}").text
        assert f'<span class="num">{told}</span> Have an open grievance' in page, place
    rows = browser.get(f"/payouts/{found.uuid}/rows?show=grievance").text
    assert [f"Sita {number}" in rows for number in range(4)] == [told == 3, True, told == 3, False]


def test_C4_who_may_read_sensitive_subjects_but_no_grievances_is_told_of_none(ground: Ground) -> None:
    complain(ground, beneficiary_id=ground.people[0].uuid, is_sensitive=True)
    found = ground.submitted(None, ground.some(0, 5))

    def told(*rules: Rule) -> int:
        return warnings_of(ground.session, found, Ability(rules)).counts[Show.GRIEVANCE].number

    opened = Rule("read", "SensitiveGrievance")
    assert (told(), told(opened), told(Rule("read", "Grievance"))) == (0, 0, 0)
    assert told(Rule("read", "Grievance"), opened) == 1
