"""An assignment that is limited to projects, from the database to the pages and lists."""

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations.sessions import Visit, start_session
from portal.auth.queries.people import find_person
from portal.beneficiaries.models import Beneficiary, BeneficiaryGroup, BeneficiaryPii
from portal.core.db import Actor, tell_actor
from portal.core.errors import NotFound, Refusal
from portal.core.person import Person
from portal.jobs.models import Job
from portal.projects.models import Project
from portal.users.models import User, UserRole
from portal.users.operations.assignments import assign_role, remove_role
from portal.vendors.models import ProjectVendor, Vendor
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as

pytestmark = pytest.mark.database


@pytest.fixture
def two(session: Session) -> dict[str, Any]:
    """Two projects with a person, a group and a vendor each, and somebody who is in none."""
    found: dict[str, Any] = {}
    for name in ("North", "South"):
        project = add_project(session, name)
        group = add_group(session, f"Group {name}", [project])
        found[name] = project
        found[f"{name} person"] = add_beneficiary(
            session, f"Person {name}", groups=[group], projects=[project]
        )
        user = add_user_with(session, f"vendor-{name.lower()}", "Vendor")
        user.name = f"Shop {name}"  # a vendor is called as their user is
        session.add(Vendor(uuid=user.uuid, name=user.name))
        session.flush()
        session.add(ProjectVendor(project_id=project.uuid, vendor_id=user.uuid))
    found["nowhere"] = add_beneficiary(session, "Person Nowhere")
    session.commit()
    return found


def person_of(session: Session, user: User) -> Person:
    auth = session.query(Auth).filter_by(user_id=user.id).one()
    found = find_person(session, start_session(session, auth.id, Visit(None, None)), "request")
    assert found is not None
    return found


def limited(session: Session, role: str, *projects: Project, name: str = "asha") -> User:
    user = add_user_with(session, name, role)
    assign_role(session, user, role, projects=[project.uuid for project in projects])
    session.commit()
    return user


def names(session: Session, person: Person, model: Any) -> set[str]:
    found = session.scalars(person.ability.accessible(select(model), "read", model))
    return {row.name for row in found if getattr(row, "deleted_at", None) is None}


def test_a_limited_role_reads_what_hangs_on_its_projects_and_nothing_else(
    session: Session, two: dict[str, Any]
) -> None:
    person = person_of(session, limited(session, "Manager", two["North"]))
    ids = select(Beneficiary.uuid)
    assert set(session.scalars(person.ability.accessible(ids, "read", Beneficiary))) == {
        two["North person"].uuid
    }
    assert names(session, person, BeneficiaryPii) == {"Person North"}
    assert names(session, person, BeneficiaryGroup) == {"Group North"}
    assert names(session, person, Project) == {"North"}
    assert names(session, person, Vendor) == {"Shop North"}
    for subject in ("Beneficiary", "BeneficiaryPii", "Project", "Vendor", "Transaction", "Grievance", "Stat"):
        assert person.ability.can("read", subject), subject


@pytest.mark.parametrize("subject", ["User", "Role", "Token", "OfframpProvider", "OfframpTransaction"])
def test_what_has_no_way_to_a_project_is_denied_to_a_limited_role(
    session: Session, two: dict[str, Any], subject: str
) -> None:
    assert not person_of(session, limited(session, "Manager", two["North"])).ability.can("read", subject)
    everywhere = add_user_with(session, "bimal", "Manager")
    assert person_of(session, everywhere).ability.can("read", subject)


def test_a_record_and_a_list_agree_under_a_limit(session: Session, two: dict[str, Any]) -> None:
    ability = person_of(session, limited(session, "Manager", two["North"])).ability
    for model in (Beneficiary, BeneficiaryGroup, Project, Vendor):
        every = session.scalars(select(model)).all()
        listed = set(session.scalars(ability.accessible(select(model), "read", model)))
        assert {row for row in every if ability.can("read", row)} == listed
        assert len(listed) == 1 < len(every)


def test_a_limited_admin_is_no_administrator(session: Session, two: dict[str, Any]) -> None:
    add_user_with(session, "other", "Admin")
    ability = person_of(session, limited(session, "Admin", two["North"])).ability
    assert not ability.can("manage", "all")
    assert not ability.can("update", "Role")
    assert not ability.can("update", "User")
    assert ability.can("update", two["North person"])
    assert not ability.can("update", two["South person"])


def test_of_jobs_a_limited_role_sees_its_own(session: Session, two: dict[str, Any]) -> None:
    user = limited(session, "Manager", two["North"])
    ability = person_of(session, user).ability
    assert ability.can("read", Job(created_by=user.id))
    assert not ability.can("read", Job(created_by=user.id + 1))
    assert not ability.can("read", Job(created_by=None))


def test_one_role_here_and_another_there_is_asked_once(session: Session, two: dict[str, Any]) -> None:
    user = limited(session, "Supervisor", two["North"])
    assign_role(session, user, "Approver", projects=[two["South"].uuid])
    session.commit()
    ability = person_of(session, user).ability
    statement = ability.accessible(select(Beneficiary.uuid), "read", Beneficiary)
    assert set(session.scalars(statement)) == {two["North person"].uuid, two["South person"].uuid}
    assert str(statement).count("EXISTS") == 1
    assert ability.can("approve", "Transaction")
    update = ability.accessible(select(Project.name), "approve", Project)
    assert session.scalars(update).all() == []


def test_a_role_everywhere_beside_a_limited_one_is_everywhere(session: Session, two: dict[str, Any]) -> None:
    user = limited(session, "Supervisor", two["North"])
    assign_role(session, user, "Viewer")
    session.commit()
    ability = person_of(session, user).ability
    assert names(session, person_of(session, user), Project) == {"North", "South"}
    assert names(session, person_of(session, user), BeneficiaryPii) == {"Person North"}
    assert ability.can("read", two["nowhere"])


def test_C4_a_limited_officer_finds_only_the_people_of_their_projects(
    session: Session, client: FlaskClient, two: dict[str, Any]
) -> None:
    enter_as(client, session, limited(session, "Officer", two["North"]))
    page = client.get("/beneficiaries").text
    assert "Person North" in page
    assert "1–1 of 1" in page
    for path in ("/beneficiaries", "/beneficiaries?q=Person", f"/beneficiaries?project={two['South'].uuid}"):
        page = client.get(path).text
        for hidden in ("South", "Nowhere"):
            assert hidden not in page, path
    for name, status in (("North person", 200), ("South person", 404), ("nowhere", 404)):
        assert client.get(f"/beneficiaries/{two[name].uuid}").status_code == status


def test_C6_a_limit_bites_at_the_next_request_and_so_does_its_end(
    session: Session, client: FlaskClient, two: dict[str, Any]
) -> None:
    user = add_user_with(session, "asha", "Officer")
    enter_as(client, session, user)
    assert "Person South" in client.get("/beneficiaries").text
    assign_role(session, user, "Officer", projects=[two["North"].uuid])
    session.commit()
    assert "Person South" not in client.get("/beneficiaries").text
    assign_role(session, user, "Officer")
    session.commit()
    assert "Person South" in client.get("/beneficiaries").text


def test_C6_an_assignment_that_has_ended_is_over_at_the_next_request(
    session: Session, client: FlaskClient
) -> None:
    user = add_user_with(session, "asha", "Officer")
    enter_as(client, session, user)
    assert client.get("/beneficiaries").status_code == 200
    assign_role(session, user, "Officer", until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    session.commit()
    assert client.get("/beneficiaries").status_code == 303
    assign_role(session, user, "Officer", until=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    session.commit()
    assert client.get("/beneficiaries").status_code == 200


def test_knowing_a_limited_person_takes_one_statement_too(session: Session, two: dict[str, Any]) -> None:
    user = limited(session, "Officer", two["North"])
    auth = session.query(Auth).filter_by(user_id=user.id).one()
    token = start_session(session, auth.id, Visit(None, None))
    session.flush()
    seen: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
    assert find_person(session, token, "request") is not None
    assert len(seen) == 1


def test_a_role_is_taken_once(session: Session) -> None:
    user = add_user_with(session, "asha", "Viewer")
    assign_role(session, user, "Officer")
    remove_role(session, user, "Officer")
    held = session.scalars(select(UserRole.role_id).where(UserRole.user_id == user.id)).all()
    assert len(held) == 1
    with pytest.raises(NotFound):
        remove_role(session, user, "Officer")


@pytest.mark.parametrize(
    ("projects", "said"), [([], "at least one"), ([uuid4() for _ in range(501)], "at most")]
)
def test_a_limit_is_to_at_least_one_project_and_not_to_endlessly_many(
    session: Session, projects: list[UUID], said: str
) -> None:
    user = add_user_with(session, "asha", "Viewer")
    with pytest.raises(Refusal, match=said) as refusal:
        assign_role(session, user, "Officer", projects=projects)
    assert refusal.value.field == "projects"


def test_a_project_named_twice_is_one(session: Session, two: dict[str, Any]) -> None:
    user = limited(session, "Officer", two["North"], two["North"])
    kept = session.scalars(select(UserRole.conditions).where(UserRole.user_id == user.id)).one()
    assert kept == {"projects": [str(two["North"].uuid)]}


def test_the_limit_is_on_the_audit_log(session: Session, two: dict[str, Any]) -> None:
    limited(session, "Officer", two["North"])
    entry = session.execute(
        text(
            "SELECT after FROM tbl_audit_log WHERE \"tableName\" = 'tbl_users_roles' ORDER BY id DESC LIMIT 1"
        )
    ).scalar_one()
    assert entry["conditions"] == {"projects": [str(two["North"].uuid)]}


def test_statements_are_planned_for_the_projects_they_ask_about(session: Session) -> None:
    """One plan for all values would read a project of fifty people like one of fifty thousand."""
    mode = text("SHOW plan_cache_mode")
    assert session.scalar(mode) == "auto"
    tell_actor(session, Actor(None, None))  # as every transaction of a page, a job and a command begins
    assert session.scalar(mode) == "force_custom_plan"


def test_also_after_the_statement_that_finds_the_person(session: Session) -> None:
    user = add_user_with(session, "asha", "Viewer")
    auth = session.scalars(select(Auth).where(Auth.user_id == user.id)).one()
    assert find_person(session, start_session(session, auth.id, Visit(None, None)), "a request")
    assert session.scalar(text("SHOW plan_cache_mode")) == "force_custom_plan"
