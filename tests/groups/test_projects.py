"""Groups in projects: members follow, and undoing takes out exactly whom the assignment brought in."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.operations.membership import add_people_to_group
from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.groups import tasks
from portal.groups.operations.assigning import assign_group, end_assignment
from portal.groups.views import projects
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.users.models import User
from tests.beneficiaries.test_membership import at_once, crowd, members, part_takers, these
from tests.factories import add_beneficiary, add_group, add_project
from tests.groups.conftest import Ground

__all__ = ["crowd"]


def assign(here: Ground, manager: FlaskClient) -> None:
    answer = manager.post(f"{here.url}/projects/add", data={"project": str(here.project.uuid)})
    assert answer.status_code == 303


def end(here: Ground, manager: FlaskClient, what: str) -> int:
    url = f"{here.url}/projects/{here.project.uuid}/end"
    return manager.post(url, data={"what": what}).status_code


def test_members_become_the_projects_and_later_members_follow(here: Ground, manager: FlaskClient) -> None:
    assign(here, manager)
    assert here.taking_part() == {here.asha.uuid, here.bina.uuid}
    manager.post(f"{here.url}/add", data={"people": [str(here.chitra.uuid)]})
    assert here.chitra.uuid in here.taking_part()


def test_a_group_is_assigned_to_a_project_once(here: Ground, manager: FlaskClient) -> None:
    assign(here, manager)
    again = manager.post(f"{here.url}/projects/add", data={"project": str(here.project.uuid)})
    assert again.status_code == 422
    with pytest.raises(Conflict):
        assign_group(here.session, here.group.uuid, here.project.uuid)


@pytest.mark.parametrize("state", ["closed", "deleted", "unknown"])
def test_E9_a_group_is_not_assigned_to_a_project_that_is_closed_or_gone(
    here: Ground, manager: FlaskClient, state: str
) -> None:
    if state == "closed":
        here.project.status = "CLOSED"  # type: ignore[assignment]
    elif state == "deleted":
        here.project.deleted_at = here.asha.created_at
    here.session.commit()
    chosen = str(here.project.uuid if state != "unknown" else here.asha.uuid)
    assert manager.post(f"{here.url}/projects/add", data={"project": chosen}).status_code == 422
    assert here.taking_part() == set()


def test_a_group_taken_out_leaves_its_people_in_the_project(here: Ground, manager: FlaskClient) -> None:
    assign(here, manager)
    assert end(here, manager, "keep") == 303
    assert here.taking_part() == {here.asha.uuid, here.bina.uuid}
    manager.post(f"{here.url}/add", data={"people": [str(here.chitra.uuid)]})
    assert here.chitra.uuid not in here.taking_part()
    assert end(here, manager, "undo") == 404


def test_undoing_takes_out_whom_the_assignment_brought_in_and_nobody_else(
    here: Ground, manager: FlaskClient
) -> None:
    manager.post(
        f"/groups/of/{here.asha.uuid}", data={"do": "join_project", "target": str(here.project.uuid)}
    )
    assign(here, manager)
    manager.post(f"{here.url}/add", data={"people": [str(here.chitra.uuid)]})
    manager.post(f"{here.url}/members", data={"people": [str(here.bina.uuid)]})
    asked = manager.get(f"{here.url}/projects/{here.project.uuid}/end").text
    assert "The assignment brought in 2 people who are still there." in asked
    assert "1 of them has left the group since" in asked
    assert end(here, manager, "undo") == 303
    assert here.taking_part() == {here.asha.uuid}


def test_what_was_once_kept_is_not_taken_out_by_undoing_a_later_assignment(
    here: Ground, manager: FlaskClient
) -> None:
    assign(here, manager)
    end(here, manager, "keep")
    assign(here, manager)
    end(here, manager, "undo")
    assert here.taking_part() == {here.asha.uuid, here.bina.uuid}


def test_who_is_in_another_group_of_the_project_stays_through_that(
    here: Ground, manager: FlaskClient
) -> None:
    assign(here, manager)
    other = add_group(here.session, "Elders")
    manager.post(f"/groups/{other.uuid}/add", data={"people": [str(here.asha.uuid), str(here.chitra.uuid)]})
    manager.post(f"/groups/{other.uuid}/projects/add", data={"project": str(here.project.uuid)})
    end(here, manager, "undo")
    assert here.taking_part() == {here.asha.uuid, here.chitra.uuid}
    manager.post(f"/groups/{other.uuid}/projects/{here.project.uuid}/end", data={"what": "undo"})
    assert here.taking_part() == set()


def test_only_who_has_left_the_group_is_taken_out_where_that_is_asked(
    here: Ground, manager: FlaskClient
) -> None:
    assign(here, manager)
    manager.post(f"{here.url}/members", data={"people": [str(here.bina.uuid)]})
    assert end(here, manager, "left") == 303
    assert here.taking_part() == {here.asha.uuid}
    manager.post(f"{here.url}/add", data={"people": [str(here.chitra.uuid)]})
    assert here.chitra.uuid in here.taking_part()


def test_a_closed_project_lets_nobody_go(here: Ground, manager: FlaskClient) -> None:
    assign(here, manager)
    here.project.status = "CLOSED"  # type: ignore[assignment]
    here.session.commit()
    assert {end(here, manager, what) for what in ("keep", "undo", "left")} == {422}
    assert here.taking_part() == {here.asha.uuid, here.bina.uuid}


def test_undoing_one_project_touches_no_other(here: Ground, manager: FlaskClient) -> None:
    south = add_project(here.session, "South")
    assign(here, manager)
    manager.post(f"{here.url}/projects/add", data={"project": str(south.uuid)})
    end(here, manager, "undo")
    assert (here.taking_part(), here.taking_part(south)) == (set(), {here.asha.uuid, here.bina.uuid})


def test_the_choice_has_to_be_one_of_those_offered(here: Ground, manager: FlaskClient) -> None:
    assign(here, manager)
    assert end(here, manager, "everything") == 422
    assert len(here.taking_part()) == 2


def test_nobody_falls_between_joining_a_group_and_its_assignment(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        group, project = add_group(session, "Widows").uuid, add_project(session, "Cash").uuid
        people = [add_beneficiary(session).uuid for _ in range(60)]
        session.commit()
        at_once(
            committed_app,
            lambda one: add_people_to_group(one, group, these(people[:40])),
            lambda one: assign_group(one, group, project),
            lambda one: add_people_to_group(one, group, these(people[20:])),
        )
        assert members(session, group) == part_takers(session, project) == set(people)


def test_an_assignment_undone_twice_at_once_is_undone_once(committed_app: Flask) -> None:
    with committed_app.app_context():
        session = db.session()
        group, project = add_group(session, "Widows").uuid, add_project(session, "Cash").uuid
        people = [add_beneficiary(session).uuid for _ in range(20)]
        add_people_to_group(session, group, select(Beneficiary.uuid))
        assert assign_group(session, group, project) == 20
        session.commit()

        def undo(one: object) -> object:
            try:
                return end_assignment(one, group, project, undo=True)  # type: ignore[arg-type]
            except Exception as error:
                return type(error).__name__

        assert sorted(map(str, at_once(committed_app, undo, undo))) == ["20", "NotFound"]
        assert (members(session, group), part_takers(session, project)) == (set(people), set())


def job_of(here: Ground, answer: TestResponse) -> dict[str, Any]:
    """What the only job was told, which the answer leads to."""
    job = here.session.scalars(select(Job)).one()
    assert answer.location == f"/jobs/{job.uuid}"
    told = {name: value for name, value in job.arguments.items() if name != "link"}
    here.session.delete(job)
    here.session.commit()
    return told


def test_very_many_people_are_taken_in_and_out_by_jobs(
    here: Ground, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projects, "MOST_AT_ONCE", 1)
    told = job_of(here, manager.post(f"{here.url}/projects/add", data={"project": str(here.project.uuid)}))
    assert here.taking_part() == set()
    assert tasks.assign(Progress(), **told) == {"joined": 2}
    assert here.taking_part() == {here.asha.uuid, here.bina.uuid}
    url = f"{here.url}/projects/{here.project.uuid}/end"
    told = job_of(here, manager.post(url, data={"what": "undo"}))
    assert tasks.end(Progress(), **told) == {"left": 2}
    assert here.taking_part() == set()
    with pytest.raises(NotFound):
        tasks.end(Progress(), **told)


@pytest.mark.parametrize("gone", ["user", "group", "project"])
def test_C6_such_a_job_does_nothing_for_who_may_no_longer(
    here: Ground, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    monkeypatch.setattr(projects, "MOST_AT_ONCE", 1)
    told = job_of(here, manager.post(f"{here.url}/projects/add", data={"project": str(here.project.uuid)}))
    record = {"user": here.session.get(User, told["by"]), "group": here.group, "project": here.project}[gone]
    assert record
    record.deleted_at = here.asha.created_at
    here.session.commit()
    with pytest.raises(Refusal):
        tasks.assign(Progress(), **told)
    assert here.taking_part() == set()
