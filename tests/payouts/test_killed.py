"""G4: a list whose worker is killed while it pays has paid nobody or all, and its job goes on."""

from typing import Any
from uuid import UUID

import pytest

from portal.core.db import db
from portal.jobs.operations import start
from portal.payouts import tasks
from portal.payouts.operations import approving
from portal.settings.operations import set_values
from tests.jobs.conftest import Desk
from tests.jobs.halting import Point
from tests.payouts.lists import PAGE, make_ground

pytestmark = pytest.mark.database

PEOPLE = 200
CROWD = """
WITH made AS (
    INSERT INTO tbl_beneficiaries ("walletAddress") SELECT 'w' || n FROM generate_series(1, %s) n RETURNING uuid
), parts AS (
    INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId") SELECT %s, uuid FROM made
    RETURNING "beneficiaryId"
) INSERT INTO tbl_payout_rows ("listId", number, "beneficiaryId", amount)
SELECT %s, 100 + row_number() OVER (), "beneficiaryId", 100 FROM parts
"""
PAID = "SELECT count(*) FROM tbl_transactions"


def test_G4_a_list_whose_worker_is_killed_half_way_has_paid_nobody_or_all(desk: Desk) -> None:
    with desk.app.app_context():
        ground = make_ground(db.session(), people=2)
        draft = ground.draft()
        desk.ask(CROWD, PEOPLE, ground.project.uuid, draft.uuid)
        desk.ask(
            "UPDATE tbl_payout_lists SET payable = payable + %s, total = total + 100 * %s", PEOPLE, PEOPLE
        )
        set_values(ground.session, "PAYOUT_ONE_APPROVER_UP_TO", {"*": "100000000"})
        found = ground.submitted(ground.found(draft.uuid))
        job = _approved(found.uuid, found.rows_hash or "", ground.approver.id)
    desk.kill_at(Point("INSERT", "tbl_transactions", PEOPLE // 2))
    assert _one(desk, PAID) == 0
    assert _one(desk, "SELECT state FROM tbl_payout_lists") == "PAYING"
    desk.finish(job)
    assert _one(desk, PAID) == PEOPLE + 2
    assert _one(desk, "SELECT state FROM tbl_payout_lists") == "APPROVED"
    assert _one(desk, "SELECT spent FROM tbl_project_budgets") == 100 * (PEOPLE + 2)


def _approved(uuid: UUID, seen: str, by: int) -> UUID:
    jobs: list[UUID] = []

    def begin() -> UUID:
        jobs.append(start(tasks.PAY, {"payout_list": str(uuid), "by": by}, created_by=by, link=PAGE).uuid)
        return jobs[0]

    assert approving.approve(db.session(), uuid, seen=seen, by=by, begin=begin).last
    db.session.commit()
    return jobs[0]


def _one(desk: Desk, statement: str) -> Any:
    return desk.ask(statement)[0][0]
