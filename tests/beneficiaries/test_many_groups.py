"""The list's filter where there are many groups: a part of the name is typed, and the page stays light."""

import re
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.options import FEW
from portal.beneficiaries.queries.people import chosen_people
from portal.beneficiaries.queries.travelling import packed, unpacked
from portal.core.abilities import Ability, Rule
from portal.users.operations.assignments import assign_role
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as

pytestmark = pytest.mark.database


@pytest.fixture
def groups(session: Session) -> list[BeneficiaryGroup]:
    """One more than a list lets choose among; in the first two of them is somebody each, in the third nobody."""
    made = [add_group(session, f"Tailors of Ward {number:02}") for number in range(FEW - 1)]
    made += [add_group(session, f"Widows {number}") for number in range(2)]
    add_beneficiary(session, "Asha", groups=[made[0]])
    add_beneficiary(session, "Bina", groups=[made[1]])
    add_beneficiary(session, "Chitra", groups=[made[-1]])
    add_beneficiary(session, "Dil")
    session.commit()
    return made


def names(page: str) -> set[str]:
    """Who stands in a list."""
    return {name for name in ("Asha", "Bina", "Chitra", "Dil") if f">{name}<" in page}


def test_a_few_groups_are_chosen_among_and_of_more_a_part_of_the_name_is_typed(
    session: Session, manager: FlaskClient, groups: list[BeneficiaryGroup]
) -> None:
    many = manager.get("/beneficiaries").text
    assert 'name="groups"' in many
    assert "Tailors of Ward" not in many
    assert 'select class="form-select form-select-sm" id="filter-group"' not in many
    session.delete(groups[-2])
    session.commit()
    few = manager.get("/beneficiaries").text
    assert 'name="groups"' not in few
    assert few.count("Tailors of Ward") == FEW - 1


def test_who_is_in_any_group_with_that_in_its_name_is_found(
    manager: FlaskClient, groups: list[BeneficiaryGroup]
) -> None:
    assert names(manager.get("/beneficiaries?groups=tailors").text) == {"Asha", "Bina"}
    page = manager.get("/beneficiaries?groups=WARD 01").text
    assert names(page) == {"Bina"}
    assert re.search(r'class="chip" href="/beneficiaries"[^>]*>\s*<span>Group: <bdi>WARD 01</bdi>', page)
    nobody = manager.get("/beneficiaries?groups=Nowhere")
    assert nobody.status_code == 422
    assert "No group has this in its name." in nobody.text
    assert names(nobody.text) == set()
    assert manager.get("/beneficiaries?groups=a%00b").status_code == 422


def test_a_link_to_one_of_many_groups_works_and_says_which(
    manager: FlaskClient, groups: list[BeneficiaryGroup]
) -> None:
    page = manager.get(f"/beneficiaries?group={groups[-1].uuid}").text
    assert names(page) == {"Chitra"}
    assert "<span>Group: <bdi>Widows 1</bdi>" in page
    assert manager.get(f"/beneficiaries?group={UUID(int=7)}").status_code == 422


def test_names_are_suggested_while_one_types(manager: FlaskClient, groups: list[BeneficiaryGroup]) -> None:
    def suggested(typed: str) -> list[str]:
        page = manager.get("/groups/names", query_string={"groups": typed}, headers={"HX-Request": "true"})
        assert page.status_code == 200
        return [unescape(name) for name in re.findall(r'<option value="([^"]*)">', page.text)]

    assert suggested("wid") == ["Widows 0", "Widows 1"]
    assert len(suggested("")) == FEW + 1
    assert suggested("a\0b'%") == []


def test_C4_a_group_that_one_may_not_see_is_neither_suggested_nor_found_by_its_name(
    app: Flask, session: Session, groups: list[BeneficiaryGroup]
) -> None:
    north = add_project(session, "North")
    add_group(session, "Tailors seen", [north])
    user = add_user_with(session, "asha")
    assign_role(session, user, "Officer", projects=[north.uuid])
    session.commit()
    client = enter_as(app.test_client(), session, user)
    assert "Widows" not in client.get("/groups/names?groups=wid").text
    assert "Tailors seen" in client.get("/groups/names?groups=tailors").text
    assert client.get("/beneficiaries?groups=widows").status_code == 422
    answer = client.get("/beneficiaries?groups=tailors")
    assert answer.status_code == 200
    assert "Nobody matches" in answer.text


def test_the_groups_that_were_meant_travel_and_people_are_found_by_the_index_of_memberships(
    session: Session, groups: list[BeneficiaryGroup]
) -> None:
    chosen = PeopleFilter(groups=tuple(group.uuid for group in groups[:2]))
    assert unpacked(packed(chosen)) == chosen
    everything = Ability([Rule("read", "all")])
    found = chosen_people(chosen, everything)
    assert len(session.scalars(found).all()) == 2
    session.execute(text("SET LOCAL enable_seqscan = off"))
    asked = found.compile(dialect=session.get_bind().dialect)
    plan = session.connection().exec_driver_sql(f"EXPLAIN {asked}", asked.params).scalars().all()
    assert any("tbl_grouped_beneficiaries" in line and "Index" in line for line in plan), plan
    assert not any("Seq Scan on tbl_grouped_beneficiaries" in line for line in plan), plan
