"""A project's life: which moves there are, who wins of many at once, and that no other way leads round."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.core.enums import ProjectStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.told import told_by_database
from portal.projects.models import Project
from portal.projects.operations.life import close_project, open_project, reopen_project
from portal.projects.queries.project import the_active
from tests.factories import add_project, add_user_with

MOVES = {
    (ProjectStatus.NOT_READY, ProjectStatus.ACTIVE),
    (ProjectStatus.ACTIVE, ProjectStatus.CLOSED),
    (ProjectStatus.CLOSED, ProjectStatus.ACTIVE),
}
THREADS, ROUNDS = 20, 15

pytestmark = pytest.mark.database


def test_a_project_is_opened_closed_and_opened_again_for_a_reason(session: Session) -> None:
    by = add_user_with(session, "manager", "Manager").id
    project = add_project(session, "Relief", status="NOT_READY")
    open_project(session, project.uuid, by=by)
    session.refresh(project)
    assert (project.status, project.status_by, project.version) == (ProjectStatus.ACTIVE, by, 2)
    close_project(session, project.uuid, by=by, reason=" All paid. ")
    session.refresh(project)
    assert (project.status, project.status_reason) == (ProjectStatus.CLOSED, "All paid.")
    assert project.closed
    reopen_project(session, project.uuid, by=by, reason="One payout failed.")
    session.refresh(project)
    assert (project.status, project.status_reason) == (ProjectStatus.ACTIVE, "One payout failed.")
    assert project.status_at is not None


def test_E4_a_move_from_another_state_is_refused_and_changes_nothing(session: Session) -> None:
    by = add_user_with(session, "manager", "Manager").id
    ready = add_project(session, "Relief", status="NOT_READY")
    for move in (close_project, lambda *told, by: reopen_project(*told, by=by, reason="Why not.")):
        with pytest.raises(Conflict, match="another state"):
            move(session, ready.uuid, by=by)
    active = add_project(session, "Winter")
    with pytest.raises(Conflict, match="another state"):
        open_project(session, active.uuid, by=by)
    session.refresh(ready)
    assert (ready.status, ready.version) == (ProjectStatus.NOT_READY, 1)


def test_a_closed_project_is_not_opened_again_without_a_reason(session: Session) -> None:
    by = add_user_with(session, "admin", "Admin").id
    project = add_project(session, "Relief", status="CLOSED")
    with pytest.raises(Refusal) as refused:
        reopen_project(session, project.uuid, by=by, reason="  ")
    assert refused.value.field == "reason"
    session.refresh(project)
    assert project.closed


def test_E9_a_deleted_project_does_not_move(session: Session) -> None:
    by = add_user_with(session, "manager", "Manager").id
    project = add_project(session, "Gone", status="NOT_READY")
    session.execute(update(Project).values(deleted_at=text("now()")))
    with pytest.raises(Conflict):
        open_project(session, project.uuid, by=by)


@pytest.mark.parametrize(
    ("before", "change", "words"),
    [
        ("NOT_READY", "status = 'CLOSED'", "another state"),
        ("ACTIVE", "status = 'NOT_READY'", "another state"),
        ("CLOSED", "status = 'NOT_READY'", "another state"),
        ("CLOSED", "status = 'ACTIVE'", "another state"),
        ("CLOSED", "status = 'ACTIVE', \"statusReason\" = '  '", "another state"),
        ("CLOSED", "name = 'Something else'", "is closed"),
        ("CLOSED", "currency = 'EUR', version = version + 1", "is closed"),
    ],
)
def test_E4_the_database_itself_refuses_every_other_move_and_any_edit_of_a_closed_project(
    session: Session, before: str, change: str, words: str
) -> None:
    add_project(session, "Relief", status=before)
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        session.execute(text(f"UPDATE tbl_projects SET {change}"))
    said = told_by_database(refused.value)
    assert said is not None
    assert "“Relief”" in str(said)
    assert words in str(said)


def test_the_reason_of_the_last_move_does_not_count_for_the_next(session: Session) -> None:
    add_project(session, "Relief", status_reason="Opened late.")
    session.execute(text("UPDATE tbl_projects SET status = 'CLOSED'"))
    assert session.execute(text('SELECT "statusReason", "statusAt" IS NOT NULL FROM tbl_projects')).one() == (
        None,
        True,
    )
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text("UPDATE tbl_projects SET status = 'ACTIVE'"))
    session.execute(text("UPDATE tbl_projects SET status = 'ACTIVE', \"statusReason\" = 'A late payout.'"))


def test_an_error_that_no_trigger_of_ours_raised_is_not_taken_for_a_refusal(session: Session) -> None:
    with pytest.raises(DBAPIError) as fault, session.begin_nested():
        session.execute(text("SELECT 1 / 0"))
    assert told_by_database(fault.value) is None
    assert told_by_database(ValueError("RP001")) is None


def test_the_active_is_only_a_project_that_is_open(session: Session) -> None:
    active = add_project(session, "Relief")
    assert the_active(session, active.uuid) is active
    for status, words in (("NOT_READY", "not open yet"), ("CLOSED", "is closed")):
        other = add_project(session, status, status=status)
        with pytest.raises(Refusal, match=words) as refused:
            the_active(session, other.uuid, lock=False)
        assert refused.value.field == "project"
    session.execute(update(Project).where(Project.id == active.id).values(deleted_at=text("now()")))
    with pytest.raises(NotFound):
        the_active(session, active.uuid)


def _open(session: Session, project: UUID, by: int) -> None:
    open_project(session, project, by=by)


def _close(session: Session, project: UUID, by: int) -> None:
    close_project(session, project, by=by)


def _reopen(session: Session, project: UUID, by: int) -> None:
    reopen_project(session, project, by=by, reason="Once more.")


def test_E1_of_twenty_who_move_a_project_at_once_one_does(committed_app: Flask) -> None:
    with committed_app.app_context():
        by = add_user_with(db.session(), "admin", "Admin").id
        project = add_project(db.session(), "Relief", status="NOT_READY").uuid
        db.session.commit()
        engine = db.engine
        committed_app.extensions["portal_pool"].resize(0, THREADS)

        def attempt(move: Callable[[Session, UUID, int], None], ready: Barrier) -> bool:
            with Session(engine) as session:
                ready.wait(30)
                try:
                    move(session, project, by)
                except Conflict:
                    return False
                session.commit()
                return True

        moves = [_open] + [_close, _reopen] * (ROUNDS // 2)
        with ThreadPoolExecutor(THREADS) as pool:
            for move in moves:
                ready = Barrier(THREADS)
                won = list(pool.map(lambda _n, m=move, r=ready: attempt(m, r), range(THREADS)))
                assert won.count(True) == 1
        moved = text(
            "SELECT count(*) FROM tbl_audit_log WHERE \"tableName\" = 'tbl_projects' AND action = 'UPDATE'"
        )
        assert db.session.scalar(moved) == len(moves)


TRY = """
CREATE FUNCTION pg_temp.try_state(which uuid, wanted "ProjectStatus", why text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        UPDATE tbl_projects SET status = wanted, "statusReason" = why WHERE uuid = which;
    EXCEPTION WHEN OTHERS THEN NULL;
    END;
    RETURN (SELECT status FROM tbl_projects WHERE uuid = which);
END $$
"""
"""Writes a state past the operations, as far as the database lets it, and tells the state after: in one statement,
since two thousand steps of four take their time."""
TRIED = text("SELECT pg_temp.try_state(:project, :to, :reason)")
NOW = text("SELECT status FROM tbl_projects WHERE uuid = :project")


class Life(RuleBasedStateMachine):
    """A project that anybody moves in any order, by operations and by bare SQL."""

    session: Session
    by: int

    def __init__(self) -> None:
        super().__init__()
        self.project = add_project(self.session, "Relief", status="NOT_READY").uuid
        self.before = self.now = ProjectStatus.NOT_READY

    @rule(move=st.sampled_from([_open, _close, _reopen]))
    def by_operation(self, move: Callable[[Session, UUID, int], None]) -> None:
        """Try a move; it succeeds from its own state and from no other."""
        begins: dict[Any, str] = {_open: "NOT_READY", _close: "ACTIVE", _reopen: "CLOSED"}
        try:
            move(self.session, self.project, self.by)
        except Conflict:
            assert self.before != begins[move]
        else:
            assert self.before == begins[move]
        self.now = ProjectStatus(self.session.execute(NOW, {"project": self.project}).scalar_one())

    @rule(to=st.sampled_from(list(ProjectStatus)), reason=st.sampled_from([None, "", " ", "A reason"]))
    def by_sql(self, to: ProjectStatus, reason: str | None) -> None:
        """Write a state past the operations."""
        told = {"project": self.project, "to": to.value, "reason": reason}
        self.now = ProjectStatus(self.session.execute(TRIED, told).scalar_one())

    @invariant()
    def only_listed_moves_happened(self) -> None:
        """Every state follows from the one before by a move of the table."""
        assert self.now == self.before or (self.before, self.now) in MOVES
        self.before = self.now


def test_E4_two_thousand_random_steps_find_no_other_move(session: Session) -> None:
    Life.session, Life.by = session, add_user_with(session, "admin", "Admin").id
    session.execute(text(TRY))
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20,
            stateful_step_count=100,
            phases=(Phase.generate,),
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
