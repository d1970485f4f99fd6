"""Several at once: of twenty clicks one counts, and actions on the same people wait for each other."""

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.filters import PeopleFilter
from portal.bulk.kinds import Kind
from portal.bulk.models import BulkAction
from portal.bulk.operations.drafts import draft
from portal.bulk.tasks import do, undo
from portal.core.db import db
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.users.models import User
from tests.factories import add_beneficiaries, add_group, add_user_with, enter_as

pytestmark = pytest.mark.database

PEOPLE = 300


def at_once(app: Flask, *things: Callable[[], object]) -> list[object]:
    """Do the things at the same time, each in a context of its own; what each gave, or how it failed."""
    gate = threading.Barrier(len(things))
    results: list[object] = [None] * len(things)

    def one(place: int, thing: Callable[[], object]) -> None:
        gate.wait()
        try:
            with app.app_context():
                results[place] = thing()
        except Exception as error:
            results[place] = error

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(things)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def manager(committed_app: Flask) -> User:
    """A manager, over people who stay."""
    with committed_app.app_context():
        user = add_user_with(db.session(), "manager", "Manager")
        add_beneficiaries(db.session(), PEOPLE)
        db.session.commit()
        db.session.refresh(user)
        db.session.expunge(user)
    return user


def drafted(session: Session, kind: Kind, user: User, **told: object) -> UUID:
    uuid = draft(session, kind, PeopleFilter(), created_by=user.id)
    session.execute(update(BulkAction).where(BulkAction.uuid == uuid).values(**{"kind": kind.value, **told}))
    session.commit()
    return uuid


def begun(session: Session, kind: Kind, user: User, **told: object) -> UUID:
    """An action that waits for its work, as if it were confirmed."""
    return drafted(session, kind, user, state="RUNNING", **told)


def test_E1_of_twenty_confirmations_at_once_one_begins_the_work(committed_app: Flask, manager: User) -> None:
    with committed_app.app_context():
        uuid = drafted(db.session(), Kind.VERIFY, manager)
        browsers = [enter_as(committed_app.test_client(), db.session(), manager) for _ in range(20)]

    def press(browser: object) -> Callable[[], object]:
        return lambda: browser.post(f"/bulk/{uuid}/confirm", data={"seen": "1"}).status_code  # type: ignore[attr-defined]

    assert at_once(committed_app, *map(press, browsers)) == [303] * 20
    with committed_app.app_context():
        assert db.session.query(Job).count() == 1
        assert db.session.get_one(BulkAction, uuid).state == "RUNNING"


def test_E2_a_job_that_two_workers_do_at_once_has_one_effect(committed_app: Flask, manager: User) -> None:
    with committed_app.app_context():
        uuid = begun(db.session(), Kind.SET_GENDER, manager, value="OTHER")

    def work() -> object:
        return do(Progress(), action=str(uuid), by=manager.id)

    results = at_once(committed_app, work, work)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "dict"]
    with committed_app.app_context():
        assert db.session.scalar(text("SELECT sum(cardinality(rows)) FROM tbl_bulk_changes")) == PEOPLE
        assert db.session.scalar(text("SELECT DISTINCT version FROM tbl_beneficiaries")) == 2


def test_actions_on_the_same_people_wait_for_each_other(committed_app: Flask, manager: User) -> None:
    with committed_app.app_context():
        group = add_group(db.session(), "Mothers").uuid
        kinds: list[tuple[Kind, dict[str, object]]] = [
            (Kind.SET_GENDER, {"value": "OTHER"}),
            (Kind.SET_BANKED, {"value": "BANKED"}),
            (Kind.VERIFY, {}),
            (Kind.JOIN_GROUP, {"group_id": group}),
            (Kind.DELETE, {"reason": "Twice"}),
        ]
        actions = [begun(db.session(), kind, manager, **told) for kind, told in kinds]

    def work(uuid: UUID) -> Callable[[], object]:
        return lambda: do(Progress(), action=str(uuid), by=manager.id)

    results = at_once(committed_app, *map(work, actions))
    assert [result for result in results if not isinstance(result, dict)] == []
    with committed_app.app_context():
        states = {action.state for action in db.session.query(BulkAction)}
        assert states == {"DONE"}
        for action in db.session.query(BulkAction):
            kept = db.session.scalar(
                text(
                    "SELECT coalesce(sum(cardinality(rows)), 0) FROM tbl_bulk_changes"
                    ' WHERE "actionId" = :it AND "tableName" <> \'tbl_beneficiaries_projects\''
                ),
                {"it": action.uuid},
            )
            assert kept == action.counts["changed"]


def test_an_edit_between_an_action_and_its_undoing_is_not_overwritten(
    committed_app: Flask, manager: User
) -> None:
    with committed_app.app_context():
        uuid = begun(db.session(), Kind.SET_GENDER, manager, value="OTHER")
        do(Progress(), action=str(uuid), by=manager.id)
        edited = "UPDATE tbl_beneficiaries SET notes = 'x', \"updatedAt\" = now() WHERE id <= :last"
        last = db.session.scalar(text("SELECT min(id) + 9 FROM tbl_beneficiaries"))
        db.session.execute(text(edited), {"last": last})
        db.session.query(BulkAction).update({"state": "UNDOING"})
        db.session.commit()
        assert undo(Progress(), action=str(uuid), by=manager.id) == {"restored": PEOPLE - 10, "kept": 10}
        rows = db.session.execute(
            text(
                "SELECT gender, count(*), count(notes) FROM tbl_beneficiaries GROUP BY gender ORDER BY gender"
            )
        )
        assert {tuple(row) for row in rows} == {("OTHER", 10, 10), ("UNKNOWN", PEOPLE - 10, 0)}
