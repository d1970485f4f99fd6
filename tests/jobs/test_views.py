"""The pages on jobs: whose jobs one sees, how a job is shown, cancel and retry."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.jobs import operations
from portal.jobs.models import Job
from portal.jobs.operations import runs
from portal.jobs.queries import Run
from portal.jobs.tasks import work
from portal.users.models import User
from tests.auth.conftest import AddPerson
from tests.auth.people import sign_in

HTMX = {"HX-Request": "true"}


@work("test.shown", "Counting the stars", {"stars": "Stars counted"})
def _shown(progress: Any) -> None:
    """Never run: only its name is shown."""


@pytest.fixture
def officer(add_person: AddPerson, client: FlaskClient) -> User:
    """Somebody who sees only their own jobs, signed in."""
    person = add_person("chandra", "Officer")
    sign_in(client, "chandra")
    return person


@pytest.fixture
def job(officer: User) -> Job:
    """A waiting job of theirs."""
    return operations.start("test.shown", {}, created_by=officer.id, link="/beneficiaries")


@pytest.fixture
def foreign(add_person: AddPerson) -> Job:
    """A job of somebody else."""
    return operations.start("test.shown", {}, created_by=add_person("dipa", "Officer").id)


def run(session: Session, job: Job, **values: Any) -> Run:
    """A worker begins the job and says how far it is."""
    begun = Run(job.uuid, job.queue_job_id or 0)
    runs.begin(session, begun)
    if values:
        runs.note(session, begun, **values)
    session.expire_all()
    return begun


def test_list_jobs_shows_own_jobs_by_their_names(client: FlaskClient, job: Job, foreign: Job) -> None:
    page = client.get("/jobs").text
    assert "Counting the stars" in page
    assert str(job.uuid) in page
    assert str(foreign.uuid) not in page


def test_list_jobs_shows_everybodys_to_an_administrator(
    client: FlaskClient,
    add_person: AddPerson,
    foreign: Job,
) -> None:
    add_person("asha", "Admin")
    sign_in(client, "asha")
    page = client.get("/jobs").text
    assert str(foreign.uuid) in page
    assert "Dipa" in page


def test_list_jobs_says_so_when_there_are_none(client: FlaskClient, officer: User) -> None:
    assert "No jobs yet" in client.get("/jobs").text


def test_list_jobs_is_closed_to_those_who_may_not(client: FlaskClient, add_person: AddPerson) -> None:
    add_person("bimal", "Viewer")
    sign_in(client, "bimal")
    assert client.get("/jobs").status_code == 403


def test_list_jobs_has_pages(client: FlaskClient, session: Session, officer: User) -> None:
    session.execute(
        text(
            """INSERT INTO tbl_jobs (kind, "createdBy") SELECT 'test.shown', :who FROM generate_series(1, 60)"""
        ),
        {"who": officer.id},
    )
    first = client.get("/jobs")
    assert first.text.count("/jobs/") == 50
    following = first.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert client.get(following.replace("&amp;", "&")).text.count("/jobs/") == 10


def test_show_job_without_javascript_reloads_itself_until_it_has_ended(
    client: FlaskClient, session: Session, job: Job
) -> None:
    page = client.get(f"/jobs/{job.uuid}").text
    assert "Waiting to begin" in page
    assert 'http-equiv="refresh"' in page
    runs.succeed(session, run(session, job), {"stars": 12000, "batch": "not for people"})
    page = client.get(f"/jobs/{job.uuid}").text
    assert 'http-equiv="refresh"' not in page
    assert "Stars counted" in page
    assert "12,000" in page
    assert "not for people" not in page
    assert 'href="/beneficiaries"' in page


def test_show_job_as_a_fragment_polls_until_it_has_ended(
    client: FlaskClient, session: Session, job: Job
) -> None:
    begun = run(session, job, step="Reading rows", done=250, total=1000)
    running = client.get(f"/jobs/{job.uuid}", headers=HTMX)
    assert "<html" not in running.text
    assert "Reading rows" in running.text
    assert 'value="250" max="1000"' in running.text
    assert 'hx-trigger="load delay:1s"' in running.text
    assert "HX-Trigger-After-Settle" not in running.headers
    runs.succeed(session, begun, None)
    ended = client.get(f"/jobs/{job.uuid}", headers=HTMX)
    assert "hx-trigger" not in ended.text
    assert ended.headers["HX-Trigger-After-Settle"] == "job-ended"


def test_show_job_tells_rate_and_time_left_by_the_databases_clock(
    client: FlaskClient, session: Session, job: Job
) -> None:
    began = session.scalars(text("SELECT extract(epoch FROM now())::float - 10")).one()
    run(session, job, step="Reading rows", done=1000, total=4000, result={"stepBegan": began})
    page = client.get(f"/jobs/{job.uuid}", headers=HTMX).text
    assert "100 rows a second" in page
    assert "30 seconds left" in page


def test_show_job_says_why_it_failed(client: FlaskClient, session: Session, job: Job) -> None:
    begun = run(session, job)
    runs.fail(session, begun, "The file has no column for %(column)s.", {"column": "<phone>"})
    page = client.get(f"/jobs/{job.uuid}").text
    assert "The file has no column for &lt;phone&gt;." in page
    assert f"/jobs/{job.uuid}/retry" in page


def test_C3_a_foreign_job_and_no_job_answer_alike(client: FlaskClient, officer: User, foreign: Job) -> None:
    for path in ("", "/cancel", "/retry"):
        send = client.post if path else client.get
        hidden, missing = send(f"/jobs/{foreign.uuid}{path}"), send(f"/jobs/{uuid4()}{path}")
        assert hidden.status_code == missing.status_code == 404
    assert foreign.state == "QUEUED"


def test_cancel_job_stops_it_and_goes_back_to_where_one_was(client: FlaskClient, job: Job) -> None:
    answer = client.post(f"/jobs/{job.uuid}/cancel", headers={"Referer": "http://localhost/imports/x"})
    assert (answer.status_code, answer.location) == (303, "/imports/x")
    assert job.state == "CANCELLED"


def test_cancel_job_never_leads_to_another_site(client: FlaskClient, job: Job) -> None:
    answer = client.post(f"/jobs/{job.uuid}/cancel", headers={"Referer": "http://evil.example/imports"})
    assert answer.location == f"/jobs/{job.uuid}"


def test_cancel_job_that_has_ended_is_told(client: FlaskClient, session: Session, job: Job) -> None:
    runs.succeed(session, run(session, job), None)
    answer = client.post(f"/jobs/{job.uuid}/cancel")
    assert answer.status_code == 409
    assert "already ended" in answer.text


def test_retry_job_begins_a_failed_one_anew(client: FlaskClient, session: Session, job: Job) -> None:
    runs.fail(session, run(session, job), "No.", {})
    assert client.post(f"/jobs/{job.uuid}/retry").status_code == 303
    assert job.state == "QUEUED"
    assert client.post(f"/jobs/{job.uuid}/retry").status_code == 303


def test_retry_job_of_somebody_else_needs_the_permission_to_change_jobs(
    client: FlaskClient,
    session: Session,
    add_person: AddPerson,
    foreign: Job,
) -> None:
    person = add_person("esha", None)
    session.execute(
        text(
            "WITH role AS (INSERT INTO tbl_auth_roles (name) VALUES ('Watcher') RETURNING id), rule AS ("
            " INSERT INTO tbl_auth_permissions (\"roleId\", action, subject) SELECT id, 'read', 'Job' FROM role)"
            ' INSERT INTO tbl_users_roles ("userId", "roleId") SELECT :user, id FROM role'
        ),
        {"user": person.id},
    )
    sign_in(client, "esha")
    assert client.get(f"/jobs/{foreign.uuid}").status_code == 200
    assert client.post(f"/jobs/{foreign.uuid}/cancel").status_code == 403
    assert foreign.state == "QUEUED"
