"""The page of figures and its file: what they say, to whom, and what they keep back."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.enums import GrievanceType
from portal.projects.models import Project
from portal.stats.operations.grievances import count_grievances
from portal.users.models import User, UserRole
from tests.auth.people import statements
from tests.factories import add_project, add_user_with, enter_as
from tests.grievances.cases import add_case, category_named

pytestmark = pytest.mark.database

PAGE = "/figures/grievances"
FILE = f"{PAGE}/export"
Rows = dict[tuple[str, str], dict[str, str]]


@pytest.fixture
def project(session: Session) -> Project:
    return add_project(session, "North")


@pytest.fixture
def reporter(session: Session) -> User:
    return add_user_with(session, "reporter", "Viewer")


@pytest.fixture
def complain(session: Session, project: Project, reporter: User) -> Callable[..., None]:
    """So many cases of a category."""

    def add(number: int, category: str = "Wrong amount", **facts: object) -> None:
        uuid = category_named(session, category).uuid
        where = facts.pop("project", project)
        for _ in range(number):
            add_case(session, where, reporter, category_id=uuid, **facts)  # type: ignore[arg-type]
        count_grievances(session)
        session.commit()

    return add


def seen_by(client: FlaskClient, session: Session, role: str, name: str = "reader") -> FlaskClient:
    return enter_as(client, session, add_user_with(session, name, role))


def file_of(client: FlaskClient, query: str = "") -> Rows:
    answer = client.get(f"{FILE}{query}")
    assert answer.status_code == 200
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert all(tag.startswith("#") for tag in rows[1])
    return {(row[0], row[1]): dict(zip(rows[0], row, strict=True)) for row in rows[2:]}


def test_who_may_read_cases_sees_every_number(
    client: FlaskClient, session: Session, complain: Callable[..., None]
) -> None:
    complain(3, status="RESOLVED")
    complain(1, "Protection", is_sensitive=True)
    found = file_of(seen_by(client, session, "Supervisor"))
    assert found["total", ""]["Received"] == "4"
    assert found["total", ""]["Resolved in time"] == "3"
    assert found["category", "Protection"]["Received"] == "1"
    page = client.get(PAGE).text
    assert "Small numbers are not shown" not in page
    assert "Until acknowledged" in page


def test_F3_sensitive_cases_are_in_no_figure_of_who_may_not_read_them(
    client: FlaskClient, session: Session, complain: Callable[..., None]
) -> None:
    complain(6)
    complain(7, "Protection", is_sensitive=True)
    found = file_of(seen_by(client, session, "Manager"))
    assert found["total", ""]["Received"] == "6"
    assert ("category", "Protection") not in found


@pytest.mark.parametrize("role", ["Viewer", "Officer"])
def test_F3_small_numbers_are_kept_from_who_may_not_read_cases(
    client: FlaskClient, session: Session, complain: Callable[..., None], role: str
) -> None:
    complain(20)
    complain(9, "Something else")
    complain(2, "Correction of data")
    found = file_of(seen_by(client, session, role))
    assert found["total", ""]["Received"] == "31"
    assert found["category", "Correction of data"]["Received"] == ""
    assert found["category", "Something else"]["Received"] == "", "else the sum tells the small one"
    assert found["category", "Wrong amount"]["Received"] == "20"
    page = client.get(PAGE).text
    assert "Small numbers are not shown" in page
    assert "fewer than 5" in page


def test_F3_a_small_whole_tells_nothing_of_its_parts(
    client: FlaskClient, session: Session, complain: Callable[..., None]
) -> None:
    complain(3, status="RESOLVED")
    found = file_of(seen_by(client, session, "Viewer"))
    assert {value for row in found.values() for name, value in list(row.items())[2:]} == {""}


def test_C4_who_works_in_one_project_sees_the_figures_of_that_one(
    client: FlaskClient, session: Session, project: Project, complain: Callable[..., None]
) -> None:
    other = add_project(session, "South")
    complain(2)
    complain(4, project=other)
    limit = Rule("read", "Stat"), Rule("read", "Grievance"), Rule("read", "Project")
    person = add_user_with(session, "limited", rules=limit)
    session.execute(
        update(UserRole)
        .values(conditions={"projects": [str(project.uuid)]})
        .where(UserRole.user_id == person.id)
    )
    session.commit()
    found = file_of(enter_as(client, session, person))
    assert found["total", ""]["Received"] == "2"
    assert "South" not in client.get(PAGE).text
    narrowed = client.get(f"{PAGE}?project={other.uuid}")
    assert narrowed.status_code == 422


def test_what_it_is_narrowed_to_narrows_every_number(
    client: FlaskClient, session: Session, project: Project, complain: Callable[..., None]
) -> None:
    complain(2, type=GrievanceType.TECHNICAL)
    complain(5, "Something else")
    found = file_of(seen_by(client, session, "Supervisor"), "?type=TECHNICAL")
    assert found["total", ""]["Received"] == "2"
    assert [key for key in found if key[0] == "category"] == [("category", "Wrong amount")]
    assert file_of(client, "?since=2001-01&until=2001-03")["total", ""]["Received"] == "0"


def test_E8_an_end_before_the_beginning_is_refused_at_its_field(
    client: FlaskClient, session: Session
) -> None:
    reader = seen_by(client, session, "Supervisor")
    for path in (PAGE, FILE):
        answer = reader.get(f"{path}?since=2026-05&until=2026-04")
        assert answer.status_code == 422
        assert "This month lies before the first one." in answer.text
        assert "2026-04" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "?since=nonsense",
        "?project=1",
        "?category=x",
        "?type=BAD",
        "?since=0001-01",
        "?until=0001-01",
        "?until=9999-12",
    ],
)
def test_E8_nonsense_in_the_address_is_no_fault(client: FlaskClient, session: Session, query: str) -> None:
    assert seen_by(client, session, "Supervisor").get(f"{PAGE}{query}").status_code in (200, 422)


def test_nothing_came_in_is_said_so(client: FlaskClient, session: Session) -> None:
    assert "No grievances came in during this time" in seen_by(client, session, "Supervisor").get(PAGE).text


def test_the_number_of_statements_stays_the_same(
    client: FlaskClient, session: Session, complain: Callable[..., None]
) -> None:
    reader = seen_by(client, session, "Supervisor")
    with statements() as few:
        reader.get(PAGE)
    complain(12)
    complain(3, "Protection")
    with statements() as many:
        reader.get(PAGE)
    assert len(few) == len(many) == 8
