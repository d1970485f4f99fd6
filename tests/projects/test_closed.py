"""A closed project is read-only: by every way that leads below it, and at the very moment of closing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryProject
from portal.beneficiaries.operations.fate import delete_people, restore_people
from portal.beneficiaries.operations.membership import add_people_to_project
from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.core.told import told_by_database
from portal.duplicates.operations.merging import merge, undo
from portal.duplicates.queries.rows import rows, seen
from portal.jobs.models import Job
from portal.jobs.operations import start
from portal.jobs.runner import run_job, run_of
from portal.jobs.tasks import work
from portal.projects.models import Project
from portal.projects.operations.life import close_project
from tests.duplicates.pairs import add_pair
from tests.factories import add_beneficiary, add_project, add_user_with
from tests.projects.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database

WRITES = {
    "people join": 'INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId") VALUES (:project, :person)',
    "people leave": 'UPDATE tbl_beneficiaries_projects SET "deletedAt" = now() WHERE "projectId" = :project',
    "people are removed": 'DELETE FROM tbl_beneficiaries_projects WHERE "projectId" = :project',
    "people move out": 'UPDATE tbl_beneficiaries_projects SET "projectId" = :other WHERE "projectId" = :project',
    "a group is assigned": """INSERT INTO tbl_beneficiaries_gorup_projects ("projectId", "beneficiaryGroupId")
        SELECT :project, g.uuid FROM tbl_beneficiaries_group g WHERE g.name = 'Others'""",
    "a group is taken out":
        'UPDATE tbl_beneficiaries_gorup_projects SET "deletedAt" = now() WHERE "projectId" = :project',
    "a vendor is assigned":
        'INSERT INTO tbl_projects_vendors ("projectId", "vendorId") SELECT :project, uuid FROM tbl_vendors LIMIT 1',
    "somebody complains": """INSERT INTO tbl_grievances ("reportedBy", "reporterUserId", "reporterContact", title,
        type, "projectId", description) SELECT 'A', id, 'A', 'A', 'OTHER', :project, 'A' FROM tbl_users LIMIT 1""",
    "a budget is set": """INSERT INTO tbl_project_budgets ("projectId", currency) VALUES (:project, 'EUR')""",
}  # fmt: skip


@pytest.fixture
def ended(here: Ground) -> Ground:
    """The running project is closed, with all that is in it."""
    add_vendor(here.session, "Shop", [])
    here.session.execute(text("INSERT INTO tbl_beneficiaries_group (name) VALUES ('Others')"))
    close_project(here.session, here.project.uuid, by=here.somebody.id, reason="All is paid.")
    here.session.commit()
    return here


def _in(session: Session, project: Any) -> set[Any]:
    part = BeneficiaryProject
    inside = select(part.beneficiary_id).where(part.project_id == project.uuid, part.deleted_at.is_(None))
    return set(session.scalars(inside))


@pytest.mark.parametrize("way", WRITES)
def test_the_database_refuses_every_change_below_a_closed_project(ended: Ground, way: str) -> None:
    person = add_beneficiary(ended.session, "Chitra").uuid
    values = {"project": ended.project.uuid, "person": person, "other": ended.empty.uuid}
    statement = text(WRITES[way])
    bound = {name: value for name, value in values.items() if f":{name}" in WRITES[way]}
    with pytest.raises(DBAPIError) as refused, ended.session.begin_nested():
        ended.session.execute(statement, bound)
    said = told_by_database(refused.value)
    assert said is not None
    assert "“Koshi Flood Response” is closed" in str(said)
    # the same below a project that is open is no trouble
    ended.session.execute(statement, {**bound, "project": ended.empty.uuid})


def test_nothing_comes_into_a_deleted_project(here: Ground) -> None:
    here.session.execute(
        text('UPDATE tbl_projects SET "deletedAt" = now() WHERE uuid = :it'), {"it": here.empty.uuid}
    )
    with pytest.raises(DBAPIError) as refused, here.session.begin_nested():
        here.session.execute(
            text(WRITES["people join"]), {"project": here.empty.uuid, "person": here.asha.uuid}
        )
    assert "was deleted" in str(told_by_database(refused.value))


def test_who_is_deleted_leaves_a_closed_project_and_comes_back_into_it(ended: Ground) -> None:
    asha = select(Beneficiary.uuid).where(Beneficiary.uuid == ended.asha.uuid)
    assert delete_people(ended.session, asha, reason="Moved", by=uuid4()) == 1
    assert _in(ended.session, ended.project) == {ended.bina.uuid}
    assert restore_people(ended.session, asha) == 1
    assert _in(ended.session, ended.project) == {ended.asha.uuid, ended.bina.uuid}
    with pytest.raises(DBAPIError), ended.session.begin_nested():  # and the rule holds again
        ended.session.execute(text(WRITES["people leave"]), {"project": ended.project.uuid})


def test_a_merge_takes_the_place_of_the_other_in_a_closed_project_and_is_undone(ended: Ground) -> None:
    session = ended.session
    winner = add_beneficiary(session, "Asha Tamang")
    pair = add_pair(session, winner, ended.asha)
    people = (pair.first_id, pair.second_id)
    done = merge(
        session,
        pair,
        winner.uuid,
        {},
        as_seen=seen(rows(session, people)),
        by=uuid4(),
        by_id=ended.somebody.id,
    )
    assert _in(session, ended.project) == {winner.uuid, ended.bina.uuid}
    undo(session, done, by_id=ended.somebody.id)
    assert _in(session, ended.project) == {ended.asha.uuid, ended.bina.uuid}


def test_pages_of_a_closed_project_offer_no_change_and_say_why(
    ended: Ground, signed_in_as: SignedInAs
) -> None:
    manager = signed_in_as("Manager")
    for page in ("", "/budgets"):
        shown = manager.get(f"{ended.url}{page}").text
        assert "This project is closed" in shown
        assert "All is paid." in shown
        for gone in ("/edit", "/budgets/new", "/close", "/reopen"):
            assert f'href="{ended.url}{gone}"' not in shown
    assert f'href="{ended.url}/reopen"' in signed_in_as("Admin").get(ended.url).text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/edit", {"name": "New name", "type": "CVA", "version": "2"}),
        ("/budgets/new", {"currency": "EUR", "amount": "100"}),
        ("/close", {}),
        ("/open", {}),
    ],
)
def test_a_form_for_a_closed_project_is_refused_in_words(
    ended: Ground, manager: FlaskClient, path: str, data: dict[str, str]
) -> None:
    answer = manager.post(f"{ended.url}{path}", data=data)
    assert answer.status_code == 409
    assert "is closed" in answer.text or "in another state by now" in answer.text


def test_what_a_trigger_refuses_is_a_page_in_words_and_no_fault(
    here: Ground, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    close_project(here.session, here.project.uuid, by=here.somebody.id)
    here.session.commit()
    # as if the project were closed after the operation has looked
    monkeypatch.setattr("portal.groups.operations.assigning.hold_open_project", lambda *_told, **_more: None)
    answer = manager.post(
        f"/groups/{here.group.uuid}/projects/{here.project.uuid}/end", data={"what": "undo"}
    )
    assert answer.status_code == 409
    assert "“Koshi Flood Response” is closed" in answer.text


def test_a_job_that_a_trigger_stops_fails_with_the_sentence(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        project = add_project(session, "Relief", status="CLOSED").uuid
        person = add_beneficiary(session, "Asha").uuid
        session.commit()

        @work("tests.closed", "A test")
        def _join(_progress: Any) -> None:
            db.session.execute(text(WRITES["people join"]), {"project": project, "person": person})

        job = start("tests.closed", {}, created_by=None)
        session.commit()
        uuid, run = job.uuid, run_of(str(job.uuid), job.queue_job_id)
    run_job(committed_app, run, lambda: False)
    with committed_app.app_context():
        ended = db.session.scalars(select(Job).where(Job.uuid == uuid)).one()
        assert ended.state == "FAILED"
        assert "is closed" in str(ended.error)


def _join(session: Session, project: Any, person: Any, *, past_the_operation: bool) -> None:
    """Put somebody into a project; with `past_the_operation` only the trigger stands there."""
    if past_the_operation:
        session.execute(text(WRITES["people join"]), {"project": project, "person": person})
    else:
        add_people_to_project(session, project, select(Beneficiary.uuid).where(Beneficiary.uuid == person))


def test_nobody_gets_into_a_project_that_is_closed_at_the_same_moment(committed_app: Flask) -> None:
    rounds, joiners = 10, 5
    with committed_app.app_context():
        session = db.session()
        by = add_user_with(session, "manager", "Manager").id
        people = [add_beneficiary(session, f"Person {number}").uuid for number in range(joiners)]
        projects = [add_project(session, f"Round {number}").uuid for number in range(rounds)]
        session.commit()
        engine = db.engine
        committed_app.extensions["portal_pool"].resize(0, joiners + 1)

        def join(project: Any, person: Any, ready: Barrier, past_the_operation: bool) -> bool:
            with Session(engine) as session:
                ready.wait(30)
                try:
                    _join(session, project, person, past_the_operation=past_the_operation)
                except (Refusal, DBAPIError) as error:
                    if not (isinstance(error, Refusal) or told_by_database(error)):
                        raise
                    return False
                # once somebody is in, nobody can have closed it before this is committed
                assert session.scalar(select(Project.status).where(Project.uuid == project)) == "ACTIVE"
                session.commit()
                return True

        def close(project: Any, ready: Barrier) -> None:
            with Session(engine) as session:
                ready.wait(30)
                close_project(session, project, by=by)
                session.commit()

        with ThreadPoolExecutor(joiners + 1) as pool:
            for number, project in enumerate(projects):
                ready = Barrier(joiners + 1)
                tries = [pool.submit(join, project, person, ready, number % 2 == 0) for person in people]
                pool.submit(close, project, ready).result()
                joined = [one.result() for one in tries].count(True)
                inside = select(func.count()).where(BeneficiaryProject.project_id == project)
                assert session.scalar(inside) == joined
                session.rollback()


@pytest.mark.parametrize("past_the_operation", [False, True])
def test_who_joins_while_a_project_is_being_closed_waits_and_is_refused(
    committed_app: Flask, past_the_operation: bool
) -> None:
    with committed_app.app_context():
        session = db.session()
        by = add_user_with(session, "manager", "Manager").id
        project, person = add_project(session, "Relief").uuid, add_beneficiary(session, "Asha").uuid
        session.commit()
        engine = db.engine

        def join() -> BaseException | None:
            with Session(engine) as joining:
                try:
                    _join(joining, project, person, past_the_operation=past_the_operation)
                except (Refusal, DBAPIError) as error:
                    return error
                return None

        close_project(session, project, by=by)
        with ThreadPoolExecutor(1) as pool:
            trying = pool.submit(join)
            waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            with engine.connect() as watcher:
                while not watcher.execute(waits).scalar_one():
                    assert not trying.done()
            session.commit()
            refused = trying.result()
        assert isinstance(refused, Refusal) or (refused and told_by_database(refused))


def test_closing_a_project_in_which_something_is_being_written_waits_and_then_says_so(
    committed_app: Flask,
) -> None:
    with committed_app.app_context():
        session = db.session()
        by = add_user_with(session, "manager", "Manager").id
        project, person = add_project(session, "Relief").uuid, add_beneficiary(session, "Asha").uuid
        session.commit()
        with Session(db.engine) as writer:
            writer.execute(text(WRITES["people join"]), {"project": project, "person": person})
            session.execute(text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(Conflict, match="being written"):
                close_project(session, project, by=by)
            writer.commit()
        close_project(session, project, by=by)
        session.commit()
