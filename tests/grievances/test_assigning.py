"""Who gets a new case: the first rule that knows somebody who may have it."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.grievances.models import Grievance, GrievanceRule
from portal.grievances.operations.assigning import assign_by_rule
from portal.projects.models import Project
from portal.users.models import Role, User
from portal.users.operations.assignments import assign_role, remove_role
from portal.users.roles import SUPERVISOR
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case, category_named

pytestmark = pytest.mark.database

OFFICER_OF_CASES = [Rule("read", "Grievance"), Rule("update", "Grievance")]
"""Who may follow up what is not sensitive."""


@pytest.fixture
def here(session: Session) -> Project:
    return add_project(session, "Here")


@pytest.fixture
def somebody(session: Session) -> User:
    return add_user_with(session, "somebody", "Viewer")


def add_rule(session: Session, position: int = 1, **facts: Any) -> GrievanceRule:
    rule = GrievanceRule(position=position, **facts)
    session.add(rule)
    session.flush()
    return rule


def role_of_cases(session: Session, *names: str, rules: list[Rule] | None = None) -> tuple[Role, list[User]]:
    """A role that may have cases, and users who hold it."""
    first, *others = names
    users = [add_user_with(session, first, rules=rules or OFFICER_OF_CASES)]
    role = session.scalars(select(Role).where(Role.name == f"Role of {first}")).one()
    for name in others:
        user = add_user_with(session, name, "Viewer")
        assign_role(session, user, role.name)
        users.append(user)
    return role, users


def test_without_rules_a_case_is_nobodys(session: Session, here: Project, somebody: User) -> None:
    role_of_cases(session, "asha")
    assert assign_by_rule(session, add_case(session, here, somebody)) is None


def test_a_rule_gives_it_to_its_person(session: Session, here: Project, somebody: User) -> None:
    _, [asha, _] = role_of_cases(session, "asha", "bina")
    add_rule(session, user_id=asha.id)
    assert assign_by_rule(session, add_case(session, here, somebody)) == asha.id


def test_the_first_rule_decides_that_fits_project_and_category(
    session: Session, here: Project, somebody: User
) -> None:
    _, [asha, bina, chet] = role_of_cases(session, "asha", "bina", "chet")
    elsewhere, money = add_project(session, "Elsewhere"), category_named(session, "Payment not received")
    add_rule(session, 1, project_id=elsewhere.uuid, user_id=asha.id)
    add_rule(session, 2, project_id=here.uuid, category_id=money.uuid, user_id=bina.id)
    add_rule(session, 3, user_id=chet.id)

    def given(project: Project, **facts: Any) -> int | None:
        return assign_by_rule(session, add_case(session, project, somebody, **facts))

    assert given(elsewhere, category_id=money.uuid) == asha.id
    assert given(here, category_id=money.uuid) == bina.id
    assert given(here) == chet.id
    assert given(here, category_id=category_named(session, "Wrong amount").uuid) == chet.id


def test_of_a_role_whoever_has_the_fewest_open_cases_gets_it(
    session: Session, here: Project, somebody: User
) -> None:
    role, [asha, bina] = role_of_cases(session, "asha", "bina")
    add_rule(session, role_id=role.id)
    for status in ("NEW", "UNDER_REVIEW"):
        add_case(session, here, somebody, assignee_id=asha.id, status=status)
    add_case(session, here, somebody, assignee_id=bina.id)
    for status in ("RESOLVED", "CLOSED"):  # what is answered is no load
        add_case(session, here, somebody, assignee_id=bina.id, status=status)
    gone = add_case(session, here, somebody, assignee_id=bina.id)
    gone.deleted_at = dt.datetime.now(dt.UTC)
    session.flush()
    assert assign_by_rule(session, add_case(session, here, somebody)) == bina.id


def test_of_several_with_as_few_it_is_always_the_same_one_and_then_the_next(
    session: Session, here: Project, somebody: User
) -> None:
    role, users = role_of_cases(session, "zara", "bina", "asha")
    add_rule(session, role_id=role.id)
    given = []
    for _ in range(6):
        case = add_case(session, here, somebody)
        assert assign_by_rule(session, case) == assign_by_rule(session, case)
        case.assignee_id = assign_by_rule(session, case)
        given.append(case.assignee_id)
        session.flush()
    assert given == [user.id for user in users] * 2


@pytest.mark.parametrize("by_role", [True, False])
def test_C8_a_sensitive_case_goes_only_to_who_may_read_it(
    session: Session, here: Project, somebody: User, by_role: bool
) -> None:
    role, [asha] = role_of_cases(session, "asha")
    add_rule(session, 1, **({"role_id": role.id} if by_role else {"user_id": asha.id}))
    secret = add_case(session, here, somebody, is_sensitive=True)
    assert assign_by_rule(session, secret) is None
    supervisor = add_user_with(session, "supervisor", SUPERVISOR)
    add_rule(session, 2, user_id=supervisor.id)
    assert assign_by_rule(session, secret) == supervisor.id
    assert assign_by_rule(session, add_case(session, here, somebody)) == asha.id


def test_C6_nobody_gets_it_whose_role_ended_or_is_limited_to_other_projects(
    session: Session, here: Project, somebody: User
) -> None:
    role, [asha, bina, chet] = role_of_cases(session, "asha", "bina", "chet")
    add_rule(session, role_id=role.id)
    case = add_case(session, here, somebody)
    assign_role(session, asha, role.name, until=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1))
    assign_role(session, bina, role.name, projects=[add_project(session, "Elsewhere").uuid])
    assert assign_by_rule(session, case) == chet.id
    assign_role(session, bina, role.name, projects=[here.uuid])
    assert assign_by_rule(session, case) == bina.id


@pytest.mark.parametrize("by_role", [True, False])
def test_A13_nobody_gets_it_who_left_or_may_no_longer_change_it(
    session: Session, here: Project, somebody: User, by_role: bool
) -> None:
    role, [asha] = role_of_cases(session, "asha")
    add_rule(session, 1, **({"role_id": role.id} if by_role else {"user_id": asha.id}))
    case = add_case(session, here, somebody)
    assert assign_by_rule(session, case) == asha.id
    asha.deleted_at = dt.datetime.now(dt.UTC)
    session.flush()
    assert assign_by_rule(session, case) is None
    asha.deleted_at = None
    assign_role(session, asha, "Manager")  # reads all, changes none
    remove_role(session, asha, role.name)
    assert assign_by_rule(session, case) is None


def test_a_role_that_may_not_have_cases_is_passed_over(
    session: Session, here: Project, somebody: User
) -> None:
    viewers = session.scalars(select(Role).where(Role.name == "Viewer")).one()
    supervisor = add_user_with(session, "supervisor", SUPERVISOR)
    add_rule(session, 1, role_id=viewers.id)
    add_rule(session, 2, user_id=supervisor.id)
    assert assign_by_rule(session, add_case(session, here, somebody)) == supervisor.id


def test_choosing_writes_nothing(session: Session, here: Project, somebody: User) -> None:
    _, [asha] = role_of_cases(session, "asha")
    add_rule(session, user_id=asha.id)
    case = add_case(session, here, somebody)
    assign_by_rule(session, case)
    assert not session.dirty
    assert session.scalar(select(Grievance.assignee_id).where(Grievance.id == case.id)) is None
