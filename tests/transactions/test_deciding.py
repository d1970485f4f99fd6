"""Deciding: by somebody else than the maker, once, with a reason where it is needed; and the same by plain SQL."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal.audit.models import AuditEntry
from portal.core.enums import ProjectStatus, TransactionStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.projects.operations.life import close_project
from portal.transactions.operations.deciding import approve, fail, reject
from portal.transactions.operations.retrying import retry
from tests.transactions.paying import Ground

PENDING, APPROVED, REJECTED, FAILED = TransactionStatus


def move(ground: Ground, wanted: TransactionStatus, uuid: UUID, by: int) -> None:
    if wanted == APPROVED:
        approve(ground.session, uuid, by=by)
    elif wanted == REJECTED:
        reject(ground.session, uuid, by=by, reason="No")
    else:
        fail(ground.session, uuid, by=by, reason="No")


def test_somebody_else_approves_and_is_named(ground: Ground) -> None:
    uuid = ground.make()
    approve(ground.session, uuid, by=ground.approver.id)
    row = ground.read(uuid)
    assert (row.status, row.decided_by, row.reason) == (APPROVED, ground.approver.id, None)
    assert row.decided_at is not None


@pytest.mark.parametrize("decide", [approve, lambda *a, **k: reject(*a, **k, reason="No")])
def test_E3_who_made_a_payout_does_not_decide_on_it(ground: Ground, decide: Callable[..., None]) -> None:
    uuid = ground.make()
    with pytest.raises(Refusal, match="Somebody else"):
        decide(ground.session, uuid, by=ground.maker.id)
    assert ground.read(uuid).status == PENDING


def test_E3_not_even_by_sql_as_the_programs_own_role(ground: Ground) -> None:
    uuid = ground.make()
    own = (
        """UPDATE tbl_transactions SET status = 'APPROVED', "decidedBy" = "createdBy", "decidedAt" = now()"""
    )
    nobody = """UPDATE tbl_transactions SET status = 'APPROVED'"""
    disowned = """UPDATE tbl_transactions SET "createdBy" = NULL"""
    for statement in (own, nobody, disowned):
        with pytest.raises(DBAPIError), ground.session.begin_nested():
            ground.session.execute(text(statement))
    decided = """INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency, status,
        "createdBy", "decidedBy", "decidedAt") SELECT "projectId", "beneficiaryId", "vendorId", amount, currency,
        'APPROVED', "createdBy", :other, now() FROM tbl_transactions"""
    with pytest.raises(DBAPIError, match="begins as PENDING"), ground.session.begin_nested():
        ground.session.execute(text(decided), {"other": ground.approver.id})
    assert ground.read(uuid).status == PENDING


def test_rejecting_and_failing_need_a_reason(ground: Ground) -> None:
    uuid = ground.make()
    with pytest.raises(Refusal) as refused:
        reject(ground.session, uuid, by=ground.approver.id, reason=" \n ")
    assert refused.value.field == "reason"
    approve(ground.session, uuid, by=ground.approver.id)
    with pytest.raises(Refusal) as refused:
        fail(ground.session, uuid, by=ground.maker.id, reason="")
    assert refused.value.field == "reason"
    without = """UPDATE tbl_transactions SET status = 'FAILED', "failedBy" = :by, "failedAt" = now(), reason = ' '"""
    with pytest.raises(DBAPIError, match="does not move"), ground.session.begin_nested():
        ground.session.execute(text(without), {"by": ground.maker.id})
    fail(ground.session, uuid, by=ground.maker.id, reason="  The phone was off ")
    row = ground.read(uuid)
    assert (row.status, row.reason, row.failed_by) == (FAILED, "The phone was off", ground.maker.id)
    assert row.decided_by == ground.approver.id


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        (PENDING, FAILED),
        *((APPROVED, wanted) for wanted in (APPROVED, REJECTED)),
        *((REJECTED, wanted) for wanted in (APPROVED, REJECTED, FAILED)),
        *((FAILED, wanted) for wanted in (APPROVED, REJECTED, FAILED)),
    ],
)
def test_E4_no_other_move_is_made_and_who_asks_is_told_with_409(
    ground: Ground, state: TransactionStatus, wanted: TransactionStatus
) -> None:
    uuid = ground.made(state)
    with pytest.raises(Conflict) as refused:
        move(ground, wanted, uuid, ground.approver.id)
    assert refused.value.status == 409
    assert ground.read(uuid).status == state


MOVES = {(PENDING, APPROVED), (PENDING, REJECTED), (APPROVED, FAILED)}


@pytest.mark.parametrize("state", TransactionStatus)
def test_E4_the_database_knows_no_other_move_either(ground: Ground, state: TransactionStatus) -> None:
    uuid = ground.made(state)
    for wanted in set(TransactionStatus) - {state} - {after for before, after in MOVES if before == state}:
        with pytest.raises(DBAPIError, match="does not move"), ground.session.begin_nested():
            ground.session.execute(
                text("""UPDATE tbl_transactions SET status = CAST(:wanted AS "TransactionStatus") """),
                {"wanted": wanted},
            )
    assert ground.read(uuid).status == state


@pytest.mark.parametrize(
    "change",
    [
        "amount = amount + 1",
        "currency = 'USD'",
        "\"createdAt\" = now() - interval '1 year'",
        '"createdBy" = "createdBy" + 1',
        '"beneficiaryId" = gen_random_uuid()',
        '"vendorId" = gen_random_uuid()',
        '"payoutListId" = gen_random_uuid()',
        '"requestKey" = gen_random_uuid()',
        'extras = \'{"note": "other"}\'',
        "\"decidedAt\" = now() + interval '1 day'",
        "reason = 'other'",
        '"deletedAt" = now()',
    ],
)
def test_E4_what_a_transaction_says_never_changes(ground: Ground, change: str) -> None:
    ground.made(APPROVED)
    with pytest.raises(DBAPIError, match="stays"), ground.session.begin_nested():
        ground.session.execute(text(f"UPDATE tbl_transactions SET {change}"))


def test_what_was_decided_is_not_removed(ground: Ground) -> None:
    ground.made(REJECTED)
    with pytest.raises(DBAPIError, match="stays"), ground.session.begin_nested():
        ground.session.execute(text("DELETE FROM tbl_transactions"))


def test_E9_nothing_is_approved_for_who_was_deleted_meanwhile(ground: Ground) -> None:
    uuid = ground.make()
    ground.asha.deleted_at = func.now()
    ground.session.flush()
    with pytest.raises(Refusal) as refused:
        approve(ground.session, uuid, by=ground.approver.id)
    assert refused.value.field == "beneficiary"
    reject(ground.session, uuid, by=ground.approver.id, reason="She has moved away")


def test_nothing_is_decided_in_a_closed_project(ground: Ground) -> None:
    uuid = ground.make()
    close_project(ground.session, ground.project.uuid, by=ground.approver.id)
    with pytest.raises(Refusal) as refused:
        approve(ground.session, uuid, by=ground.approver.id)
    assert refused.value.field == "project"
    with pytest.raises(DBAPIError, match="closed"), ground.session.begin_nested():
        reject(ground.session, uuid, by=ground.approver.id, reason="Too late")
    assert ground.project.status == ProjectStatus.CLOSED


def test_what_does_not_exist_is_not_decided_on(ground: Ground) -> None:
    with pytest.raises(NotFound):
        approve(ground.session, uuid4(), by=ground.approver.id)
    with pytest.raises(NotFound):
        retry(ground.session, uuid4(), by=ground.maker.id)


def test_a_failed_payout_is_tried_again_once_by_a_new_one_that_refers_to_it(ground: Ground) -> None:
    failed = ground.made(FAILED, "75")
    again = retry(ground.session, failed, by=ground.maker.id)
    row = ground.read(again)
    assert (row.status, row.amount, row.retry_of) == (PENDING, Decimal(75), failed)
    assert row.created_by == ground.maker.id
    assert ground.read(failed).status == FAILED
    assert retry(ground.session, failed, by=ground.maker.id) == again
    with pytest.raises(Conflict, match="again already"):
        retry(ground.session, failed, by=ground.approver.id)


@pytest.mark.parametrize("state", [PENDING, APPROVED, REJECTED])
def test_E4_only_what_failed_is_tried_again(ground: Ground, state: TransactionStatus) -> None:
    uuid = ground.made(state)
    with pytest.raises(Conflict):
        retry(ground.session, uuid, by=ground.maker.id)
    with pytest.raises(DBAPIError, match="only a failed payout"), ground.session.begin_nested():
        ground.session.execute(
            text(
                'INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency, "retryOf")'
                ' SELECT "projectId", "beneficiaryId", "vendorId", amount, currency, uuid FROM tbl_transactions'
            )
        )


def test_each_move_is_on_record_once_and_its_reason_is_not(ground: Ground) -> None:
    uuid = ground.made(FAILED)
    entries = ground.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.table_name == "tbl_transactions", AuditEntry.record_id == str(uuid))
        .order_by(AuditEntry.id)
    ).all()
    assert [entry.action for entry in entries] == ["INSERT", "UPDATE", "UPDATE"]
    assert [(entry.after or {}).get("status") for entry in entries] == [None, "APPROVED", "FAILED"]
    assert entries[2].after is not None
    assert entries[2].after["reason"] == "(hidden)"
