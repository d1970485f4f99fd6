"""Guarded rows: a permission on the model does not open them, and the page and the list agree."""

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.grievances.models import Grievance
from tests.factories import add_project, add_user_with
from tests.grievances.cases import add_case

READ = Rule("read", "Grievance")
SENSITIVE = Rule("read", "SensitiveGrievance")


@pytest.fixture
def cases(session: Session) -> list[Grievance]:
    here, there = add_project(session, "Here"), add_project(session, "There")
    somebody = add_user_with(session, "somebody", "Viewer")
    return [
        add_case(session, project, somebody, title, is_sensitive=sensitive)
        for project, title, sensitive in [
            (here, "open here", False),
            (here, "sensitive here", True),
            (there, "open there", False),
            (there, "sensitive there", True),
        ]
    ]


def seen(session: Session, cases: list[Grievance], rules: Sequence[Rule], action: str = "read") -> list[str]:
    ability = Ability(rules, {"id": 1})
    listed = sorted(session.scalars(ability.accessible(select(Grievance.title), action, Grievance)))
    assert listed == sorted(case.title for case in cases if ability.can(action, case))
    counted = session.scalar(ability.accessible(select(func.count(Grievance.id)), action, Grievance))
    assert counted == len(listed)
    return listed


def test_C5_who_may_read_grievances_sees_no_sensitive_one(session: Session, cases: list[Grievance]) -> None:
    assert seen(session, cases, [READ]) == ["open here", "open there"]


def test_C5_the_further_permission_opens_them(session: Session, cases: list[Grievance]) -> None:
    assert len(seen(session, cases, [READ, SENSITIVE])) == 4
    assert len(seen(session, cases, [Rule("manage", "all")])) == 4
    assert Ability([READ, SENSITIVE]).everywhere("read", Grievance)
    assert not Ability([READ]).everywhere("read", Grievance)


def test_C5_the_further_permission_alone_opens_nothing(session: Session, cases: list[Grievance]) -> None:
    assert seen(session, cases, [SENSITIVE]) == []


def test_C5_what_is_changed_or_exported_is_guarded_as_well(session: Session, cases: list[Grievance]) -> None:
    rules = [Rule("update", "Grievance"), Rule("export", "Grievance")]
    for action in ("update", "export"):
        assert seen(session, cases, rules, action) == ["open here", "open there"]
        assert len(seen(session, cases, [*rules, SENSITIVE], action)) == 4


def test_C4_the_further_permission_may_hold_in_one_project_only(
    session: Session, cases: list[Grievance]
) -> None:
    there = Rule("read", "SensitiveGrievance", projects=(str(cases[2].project_id),))
    assert seen(session, cases, [READ, there]) == ["open here", "open there", "sensitive there"]


def test_C5_a_forbidding_rule_closes_them_again(session: Session, cases: list[Grievance]) -> None:
    forbidding = Rule("read", "SensitiveGrievance", inverted=True)
    assert seen(session, cases, [Rule("manage", "all"), forbidding]) == ["open here", "open there"]


def test_C5_one_may_see_what_one_reported(session: Session, cases: list[Grievance]) -> None:
    own = Rule("read", "SensitiveGrievance", conditions={"reporterUserId": cases[0].reporter_user_id})
    assert len(seen(session, cases, [READ, own])) == 4
    nobodys = Rule("read", "SensitiveGrievance", conditions={"reporterUserId": 0})
    assert seen(session, cases, [READ, nobodys]) == ["open here", "open there"]
