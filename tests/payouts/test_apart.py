"""E3: nobody approves what they made, in the page, by request and by SQL as the application's role."""

from decimal import Decimal
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.core.errors import Conflict, Refusal
from portal.payouts.operations import submitting
from portal.payouts.operations.approving import approve
from portal.settings.operations import set_values
from portal.transactions.models import Transaction
from tests.factories import add_user_with, enter_as
from tests.payouts.lists import Ground

pytestmark = pytest.mark.database

APPROVAL = """
INSERT INTO tbl_payout_approvals ("listId", "approverId", step, "rowsHash", total, payable, "madeBy")
VALUES (:list, :who, 1, :hash, 1, 1, '{0}')
"""
"""With makers that are none: the database writes them itself."""


def refused(ground: Ground, statement: str, **values: object) -> str:
    """How the database refuses a statement: the constraint's name, or the SQLSTATE of a trigger."""
    with pytest.raises(DBAPIError) as caught, ground.session.begin_nested():
        ground.session.execute(text(statement), values)
    original = caught.value.orig
    return str(original.diag.constraint_name or original.sqlstate)  # type: ignore[union-attr]


def both(ground: Ground) -> None:
    """Whoever makes lists may approve them as well, as far as roles go."""
    for user in (ground.maker, ground.second):
        ground.session.execute(
            text(
                'INSERT INTO tbl_users_roles ("userId", "roleId")'
                " SELECT :user, id FROM tbl_auth_roles WHERE name = 'Admin'"
            ),
            {"user": user.id},
        )
    ground.session.commit()


def test_E3_the_maker_sees_why_they_cannot_approve_and_the_request_is_refused(
    ground: Ground, client: FlaskClient
) -> None:
    both(ground)
    found = ground.submitted()
    browser = enter_as(client, ground.session, ground.maker)
    page = browser.get(f"/payouts/{found.uuid}").text
    assert "You made this list: somebody else has to approve it." in page
    assert "Look and approve" not in page
    answer = browser.post(f"/payouts/{found.uuid}/approve", data={"seen": found.rows_hash})
    assert answer.status_code == 422
    assert "You made this list" in answer.text
    assert ground.found(found.uuid).state == "SUBMITTED"
    other = enter_as(client, ground.session, ground.second)
    assert "Look and approve" in other.get(f"/payouts/{found.uuid}").text
    assert other.post(f"/payouts/{found.uuid}/approve", data={"seen": found.rows_hash}).status_code == 303
    assert ground.found(found.uuid).state == "PAYING"


def test_E3_who_changed_or_submitted_a_list_last_cannot_approve_it(ground: Ground) -> None:
    both(ground)
    draft = ground.draft()
    ground.sql('UPDATE tbl_payout_lists SET "editedBy" = :second', second=ground.second.id)
    ground.session.commit()
    found = ground.submitted(ground.found(draft.uuid))
    with pytest.raises(Refusal, match="last to change"):
        ground.approve(found, ground.second)
    other = add_user_with(ground.session, "submitter", "Admin")
    submitting.take_back(ground.session, found.uuid, by=ground.maker.id)
    ground.session.commit()
    ground.maker, maker = other, ground.maker
    found = ground.submitted(ground.found(found.uuid))
    assert (found.submitted_by, found.created_by) == (other.id, maker.id)
    with pytest.raises(Refusal, match="You submitted"):
        ground.approve(found, other)
    assert ground.approve(found, ground.approver).last


def test_E3_by_sql_the_maker_approves_nothing(ground: Ground) -> None:
    found = ground.submitted()
    told = {"list": found.uuid, "hash": found.rows_hash}
    assert refused(ground, APPROVAL, who=ground.maker.id, **told) == "ck_tbl_payout_approvals_maker"
    assert refused(ground, APPROVAL, who=ground.approver.id, **(told | {"hash": "0"})) == "RP010"
    pay = "UPDATE tbl_payout_lists SET state = 'PAYING', \"decidedBy\" = :who WHERE uuid = :list"
    assert refused(ground, pay, who=ground.approver.id, list=found.uuid) == "ck_tbl_payout_lists_approved"
    ground.sql(APPROVAL, who=ground.approver.id, **told)
    assert refused(ground, pay, who=ground.second.id, list=found.uuid) == "ck_tbl_payout_lists_approved"
    assert refused(ground, pay, who=ground.maker.id, list=found.uuid) in {
        "ck_tbl_payout_lists_maker",
        "ck_tbl_payout_lists_approved",
    }
    ground.sql(pay, who=ground.approver.id, list=found.uuid)


@pytest.mark.parametrize(
    "change",
    [
        '"createdBy" = :other',
        '"editedBy" = :other',
        '"submittedBy" = :other',
        '"stepsNeeded" = 2',
        "currency = 'USD'",
        "state = 'APPROVED'",
        "state = 'FILLING'",
    ],
)
def test_E3_by_sql_nobody_makes_a_submitted_list_another_one(ground: Ground, change: str) -> None:
    found = ground.submitted()
    words = f"UPDATE tbl_payout_lists SET {change} WHERE uuid = :list"
    values = {"other": ground.second.id} if ":other" in change else {}
    assert refused(ground, words, list=found.uuid, **values) == "RP010"


def test_E3_by_sql_an_approval_is_given_once_and_never_taken_back(ground: Ground) -> None:
    set_values(ground.session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "1"})
    found = ground.submitted()
    told = {"list": found.uuid, "hash": found.rows_hash}
    ground.sql(APPROVAL, who=ground.approver.id, **told)
    again = APPROVAL.replace("1, :hash", "2, :hash")
    assert refused(ground, again, who=ground.approver.id, **told) == "uq_tbl_payout_approvals_approver"
    assert refused(ground, APPROVAL, who=ground.second.id, **told) == "uq_tbl_payout_approvals_step"
    assert refused(ground, "DELETE FROM tbl_payout_approvals") == "RP010"
    assert refused(ground, 'UPDATE tbl_payout_approvals SET "approverId" = :w', w=ground.second.id) == "RP010"
    written = ground.sql('SELECT "madeBy", total, payable FROM tbl_payout_approvals').one()
    assert tuple(written) == ([ground.maker.id] * 3, Decimal(1000), 10)


def test_E3_above_the_limit_two_different_people_approve(ground: Ground) -> None:
    set_values(ground.session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "5000", "NPR": "999.99"})
    found = ground.submitted()
    assert found.steps_needed == 2
    assert not ground.approve(found, ground.approver).last
    with pytest.raises(Refusal, match="approved this list already"):
        ground.approve(ground.found(found.uuid), ground.approver)
    assert ground.found(found.uuid).state == "SUBMITTED"
    assert ground.approve(ground.found(found.uuid), ground.second).last
    assert ground.found(found.uuid).state == "APPROVED"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE tbl_payout_rows SET amount = amount + 1 WHERE number = 1",
        "UPDATE tbl_payout_rows SET account = '666' WHERE number = 1",
        "DELETE FROM tbl_payout_rows WHERE number = 10",
    ],
)
def test_E3_a_row_that_changes_makes_approvals_void_whoever_changed_it(ground: Ground, change: str) -> None:
    set_values(ground.session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "1"})
    found = ground.submitted()
    ground.approve(found, ground.approver)
    ground.sql(change)
    assert ground.sql('SELECT "voidedWhy" FROM tbl_payout_approvals').scalars().all() == ["EDITED"]
    ground.session.commit()
    ground.approve(ground.found(found.uuid), ground.approver)
    ground.approve(ground.found(found.uuid), ground.second)
    found = ground.found(found.uuid)
    assert found.state == "SUBMITTED"  # what they approved is not what stands there
    assert "What was approved has changed" in found.trouble["message"]
    assert ground.sql("SELECT count(*) FROM tbl_transactions").scalar_one() == 0


def test_E3_what_is_paid_stays_and_its_rows_too(ground: Ground) -> None:
    found = ground.paid()
    assert refused(ground, "UPDATE tbl_payout_lists SET title = 'x' WHERE uuid = :l", l=found.uuid) == "RP010"
    assert refused(ground, "UPDATE tbl_payout_rows SET amount = 1") == "RP010"
    assert refused(ground, "DELETE FROM tbl_payout_rows") == "RP010"
    assert refused(ground, "UPDATE tbl_payout_rows SET name = 'x'") == "RP010"
    ground.sql("UPDATE tbl_payout_rows SET name = NULL, phone = NULL, wallet = NULL, account = NULL")


def test_E3_a_page_that_showed_something_else_approves_nothing(ground: Ground) -> None:
    found = ground.submitted()
    with pytest.raises(Conflict, match="has changed since"):
        approve(ground.session, found.uuid, seen="0" * 64, by=ground.approver.id, begin=uuid4)
    assert ground.sql("SELECT count(*) FROM tbl_payout_approvals").scalar_one() == 0


def test_E2_a_row_is_paid_once(ground: Ground) -> None:
    found = ground.paid()
    with pytest.raises(IntegrityError), ground.session.begin_nested():
        ground.sql(
            'INSERT INTO tbl_transactions (uuid, "projectId", "beneficiaryId", "vendorId", amount, currency, status)'
            ' SELECT r.uuid, l."projectId", r."beneficiaryId", l."vendorId", r.amount, l.currency, \'PENDING\''
            ' FROM tbl_payout_rows r JOIN tbl_payout_lists l ON l.uuid = r."listId"'
        )
    assert ground.session.query(Transaction).filter_by(payout_list_id=found.uuid).count() == 10
