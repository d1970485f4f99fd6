"""Filters by something of which there is much: its name is typed, nothing is left out, and links still lead on."""

import html

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.choosing import FEW, offer_of
from portal.projects.models import Project
from tests.beneficiaries.conftest import SignedInAs, manager, signed_in_as
from tests.factories import add_project, add_user_with, enter_as
from tests.vendors.shops import add_vendor

__all__ = ["SignedInAs", "manager", "signed_in_as"]
pytestmark = pytest.mark.database

LISTS = (
    "/beneficiaries",
    "/groups",
    "/vendors",
    "/transactions",
    "/grievances",
    "/grievances/board",
    "/offramps",
)


@pytest.fixture
def last(session: Session) -> Project:
    """The last of more projects than a select has, by name."""
    return [add_project(session, f"Relief {number:02}") for number in range(FEW + 10)][-1]


@pytest.mark.parametrize("path", LISTS)
def test_a_project_behind_the_first_ones_is_named_in_the_filter(
    session: Session, manager: FlaskClient, last: Project, path: str
) -> None:
    session.commit()
    for named in (last.name.upper(), str(last.uuid)):
        answer = manager.get(path, query_string={"project": named})
        assert answer.status_code == 200
        assert f'name="project" value="{last.name}"' in answer.text
    answer = manager.get(path, query_string={"project": "Relief 5"})
    assert answer.status_code == 422
    assert "Nothing is called exactly so. Like it: Relief 50, Relief 51" in html.unescape(answer.text)
    assert "Nothing that you can choose has this in its name." in manager.get(f"{path}?project=zzz").text


def test_pairs_are_not_narrowed_by_a_project_that_is_none_and_the_field_says_so(
    session: Session, manager: FlaskClient, last: Project
) -> None:
    session.commit()
    assert last.name in manager.get(f"/duplicates?project={last.uuid}").text
    assert "Nothing is called exactly so." in manager.get("/duplicates?project=Relief").text


def test_C4_names_of_vendors_are_suggested_of_those_only_whom_one_may_choose(
    session: Session, manager: FlaskClient, client: FlaskClient
) -> None:
    here, elsewhere = add_project(session, "Here"), add_project(session, "Elsewhere")
    add_vendor(session, "Grain of the north", [here])
    add_vendor(session, "Grain of the south", [elsewhere])
    session.commit()
    assert manager.get("/vendors/names?field=vendor&vendor=grain").text.count("<option") == 2
    at_work = manager.get(f"/vendors/names?field=vendor&vendor=grain&project={here.uuid}").text
    assert ("north" in at_work, "south" in at_work) == (True, False)
    assert manager.get("/vendors/names?project=nonsense").status_code == 404
    nobody = enter_as(client, session, add_user_with(session, "nobody", rules=()))
    assert nobody.get("/vendors/names?field=vendor&vendor=grain").status_code == 403


def giving(session: Session, client: FlaskClient) -> tuple[FlaskClient, str, int, int]:
    """An administrator's browser, the address where a role is given to a colleague, a role, and the colleague."""
    colleague = add_user_with(session, "colleague")
    admin = enter_as(client, session, add_user_with(session, "admin", "Admin"))
    session.commit()
    role = session.scalars(text("SELECT id FROM tbl_auth_roles WHERE name = 'Viewer'")).one()
    return admin, f"/users/{colleague.uuid}/roles/give", role, colleague.id


def test_a_role_is_limited_to_projects_that_are_typed_one_a_line(
    session: Session, client: FlaskClient, last: Project
) -> None:
    admin, url, role, colleague = giving(session, client)
    assert "One name a line. None for a role that holds everywhere." in admin.get(url).text
    wrong = admin.post(url, data={"role": role, "projects": f"{last.name}\nRelief 5\nzzz"})
    assert wrong.status_code == 422
    said = html.unescape(wrong.text)
    assert "“Relief 5” is not exactly one of them. Like it: Relief 50" in said
    assert f">\n{last.name}\nRelief 5\nzzz</textarea>" in said
    assert admin.post(url, data={"role": role, "projects": f"relief 03\n{last.uuid}"}).status_code == 303
    held = session.execute(
        text(
            """SELECT conditions -> 'projects' FROM tbl_users_roles WHERE "roleId" = :role AND "userId" = :user"""
        ),
        {"role": role, "user": colleague},
    ).scalar_one()
    assert len(held) == 2
    assert str(last.uuid) in held


def test_namesakes_are_told_apart_by_the_reference_behind_the_name_and_keep_it(
    session: Session, client: FlaskClient, last: Project
) -> None:
    twins = [add_project(session, "Shelter") for _ in range(2)]
    admin, url, role, _colleague = giving(session, client)
    ambiguous = html.unescape(admin.post(url, data={"role": role, "projects": "shelter"}).text)
    line = f"Shelter ({twins[1].uuid})"
    assert "“shelter” is not exactly one of them. Like it: " in ambiguous
    assert line in ambiguous
    for given in (line, str(twins[1].uuid)):  # what comes back for another reason can be sent again as it is
        again = admin.post(url, data={"role": role, "projects": f"{given}\n{last.uuid}\nzzz"})
        assert f">\n{line}\n{last.name}\nzzz</textarea>" in html.unescape(again.text)
    assert admin.post(url, data={"role": role, "projects": line}).status_code == 303
    assert f">\n{line}</textarea>" in admin.get(f"{url}?role={role}").text


def test_a_name_that_was_typed_and_not_added_counts_and_does_not_leave_a_role_unlimited(
    session: Session, client: FlaskClient, last: Project
) -> None:
    admin, url, role, _colleague = giving(session, client)
    assert 'hx-get="/projects/names?field=projects-name&amp;state=any"' in admin.get(url).text
    assert (
        last.name
        in admin.get(f"/projects/names?field=projects-name&state=any&projects-name={last.name}").text
    )
    half = admin.post(url, data={"role": role, "projects": "Relief 03", "projects-name": "Relief 5"})
    assert half.status_code == 422
    assert ">\nRelief 03\nRelief 5</textarea>" in half.text
    sent = {"role": role, "projects": "Relief 03", "projects-name": last.name}
    assert admin.post(url, data=sent).status_code == 303
    assert f">\nRelief 03\n{last.name}</textarea>" in admin.get(f"{url}?role={role}").text


def test_of_options_at_hand_those_with_all_words_are_offered_the_exact_one_first() -> None:
    options = [(number, f"Ram {number}") for number in range(FEW)]
    assert not offer_of(options, "ram").many
    many = [*options, (100, "Sita Ram"), (101, "Ram")]
    found = offer_of(many, " RAM ")
    assert (found.many, found.options[0], len(found.options)) == (True, (101, "Ram"), FEW)
    assert offer_of(many, "ram sita").options == ((100, "Sita Ram"),)
    assert offer_of(many, "100").options[0] == (100, "Sita Ram")
    assert offer_of(many, "nobody").options == ()
