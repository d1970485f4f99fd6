"""One of many is chosen by its name: from a select where there are few, else typed, with and without a script."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core import choosing
from portal.core.abilities import Ability, Rule
from portal.core.choosing import names_like, offer
from portal.projects.models import Project
from portal.projects.queries.choosing import open_projects
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as

pytestmark = pytest.mark.database

EVERYTHING = Ability([Rule("manage", "all")])


@pytest.fixture
def manager(client: FlaskClient, session: Session) -> FlaskClient:
    return enter_as(client, session, add_user_with(session, "manager", "Manager"))


@pytest.fixture
def here(session: Session, monkeypatch: pytest.MonkeyPatch) -> dict[str, Project]:
    """Four projects, which are more than a list lets choose among."""
    monkeypatch.setattr(choosing, "FEW", 3)
    made = {name: add_project(session, name) for name in ("Älpine Cash", "Flood North", "Flood", "Shelter")}
    session.commit()
    return made


def ways(text: str) -> list[str]:
    """What the page suggests before anybody types."""
    return [unescape(name) for name in re.findall(r'<option value="([^"]*)"></option>', text)]


def test_of_more_than_a_few_those_whose_names_hold_what_was_typed_are_offered(
    session: Session, here: dict[str, Project]
) -> None:
    choices = open_projects(EVERYTHING)
    assert [name for _uuid, name in offer(session, choices).options] == ["Flood", "Flood North", "Shelter"]
    assert [name for _uuid, name in offer(session, choices, "FLOOD").options] == ["Flood", "Flood North"]
    assert [name for _uuid, name in offer(session, choices, " alpine ").options] == ["Älpine Cash"]
    assert offer(session, choices, str(here["Shelter"].uuid)).options == ((here["Shelter"].uuid, "Shelter"),)
    assert offer(session, choices, "%_\\' \0").options == ()
    assert names_like(session, choices, "nor") == ["Flood North"]


def test_one_that_is_called_exactly_so_stands_first_even_where_very_many_hold_it(
    session: Session, here: dict[str, Project]
) -> None:
    for number in range(4):
        add_project(session, f"A Flood {number}")
    session.flush()
    assert offer(session, open_projects(EVERYTHING), "flood").options[0] == (here["Flood"].uuid, "Flood")


def test_a_few_are_a_select(session: Session, manager: FlaskClient) -> None:
    group = add_group(session, "Widows")
    add_project(session, "North")
    session.commit()
    page = manager.get(f"/groups/{group.uuid}/projects/add").text
    assert '<select class="form-select width-medium" id="project"' in page
    assert "<datalist" not in page


def test_of_many_the_name_is_typed_and_some_are_suggested_without_a_script(
    session: Session, manager: FlaskClient, here: dict[str, Project]
) -> None:
    group = add_group(session, "Widows")
    session.commit()
    url = f"/groups/{group.uuid}/projects/add"
    page = manager.get(url).text
    assert "<select" not in page.partition('id="project"')[0].rpartition("<form")[2]
    assert 'list="project-names"' in page
    assert 'placeholder="Type a part of the name"' in page
    assert ways(page) == ["Flood", "Flood North", "Shelter"]
    assert manager.post(url, data={"project": "flood"}).status_code == 303
    assert f"{here['Flood'].name}" in manager.get(f"/groups/{group.uuid}").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("floo", "Nothing is called exactly so. Like it: Flood, Flood North."),
        ("nowhere", "Nothing that you can choose has this in its name."),
        ("a\0b", "Nothing that you can choose has this in its name."),
        ("0e8a5d4e-0000-4000-8000-000000000000", "Nothing that you can choose has this in its name."),
        ("", "Choose a project."),
    ],
)
def test_what_nothing_is_called_comes_back_as_typed_with_those_like_it(
    session: Session, manager: FlaskClient, here: dict[str, Project], typed: str, said: str
) -> None:
    group = add_group(session, "Widows")
    session.commit()
    answer = manager.post(f"/groups/{group.uuid}/projects/add", data={"project": typed})
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    if typed == "floo":
        assert 'value="floo"' in answer.text
        assert ways(answer.text) == ["Flood", "Flood North"]


def test_of_several_of_one_name_one_is_chosen(
    session: Session, manager: FlaskClient, here: dict[str, Project]
) -> None:
    group, twin = add_group(session, "Widows"), add_project(session, "Shelter")
    session.commit()
    url = f"/groups/{group.uuid}/projects/add"
    answer = manager.post(url, data={"project": "shelter"})
    assert answer.status_code == 422
    assert "Several are called so. Choose one of them." in answer.text
    assert answer.text.count(">Shelter (") == 2
    assert f">Shelter ({str(twin.uuid)[:8]})</option>" in answer.text
    assert manager.post(url, data={"project": str(twin.uuid)}).status_code == 303


def test_what_one_may_not_choose_is_neither_suggested_nor_taken_by_its_name(
    session: Session, manager: FlaskClient, here: dict[str, Project]
) -> None:
    group = add_group(session, "Widows")
    here["Shelter"].status = "CLOSED"  # type: ignore[assignment]
    add_project(session, "Schools")
    session.commit()
    page = manager.get(f"/groups/{group.uuid}/projects/add")
    assert "Shelter" not in page.text
    assert "Shelter" not in manager.get("/projects/names?field=project&project=shel").text
    assert "Flood North" in manager.get("/projects/names?field=project&project=nor").text
    answer = manager.post(f"/groups/{group.uuid}/projects/add", data={"project": "Shelter"})
    assert answer.status_code == 422


def test_names_are_typed_wherever_groups_and_projects_are_chosen(
    session: Session, manager: FlaskClient, here: dict[str, Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "FEW", 1)
    groups = {name: add_group(session, name) for name in ("Men", "Tailors", "Weavers", "Widows")}
    asha = add_beneficiary(session, "Asha", groups=[groups["Widows"], groups["Men"]])
    session.commit()
    compared = manager.get("/groups/compare?a=widows&b=MEN")
    assert compared.status_code == 200
    assert f"group={groups['Widows'].uuid}&amp;also_in={groups['Men'].uuid}" in compared.text
    assert manager.get("/groups/compare?a=wid&b=MEN").status_code == 422

    member = f"/groups/of/{asha.uuid}"
    assert 'list="join-group-names"' in manager.get(member).text
    wrong = manager.post(member, data={"do": "join_group", "target": "Widows"})
    assert wrong.status_code == 422  # she is in it
    assert "Nothing that you can choose has this in its name." in wrong.text
    assert manager.post(member, data={"do": "join_group", "target": "Tailors"}).status_code == 303
    assert manager.post(member, data={"do": "join_project", "target": "flood"}).status_code == 303
    assert {group.name for group in _groups_of(session, asha.uuid)} == {"Widows", "Men", "Tailors"}

    made = manager.post(
        "/beneficiaries/new",
        data={"name": "Bina", "phone": "+9779812345678", "group": "Weavers", "project": "Shelter"},
    )
    assert made.status_code == 303, made.text
    assert 'placeholder="A name, or: Everybody in the project"' in manager.get("/payouts/new").text
    paid = manager.get("/payouts/new?within=flood&group=Everybody in the project")
    assert paid.location == f"/payouts/new?within={here['Flood'].uuid}&group=project"
    paid = manager.get("/payouts/new?within=Flood North&group=widows")
    assert paid.location == f"/payouts/new?within={here['Flood North'].uuid}&group={groups['Widows'].uuid}"
    assert manager.get("/payouts/new?within=flo&group=widows").status_code == 422


def _groups_of(session: Session, person: object) -> list[BeneficiaryGroup]:
    from sqlalchemy import select

    from portal.beneficiaries.models import GroupedBeneficiary

    return list(
        session.scalars(
            select(BeneficiaryGroup)
            .join(GroupedBeneficiary, GroupedBeneficiary.beneficiary_group_id == BeneficiaryGroup.uuid)
            .where(GroupedBeneficiary.beneficiary_id == person, GroupedBeneficiary.deleted_at.is_(None))
        )
    )
