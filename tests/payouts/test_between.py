"""What happens between a click and its work, or between two clicks: it is seen before anybody is paid."""

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from portal.core.errors import Conflict, Refusal
from portal.jobs.operations import start
from portal.jobs.tasks import Progress
from portal.payouts import tasks
from portal.payouts.limits import Limits
from portal.payouts.moves import State
from portal.payouts.operations import approving, drafting, moving, submitting
from portal.payouts.terms import Method
from portal.settings.operations import set_values
from tests.payouts.lists import LINK, PAGE, Ground

pytestmark = pytest.mark.database


def take_out_the_first(ground: Ground, uuid: UUID) -> None:
    """Take the first person out of a draft."""
    found = ground.found(uuid)
    row = ground.rows(found)[0].uuid
    drafting.remove_rows(ground.session, uuid, [row], seen=found.version, by=ground.maker.id)
    ground.session.commit()


def test_E5_a_draft_that_changed_since_it_was_read_is_neither_submitted_nor_changed(ground: Ground) -> None:
    found = ground.draft()
    seen, rows = found.version, [row.uuid for row in ground.rows(found)]
    take_out_the_first(ground, found.uuid)
    acts: list[Any] = [
        lambda: submitting.begin_submitting(ground.session, found.uuid, seen=seen, job=uuid4()),
        lambda: drafting.remove_rows(ground.session, found.uuid, rows[1:2], seen=seen, by=ground.maker.id),
    ]
    for act in acts:
        with pytest.raises(Conflict, match="Somebody changed this list meanwhile"):
            act()
        ground.session.rollback()
    assert (ground.found(found.uuid).state, len(ground.rows(found))) == ("DRAFT", 9)


def test_a_draft_in_which_nobody_can_be_paid_is_not_submitted(ground: Ground) -> None:
    ground.sql('UPDATE tbl_beneficiaries_projects SET "deletedAt" = now()')
    ground.session.commit()
    found = ground.draft()
    with pytest.raises(Refusal, match="Nobody in this list can be paid"):
        submitting.begin_submitting(ground.session, found.uuid, seen=found.version, job=uuid4())


def test_a_vendor_who_is_suspended_before_the_work_begins_leaves_a_draft_that_says_so(ground: Ground) -> None:
    found = ground.draft()
    told: dict[str, Any] = {"payout_list": str(found.uuid), "by": ground.maker.id, "page": LINK}
    job = start(tasks.SUBMIT, told, created_by=ground.maker.id, link=PAGE).uuid
    assert submitting.begin_submitting(ground.session, found.uuid, seen=found.version, job=job)
    ground.sql(
        "UPDATE tbl_vendors SET state = 'SUSPENDED', \"stateReason\" = 'Closed' WHERE uuid = :shop",
        shop=ground.vendor.uuid,
    )
    ground.session.commit()
    tasks.submit(Progress(), **told)
    found = ground.found(found.uuid)
    assert (found.state, found.trouble["message"]) == ("DRAFT", "%(name)s is suspended.")
    with pytest.raises(Refusal, match="is suspended"):
        submitting.begin_submitting(ground.session, found.uuid, seen=found.version, job=uuid4())


def test_E9_who_leaves_the_project_after_the_approval_is_not_paid_and_nobody_else_by_it(
    ground: Ground,
) -> None:
    found = ground.submitted()
    told: dict[str, Any] = {"payout_list": str(found.uuid), "by": ground.approver.id}
    job = start(tasks.PAY, told, created_by=ground.approver.id, link=PAGE).uuid
    approved = approving.approve(
        ground.session, found.uuid, seen=found.rows_hash or "", by=ground.approver.id, begin=lambda: job
    )
    assert approved.last
    ground.sql(
        'UPDATE tbl_beneficiaries_projects SET "deletedAt" = now() WHERE "beneficiaryId" = :p',
        p=ground.people[0].uuid,
    )
    ground.session.commit()
    tasks.pay(Progress(), **told)
    found = ground.found(found.uuid)
    assert (found.state, found.payable, found.trouble["params"]) == ("SUBMITTED", 9, {"payable": 9})
    assert ground.sql("SELECT count(*) FROM tbl_transactions").scalar_one() == 0
    assert ground.sql('SELECT "voidedWhy" FROM tbl_payout_approvals').scalars().all() == ["EDITED"]
    assert ground.approve(found, ground.approver).last
    assert ground.sql("SELECT count(*) FROM tbl_transactions").scalar_one() == 9


def test_E9_a_list_of_which_nobody_is_left_goes_back_to_its_maker(ground: Ground) -> None:
    found = ground.submitted()
    told: dict[str, Any] = {"payout_list": str(found.uuid), "by": ground.approver.id}
    job = start(tasks.PAY, told, created_by=ground.approver.id, link=PAGE).uuid
    approving.approve(
        ground.session, found.uuid, seen=found.rows_hash or "", by=ground.approver.id, begin=lambda: job
    )
    ground.sql('UPDATE tbl_beneficiaries_projects SET "deletedAt" = now()')
    ground.session.commit()
    tasks.pay(Progress(), **told)
    found = ground.found(found.uuid)
    assert (found.state, found.payable) == ("DRAFT", 0)
    assert ground.sql("SELECT count(*) FROM tbl_transactions").scalar_one() == 0


def test_E3_who_takes_a_list_back_or_gets_it_back_makes_approvals_void_and_counts_as_its_editor(
    ground: Ground,
) -> None:
    set_values(ground.session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "1"})
    found = ground.submitted()
    assert not ground.approve(found, ground.approver).last
    submitting.take_back(ground.session, found.uuid, by=ground.second.id)
    ground.session.commit()
    found = ground.found(found.uuid)
    assert (found.state, found.edited_by, found.rows_hash) == ("DRAFT", ground.second.id, None)
    found = ground.submitted(found)
    assert not ground.approve(found, ground.approver).last, "the first approval was of the former list"
    approving.return_list(ground.session, found.uuid, "Wrong month", by=ground.approver.id)
    ground.session.commit()
    voided = ground.sql('SELECT "voidedWhy" FROM tbl_payout_approvals ORDER BY id').scalars().all()
    assert voided == ["TAKEN_BACK", "RETURNED"]


def test_E8_a_budget_that_is_not_enough_takes_back_the_last_approval_alone(ground: Ground) -> None:
    set_values(ground.session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "1"})
    ground.sql(
        "INSERT INTO tbl_project_budgets (\"projectId\", currency, amount) VALUES (:p, 'NPR', 999)",
        p=ground.project.uuid,
    )
    found = ground.submitted()
    assert not ground.approve(found, ground.second).last
    assert ground.approve(found, ground.approver).last
    given = ground.sql('SELECT "approverId", "voidedWhy" FROM tbl_payout_approvals ORDER BY id').all()
    assert [tuple(row) for row in given] == [(ground.second.id, None), (ground.approver.id, "REFUSED")]


def test_only_who_can_be_paid_is_held_out_once_and_never_everybody(ground: Ground) -> None:
    ground.sql(
        'UPDATE tbl_beneficiaries_projects SET "deletedAt" = now() WHERE "beneficiaryId" = :p',
        p=ground.people[0].uuid,
    )
    ground.session.commit()
    found = ground.submitted()
    bad, first, *others = (row.uuid for row in ground.rows(found))

    def hold(*rows: UUID) -> int:
        return approving.hold_out(ground.session, found.uuid, rows, "Moved", by=ground.approver.id)

    with pytest.raises(Conflict):
        hold(bad)
    ground.session.rollback()
    assert hold(bad, first) == 1
    ground.session.commit()
    with pytest.raises(Conflict, match="done this already"):
        hold(first)
    ground.session.rollback()
    with pytest.raises(Refusal, match="nobody would be left"):
        hold(*others)


def test_what_a_job_is_at_work_on_is_not_reopened(ground: Ground) -> None:
    found = ground.draft()
    told: dict[str, Any] = {"payout_list": str(found.uuid), "by": ground.maker.id, "page": LINK}
    job = start(tasks.SUBMIT, told, created_by=ground.maker.id, link=PAGE).uuid
    submitting.begin_submitting(ground.session, found.uuid, seen=found.version, job=job)
    ground.session.commit()
    with pytest.raises(Conflict, match="the work goes on"):
        moving.reopen(ground.session, found.uuid)
    with pytest.raises(Conflict, match="moved on"):
        moving.hold(ground.session, found.uuid, State.CHECKING, job=uuid4())


def test_mobile_money_needs_a_phone_that_can_be_called(ground: Ground) -> None:
    ground.sql("UPDATE tbl_beneficiaries_pii SET phone = 'none:x' WHERE name = 'Sita 0'")
    ground.session.commit()
    found = ground.draft(method=Method.MOBILE_MONEY.value)
    assert [row.reasons for row in ground.rows(found)] == [["NO_PHONE"], *[[]] * 9]


def test_up_to_the_limit_one_approver_is_enough_and_above_it_two() -> None:
    limits = Limits(Decimal(100), {"USD": Decimal("10.5")})
    assert [limits.steps("NPR", Decimal(total)) for total in ("100", "100.01")] == [1, 2]
    assert [limits.steps("USD", Decimal(total)) for total in ("10.5", "10.51")] == [1, 2]
