"""Who works in a project: listed, added and taken out, by who may."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.projects.models import Project
from portal.users.models import Role, User, UserRole
from portal.users.operations.assignments import assign_role
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs, signed_in_as
from tests.factories import add_project, add_user_with

__all__ = ["signed_in_as"]
pytestmark = pytest.mark.database


@pytest.fixture
def north(session: Session) -> Project:
    project = add_project(session, "North")
    session.commit()
    return project


@pytest.fixture
def kiran(session: Session) -> User:
    return add_user_with(session, "kiran", "Viewer")


def _page(project: Project) -> str:
    return f"/users/in-project/{project.uuid}"


def _role(session: Session, name: str) -> int:
    return session.scalars(select(Role.id).where(Role.name == name)).one()


def _limits(session: Session, user: User, role: str) -> list[str] | None:
    session.expire_all()
    held = session.scalars(
        select(UserRole).where(UserRole.user_id == user.id, UserRole.role_id == _role(session, role))
    ).one_or_none()
    return None if held is None or held.conditions is None else held.conditions["projects"]


def test_staff_is_added_to_a_project_listed_and_taken_out(
    session: Session, north: Project, kiran: User, signed_in_as: SignedInAs
) -> None:
    admin, south = signed_in_as("Admin"), add_project(session, "South")
    officer = _role(session, "Officer")
    for project in (north, south):
        typed = {"user": str(kiran.uuid), "role": str(officer)}
        assert admin.post(f"{_page(project)}/add", data=typed).status_code == 303
    assert _limits(session, kiran, "Officer") == [str(north.uuid), str(south.uuid)]
    shown = admin.get(_page(north)).text
    assert "Kiran" in shown
    assert "Officer" in shown
    assert admin.post(f"{_page(north)}/{kiran.uuid}/{officer}/remove").status_code == 303
    assert _limits(session, kiran, "Officer") == [str(south.uuid)]
    assert admin.post(f"{_page(north)}/{kiran.uuid}/{officer}/remove").status_code == 409
    assert admin.post(f"{_page(south)}/{kiran.uuid}/{officer}/remove").status_code == 303
    assert _limits(session, kiran, "Officer") is None


def test_what_stands_already_is_refused_in_words(
    session: Session, north: Project, kiran: User, signed_in_as: SignedInAs
) -> None:
    admin = signed_in_as("Admin")
    everywhere = {"user": str(kiran.uuid), "role": str(_role(session, "Viewer"))}
    answer = admin.post(f"{_page(north)}/add", data=everywhere)
    assert answer.status_code == 422
    assert "everywhere already" in answer.text
    here = {"user": str(kiran.uuid), "role": str(_role(session, "Officer"))}
    assert admin.post(f"{_page(north)}/add", data=here).status_code == 303
    assert admin.post(f"{_page(north)}/add", data=here).status_code == 409
    assert admin.post(f"{_page(north)}/add", data={"user": "", "role": ""}).status_code == 422


def test_C9_nobody_gives_here_what_they_lack_nor_changes_their_own(
    session: Session, north: Project, kiran: User, signed_in_as: SignedInAs
) -> None:
    helper = signed_in_as(
        *(Rule(action, "User") for action in ("read", "update")),
        Rule("read", "Role"),
        Rule("read", "Project"),
    )
    typed = {"user": str(kiran.uuid), "role": str(_role(session, "Admin"))}
    answer = helper.post(f"{_page(north)}/add", data=typed)
    assert answer.status_code == 422
    assert _limits(session, kiran, "Admin") is None
    assign_role(session, kiran, "Officer", projects=[north.uuid])
    assert helper.post(f"{_page(north)}/{kiran.uuid}/{_role(session, 'Officer')}/remove").status_code == 422
    assert _limits(session, kiran, "Officer") == [str(north.uuid)]


def test_C3_a_project_that_the_reader_may_not_see_has_no_staff_page(
    north: Project, signed_in_as: SignedInAs
) -> None:
    blind = signed_in_as(Rule("read", "User"), Rule("read", "Project", conditions={"name": "South"}))
    assert blind.get(_page(north)).status_code == 404


def test_the_page_takes_as_many_statements_however_many_work_there(
    session: Session, north: Project, app: Flask, signed_in_as: SignedInAs
) -> None:
    manager: FlaskClient = signed_in_as("Manager")
    counts = []
    for number in range(2):
        user = add_user_with(session, f"helper{number}", "Viewer")
        assign_role(session, user, "Officer", projects=[north.uuid])
        session.commit()
        url = _page(north)
        with statements() as asked:
            assert manager.get(url).status_code == 200
        counts.append(len(asked))
    assert counts == [4, 4]
