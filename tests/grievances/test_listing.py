"""The list of cases: what filters and searches find, in which order, how many, and for whom."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.enums import GrievanceStatus, GrievanceType
from portal.core.keyset import read_position
from portal.core.unchanged import reads_as_of
from portal.grievances.models import Grievance, GrievanceChannel, GrievanceWatcher
from portal.grievances.queries.filters import CaseFilter, ClockFilter
from portal.grievances.queries.listing import SOONEST, SORTS, count_cases, page_of_cases
from portal.grievances.queries.standing import Standing, standing_of
from portal.projects.models import Project
from portal.users.models import User
from tests.factories import add_beneficiary, add_project
from tests.grievances.cases import add_case, category_named

NEW, UNDER_REVIEW, RESOLVED, CLOSED = GrievanceStatus
EVERYTHING = Ability([Rule("manage", "all")])
NO_NAMES = Ability([Rule("read", "Grievance")])
Cases = dict[str, Grievance]
HOUR = dt.timedelta(hours=1)


def clock(session: Session, case: Grievance, *, risk: dt.timedelta, due: dt.timedelta) -> None:
    """Let a case's clock be at risk and run out so long from now, whatever the hour and the day on which this runs."""
    now = dt.datetime.now(dt.UTC)
    session.execute(
        update(Grievance).where(Grievance.id == case.id).values(risk_at=now + risk, due_at=now + due)
    )
    session.commit()
    session.refresh(case)


@pytest.fixture
def cases(session: Session, here: Project, supervisor: User, reporter: User) -> Cases:
    there = add_project(session, "Hill Roads")
    made = {
        "late": add_case(session, here, reporter, "Card does not work", priority="HIGH"),
        "soon": add_case(session, here, reporter, "Queue too long", assignee_id=supervisor.id),
        "calm": add_case(session, there, reporter, "A question", type=GrievanceType.OTHER),
        "asked": add_case(
            session, here, reporter, "Wrong name", status="UNDER_REVIEW", assignee_id=supervisor.id
        ),
        "done": add_case(session, there, reporter, "Money late", status="RESOLVED", reported_by="Bina Shahi"),
        "over": add_case(
            session, here, reporter, "Thank you", status="CLOSED", reporter_contact="b@example.org"
        ),
    }
    clock(session, made["late"], risk=-2 * HOUR, due=-HOUR)
    clock(session, made["soon"], risk=-HOUR, due=HOUR)
    clock(session, made["calm"], risk=HOUR, due=2 * HOUR)
    made["asked"].waiting_since = dt.datetime.now(dt.UTC)
    session.commit()
    return made


def found(session: Session, cases: Cases, ability: Ability = EVERYTHING, **asked: Any) -> list[str]:
    chosen = CaseFilter(**asked)
    rows = page_of_cases(session, chosen, ability, ["title"]).rows
    assert count_cases(session, chosen, ability).number == len(rows)
    names = {case.uuid: name for name, case in cases.items()}
    return [names[row.uuid] for row in rows]


def test_what_runs_out_first_stands_first_and_where_no_clock_runs_last(
    session: Session, cases: Cases
) -> None:
    assert found(session, cases) == ["late", "soon", "calm", "asked", "done", "over"]


@pytest.mark.parametrize("sort", SORTS)
def test_every_page_goes_on_where_the_last_one_ended(session: Session, cases: Cases, sort: str) -> None:
    order, token, seen = SORTS[sort], None, []
    while True:
        position = read_position(token, order)
        page = page_of_cases(session, CaseFilter(), EVERYTHING, ["title"], order, position, size=2)
        seen += [row.uuid for row in page.rows]
        token = page.next
        if token is None:
            break
    whole = page_of_cases(session, CaseFilter(), EVERYTHING, ["title"], order)
    assert seen == [row.uuid for row in whole.rows]
    assert len(seen) == len(set(seen)) == len(cases)
    if order is not SOONEST:
        reverse = sort[1:] if order.descending else f"-{sort}"
        assert seen[::-1] == [
            row.uuid for row in page_of_cases(session, CaseFilter(), EVERYTHING, [], SORTS[reverse]).rows
        ]


def test_each_filter_finds_what_it_says(session: Session, cases: Cases, supervisor: User) -> None:
    today = dt.datetime.now(dt.UTC).date()
    tomorrow = today + dt.timedelta(days=1)
    category, channel = category_named(session, "Wrong amount"), session.query(GrievanceChannel).first()
    asha, late, calm = add_beneficiary(session, "Asha Tharu"), cases["late"], cases["calm"]
    assert channel is not None
    late.category_id, late.channel_id, late.beneficiary_id = category.uuid, channel.uuid, asha.uuid
    session.add(GrievanceWatcher(grievance_id=calm.uuid, user_id=supervisor.id))
    session.commit()
    clock(session, late, risk=-2 * HOUR, due=-HOUR)
    assert found(session, cases, status=(RESOLVED,)) == ["done"]
    assert found(session, cases, status=(RESOLVED, CLOSED)) == ["done", "over"]
    assert found(session, cases, project=calm.project_id) == ["calm", "done"]
    assert found(session, cases, assignee=supervisor.id) == ["soon", "asked"]
    assert found(session, cases, unassigned=True) == ["late", "calm"]
    assert found(session, cases, watcher=supervisor.id) == ["calm"]
    assert found(session, cases, clock=ClockFilter.BREACHED) == ["late"]
    assert found(session, cases, clock=ClockFilter.AT_RISK) == ["soon"]
    assert found(session, cases, clock=ClockFilter.WAITING) == ["asked"]
    assert found(session, cases, category=category.uuid) == ["late"]
    assert found(session, cases, channel=channel.uuid) == ["late"]
    assert found(session, cases, beneficiary=asha.uuid) == ["late"]
    assert found(session, cases, priority=("HIGH", "URGENT")) == ["late"]
    assert found(session, cases, type=(GrievanceType.OTHER,)) == ["calm"]
    assert len(found(session, cases, created_from=today, created_to=today)) == len(cases)
    assert found(session, cases, created_from=tomorrow) == []
    assert found(session, cases, created_to=today - dt.timedelta(days=1)) == []


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("CARD work", ["late"]),
        ("bina", ["done"]),
        ("b@example", ["over"]),
        ("9812345678", ["late", "soon", "calm", "asked", "done"]),
        ("nobody of that name", []),
        ("100%", []),
    ],
)
def test_a_search_finds_titles_and_who_complained(
    session: Session, cases: Cases, typed: str, names: list[str]
) -> None:
    assert found(session, cases, q=typed) == names


def test_a_search_finds_a_code_however_it_is_written(session: Session, cases: Cases) -> None:
    code = cases["soon"].code
    for typed in (code, code.lower(), f" {code[:4]}-{code[4:]} "):
        assert found(session, cases, NO_NAMES, q=typed) == ["soon"]


def test_C8_who_may_not_read_personal_data_sees_it_masked_and_does_not_find_by_it(
    session: Session, cases: Cases
) -> None:
    assert found(session, cases, NO_NAMES, q="bina") == []
    assert found(session, cases, NO_NAMES, q="9812345678") == []
    assert found(session, cases, NO_NAMES, q="Money") == ["done"]
    rows = page_of_cases(session, CaseFilter(q="Money"), NO_NAMES, ["reporter", "contact"]).rows
    assert [(row.reporter, row.contact) for row in rows] == [("B••• S•••", "•••")]
    rows = page_of_cases(session, CaseFilter(q="Money"), EVERYTHING, ["reporter", "contact"]).rows
    assert [(row.reporter, row.contact) for row in rows] == [("Bina Shahi", "+9779812345678")]


def test_C8_personal_data_may_be_read_in_one_project_only(
    session: Session, cases: Cases, here: Project
) -> None:
    half = Ability([Rule("read", "Grievance"), Rule("read", "BeneficiaryPii", projects=(str(here.uuid),))])
    assert found(session, cases, half, q="9812345678") == ["late", "soon", "asked"]
    rows = page_of_cases(session, CaseFilter(), half, ["project", "reporter"]).rows
    assert {(row.project, row.reporter) for row in rows} == {
        ("Winter Cash", "Asha Rai"),
        ("Hill Roads", "A••• R•••"),
        ("Hill Roads", "B••• S•••"),
    }


def test_the_counters_say_how_many_open_cases_wait_for_whom(
    session: Session, cases: Cases, supervisor: User, here: Project
) -> None:
    assert standing_of(session, CaseFilter(), EVERYTHING, supervisor.id) == Standing(4, 2, 2, 1, 1, 1)
    narrowed = CaseFilter(project=here.uuid, status=(CLOSED,), assignee=0, clock=ClockFilter.WAITING)
    assert standing_of(session, narrowed, EVERYTHING, supervisor.id) == Standing(3, 2, 1, 1, 1, 1)


def test_how_many_are_overdue_is_asked_anew_though_nothing_is_written(session: Session, cases: Cases) -> None:
    def counted() -> tuple[int, int]:
        reads_as_of(session, "the same state")
        overdue = count_cases(session, CaseFilter(clock=ClockFilter.BREACHED), EVERYTHING)
        return overdue.number, standing_of(session, CaseFilter(), EVERYTHING, 0).breached

    assert counted() == (1, 1)
    session.execute(update(Grievance).where(Grievance.id == cases["calm"].id).values(due_at=func.now()))
    assert counted() == (2, 2)


def test_C4_a_role_for_one_project_lists_counts_and_finds_only_there(
    session: Session, cases: Cases, here: Project, supervisor: User
) -> None:
    limited = Ability([Rule("read", "Grievance", projects=(str(here.uuid),))])
    assert found(session, cases, limited) == ["late", "soon", "asked", "over"]
    assert found(session, cases, limited, q="question") == []
    assert standing_of(session, CaseFilter(), limited, supervisor.id).open == 3
