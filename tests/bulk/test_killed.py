"""G4: an action whose worker is killed at any point has changed nobody or all of them, and its job goes on."""

from typing import Any
from uuid import UUID

import pytest

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.bulk.kinds import Kind
from portal.bulk.models import BulkAction
from portal.bulk.operations.drafts import begin, begin_undoing, draft
from portal.bulk.tasks import DO, UNDO
from portal.core.db import db
from portal.jobs import operations
from tests.factories import add_group, add_user_with
from tests.jobs.conftest import Desk
from tests.jobs.halting import Point

pytestmark = pytest.mark.database

PEOPLE = 200
CROWD = """
WITH made AS (
    INSERT INTO tbl_beneficiaries ("walletAddress") SELECT 'w' || n FROM generate_series(1, %s) n RETURNING id
) INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", name, phone) SELECT id, 'Person ' || id, '+97798' || id FROM made
"""
MEMBERS = 'SELECT count(*) FROM tbl_grouped_beneficiaries WHERE "deletedAt" IS NULL'
LISTED = "SELECT coalesce(sum(cardinality(rows)), 0) FROM tbl_bulk_changes"
LOGGED = "SELECT count(*) FROM tbl_audit_log WHERE \"tableName\" = 'tbl_grouped_beneficiaries'"


class Action:
    """Everybody is to join a group, and the workers at it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with desk.app.app_context():
            self.user = add_user_with(db.session(), "manager", "Manager").id
            group = add_group(db.session(), "Round 1").uuid
            self.uuid = draft(db.session(), Kind.JOIN_GROUP, PeopleFilter(), created_by=self.user)
            db.session.query(BulkAction).update({"group_id": group})
            db.session.commit()
        desk.ask(CROWD, PEOPLE)

    def begin(self, kind: str) -> UUID:
        """Ask for it, as a request would."""
        with self.desk.app.app_context():
            arguments = {"action": str(self.uuid), "by": self.user}
            job = operations.start(kind, arguments, created_by=self.user).uuid
            if kind == DO:
                begin(db.session(), self.uuid, seen=1, expected=PEOPLE, job=job)
            else:
                begin_undoing(db.session(), self.uuid, job=job)
            db.session.commit()
            return job

    def ask(self, statement: str) -> Any:
        """The one value that a statement gives."""
        return self.desk.ask(statement)[0][0]

    @property
    def state(self) -> str:
        """Where the action stands."""
        return str(self.ask("SELECT state FROM tbl_bulk_actions"))


JOINING = Point("INSERT", "tbl_grouped_beneficiaries", PEOPLE // 2)
ENDING = Point("UPDATE", "tbl_grouped_beneficiaries", PEOPLE // 2)


def test_G4_an_action_whose_worker_is_killed_half_way_has_changed_nobody_or_all(desk: Desk) -> None:
    action = Action(desk)
    job = action.begin(DO)
    desk.kill_at(JOINING)
    assert (action.ask(MEMBERS), action.ask(LISTED), action.state) == (0, 0, "RUNNING")
    desk.finish(job)
    assert (action.ask(MEMBERS), action.ask(LISTED), action.state) == (PEOPLE, PEOPLE, "DONE")
    assert action.ask(LOGGED) == PEOPLE
    assert action.ask("SELECT (counts ->> 'changed')::int FROM tbl_bulk_actions") == PEOPLE
    job = action.begin(UNDO)
    desk.kill_at(ENDING)
    assert (action.ask(MEMBERS), action.state) == (PEOPLE, "UNDOING")
    desk.finish(job)
    assert (action.ask(MEMBERS), action.state) == (0, "UNDONE")


def test_G4_an_action_that_kills_each_worker_fails_with_nothing_done_and_can_be_tried_again(
    desk: Desk,
) -> None:
    action = Action(desk)
    job = action.begin(DO)
    desk.ask("UPDATE tbl_jobs SET attempts = 2")
    desk.kill_at(JOINING)
    desk.start_worker()
    desk.wait_for(job, "FAILED")
    assert (action.ask(MEMBERS), action.state) == (0, "RUNNING")
    desk.do(operations.retry, job)
    desk.wait_for(job, "SUCCEEDED")
    assert (action.ask(MEMBERS), action.state) == (PEOPLE, "DONE")
