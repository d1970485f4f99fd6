"""People put into groups and taken out, singly and ticked; who falls short; splitting; comparing."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.beneficiaries.models import BeneficiaryGroup, BeneficiaryPii
from portal.core.abilities import Rule
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiary, add_group
from tests.groups.conftest import Ground


def test_the_members_are_searched_and_filtered_as_the_list_of_all_is(
    here: Ground, manager: FlaskClient
) -> None:
    assert "Asha Tamang" in manager.get(f"{here.url}/members").text
    found = manager.get(f"{here.url}/members?q=bina").text
    assert ("Bina Rai" in found, "Asha Tamang" in found) == (True, False)
    found = manager.get(f"{here.url}/members?gender=FEMALE").text
    assert ("Bina Rai" in found, "Asha Tamang" in found) == (False, True)
    assert "Chitra Gurung" not in manager.get(f"{here.url}/members?group=").text


def test_the_filter_of_each_group_leads_to_that_groups_members(here: Ground, manager: FlaskClient) -> None:
    for group in (here.group, add_group(here.session, "Elders")):
        text = manager.get(f"/groups/{group.uuid}/members?q=sita").text
        assert f'action="/groups/{group.uuid}/members"' in text
        assert text.count(f'value="/groups/{group.uuid}/members?q=sita"') == 1


def test_a_filter_of_members_that_cannot_be_used_says_so(here: Ground, manager: FlaskClient) -> None:
    assert manager.get(f"{here.url}/members?age_from=x").status_code == 422


def test_the_ticked_leave_the_group_and_the_page_says_that_they_stay_in_its_projects(
    here: Ground, manager: FlaskClient
) -> None:
    manager.post(f"{here.url}/projects/add", data={"project": str(here.project.uuid)})
    answer = manager.post(
        f"{here.url}/members", data={"people": [str(here.asha.uuid)]}, follow_redirects=True
    )
    assert "1 person left the group. They stay in its projects until they are taken out there" in answer.text
    assert here.members() == {here.bina.uuid}
    assert here.taking_part() == {here.asha.uuid, here.bina.uuid}


def test_the_ticked_join_the_group_and_its_projects(here: Ground, manager: FlaskClient) -> None:
    manager.post(f"{here.url}/projects/add", data={"project": str(here.project.uuid)})
    assert "Chitra Gurung" in manager.get(f"{here.url}/add?q=chitra").text
    assert "Asha Tamang" not in manager.get(f"{here.url}/add").text
    answer = manager.post(f"{here.url}/add", data={"people": [str(here.chitra.uuid), str(here.asha.uuid)]})
    assert answer.status_code == 303
    assert here.members() == here.taking_part() == {here.asha.uuid, here.bina.uuid, here.chitra.uuid}


@pytest.mark.parametrize("path", ["members", "add"])
def test_nobody_ticked_and_nonsense_ticked_is_refused_in_words(
    here: Ground, manager: FlaskClient, path: str
) -> None:
    none = manager.post(f"{here.url}/{path}")
    assert none.status_code == 422
    assert "Tick at least one person." in none.text
    assert manager.post(f"{here.url}/{path}", data={"people": ["x"]}).status_code == 422
    assert len(here.members()) == 2


def test_C4_people_whom_one_may_not_see_are_neither_added_nor_removed(
    here: Ground, signed_in_as: SignedInAs
) -> None:
    reader = signed_in_as(
        Rule("read", "BeneficiaryGroup"),
        Rule("update", "BeneficiaryGroup"),
        *(Rule(action, "Beneficiary", conditions={"gender": "OTHER"}) for action in ("read", "update")),
    )
    unknown = {"people": [str(here.chitra.uuid), str(uuid4())]}
    assert reader.post(f"{here.url}/add", data=unknown).status_code == 303
    assert reader.post(f"{here.url}/members", data={"people": [str(here.asha.uuid)]}).status_code == 303
    assert here.members() == {here.asha.uuid, here.bina.uuid}
    assert "Asha" not in reader.get(f"{here.url}/members").text
    assert '<a class="num" href="' + here.url + '/members">1</a>' in reader.get(here.url).text


def test_C8_who_sees_no_personal_data_gets_members_masked(here: Ground, viewer: FlaskClient) -> None:
    text = viewer.get(f"{here.url}/members").text
    assert ("Asha" in text, "A••• T•••" in text) == (False, True)
    assert 'name="people"' not in text


@pytest.mark.parametrize(
    ("purpose", "lack"),
    [("BANK_TRANSFER", "BANK_ACCOUNT"), ("MOBILE_MONEY", "VALID_PHONE"), ("COMMUNICATION", "PHONE")],
)
def test_readiness_names_who_is_without_what_the_purpose_asks(
    here: Ground, manager: FlaskClient, purpose: str, lack: str
) -> None:
    here.group.group_purpose = purpose  # type: ignore[assignment]
    here.asha.extras = {"bankAccount": "00123", "bank": "Himal"}
    add_beneficiary(
        here.session, "Half", groups=[here.group], extras={"bankAccount": "1"}, phone="+9779811111111"
    )
    pii = here.session.get_one(BeneficiaryPii, here.bina.id)
    pii.phone = f"none:{here.bina.uuid}"
    here.session.commit()
    text = manager.get(f"{here.url}/readiness").text
    short = {"BANK_ACCOUNT": {"Bina Rai", "Half"}, "VALID_PHONE": {"Bina Rai"}, "PHONE": {"Bina Rai"}}[lack]
    assert f"{len(short)} of 3 members are without it." in text
    assert f"{here.url}/members?lacks={lack}" in text
    shown = manager.get(f"{here.url}/members?lacks={lack}").text
    assert {name for name in ("Asha Tamang", "Bina Rai", "Half") if name in shown} == short
    asked = manager.get(f"/beneficiaries/export?group={here.group.uuid}&lacks={lack}").text
    assert f"{len(short)} p" in asked


def test_a_number_that_money_cannot_be_sent_to_is_no_valid_phone(here: Ground, manager: FlaskClient) -> None:
    here.session.get_one(BeneficiaryPii, here.bina.id).phone = "98-12"
    here.session.commit()
    assert "1 of 2 members are without it." in manager.get(f"{here.url}/readiness").text


def test_a_group_is_split_by_a_column_as_the_preview_shows(here: Ground, manager: FlaskClient) -> None:
    add_beneficiary(here.session, "Dil", groups=[here.group])
    here.session.commit()
    preview = manager.get(f"{here.url}/split?by=gender").text
    assert all(name in preview for name in ("Widows: FEMALE", "Widows: OTHER", "Widows: —"))
    answer = manager.post(f"{here.url}/split", data={"by": "gender", "key": "", "seen": "3"})
    assert answer.status_code == 303
    women = here.session.scalars(
        select(BeneficiaryGroup).where(BeneficiaryGroup.name == "Widows: FEMALE")
    ).one()
    assert here.members(women.uuid) == {here.asha.uuid}
    assert women.group_purpose == "MOBILE_MONEY"
    assert len(here.members()) == 3


@pytest.mark.parametrize(
    ("by", "key", "name"),
    [
        ("location", "", "Widows: Jumla"),
        ("age", "", "Widows: 21-40"),
        ("extras", "Caste", "Widows: Magar"),
        ("phone_status", "", "Widows: SMART_PHONE"),
    ],
)
def test_it_can_be_split_by_place_age_and_columns_of_a_file(
    here: Ground, manager: FlaskClient, by: str, key: str, name: str
) -> None:
    facts: dict[str, Any] = {
        "location": "Jumla ",
        "age": 33,
        "extras": {"Caste": "Magar"},
        "phone_status": "SMART_PHONE",
    }
    one = add_beneficiary(here.session, "Dil", groups=[here.group], **facts)
    here.session.commit()
    assert manager.post(f"{here.url}/split", data={"by": by, "key": key, "seen": "2"}).status_code == 303
    made = here.session.scalars(select(BeneficiaryGroup.uuid).where(BeneficiaryGroup.name == name)).one()
    assert here.members(made) == {one.uuid}


def test_a_split_that_makes_no_sense_is_refused(here: Ground, manager: FlaskClient) -> None:
    changed = manager.post(f"{here.url}/split", data={"by": "gender", "key": "", "seen": "9"})
    assert changed.status_code == 409
    assert manager.get(f"{here.url}/split?by=extras").status_code == 422
    assert manager.get(f"{here.url}/split?by=name").status_code == 422
    add_group(here.session, "Widows: OTHER", deleted_at=here.asha.created_at)
    here.session.commit()
    taken = manager.post(f"{here.url}/split", data={"by": "gender", "key": "", "seen": "2"})
    assert taken.status_code == 422
    assert "There is a group called “Widows: OTHER” already" in taken.text
    empty = add_group(here.session, "Empty")
    here.session.commit()
    assert manager.get(f"/groups/{empty.uuid}/split?by=gender").status_code == 422


def test_too_many_values_are_refused(here: Ground, manager: FlaskClient) -> None:
    for number in range(51):
        add_beneficiary(here.session, groups=[here.group], location=f"Ward {number}")
    here.session.commit()
    assert manager.get(f"{here.url}/split?by=location").status_code == 422


def test_two_groups_are_compared_and_a_group_is_made_of_who_differs(
    here: Ground, manager: FlaskClient
) -> None:
    other = add_group(here.session, "Elders")
    manager.post(f"/groups/{other.uuid}/add", data={"people": [str(here.bina.uuid), str(here.chitra.uuid)]})
    text = manager.get(f"/groups/compare?a={here.group.uuid}&b={other.uuid}").text
    assert text.count('<p class="tile-value num">1</p>') == 3
    query = f"group={here.group.uuid}&not_in={other.uuid}"
    assert query in text.replace("&amp;", "&")
    assert "Bina Rai" not in manager.get(f"/beneficiaries?{query}").text
    manager.post(f"/groups/new?{query}", data={"name": "Only widows"})
    made = here.session.scalars(
        select(BeneficiaryGroup.uuid).where(BeneficiaryGroup.name == "Only widows")
    ).one()
    assert here.members(made) == {here.asha.uuid}
    both = manager.get(f"/beneficiaries?group={here.group.uuid}&also_in={other.uuid}").text
    assert [name in both for name in ("Asha Tamang", "Bina Rai", "Chitra Gurung")] == [False, True, False]


@pytest.mark.parametrize("query", ["a=x", "a=00000000-0000-4000-8000-000000000001&b=", "b=%00"])
def test_groups_that_are_none_are_not_compared(here: Ground, manager: FlaskClient, query: str) -> None:
    assert manager.get(f"/groups/compare?{query}").status_code == 422


def test_one_person_joins_and_leaves_groups_and_projects_on_their_page(
    here: Ground, manager: FlaskClient
) -> None:
    url = f"/groups/of/{here.chitra.uuid}"
    for do, target in (("join_group", here.group.uuid), ("join_project", here.project.uuid)):
        assert manager.post(url, data={"do": do, "target": str(target)}).location == url
    assert here.chitra.uuid in here.members() & here.taking_part()
    assert "Widows" in manager.get(url).text
    for do, target in (("leave_group", here.group.uuid), ("leave_project", here.project.uuid)):
        manager.post(url, data={"do": do, "target": str(target)})
    assert here.chitra.uuid not in here.members() | here.taking_part()


def test_what_cannot_be_joined_is_refused(here: Ground, manager: FlaskClient) -> None:
    url = f"/groups/of/{here.chitra.uuid}"
    assert manager.post(url, data={"do": "join_group", "target": ""}).status_code == 422
    assert manager.post(url, data={"do": "fly", "target": str(here.group.uuid)}).status_code == 422
    assert manager.post(url, data={"do": "join_group", "target": str(uuid4())}).status_code == 404
    here.project.status = "CLOSED"  # type: ignore[assignment]
    here.session.commit()
    closed = manager.post(url, data={"do": "join_project", "target": str(here.project.uuid)})
    assert closed.status_code == 422
    assert "This project is closed" in closed.text


@pytest.mark.parametrize(
    ("subject", "status"), [("Beneficiary", 200), ("BeneficiaryGroup", 403)], ids=["people", "groups"]
)
def test_members_leave_as_a_file_with_who_may_export_people_whatever_they_may_do_with_groups(
    here: Ground, signed_in_as: SignedInAs, subject: str, status: int
) -> None:
    reading = [Rule("read", name) for name in ("Beneficiary", "BeneficiaryPii", "BeneficiaryGroup")]
    client = signed_in_as(*reading, Rule("export", subject))
    link = f"/beneficiaries/export?group={here.group.uuid}"
    assert (link in client.get(f"{here.url}/members").text) == (status == 200)
    form = {"format": "csv", "columns": ["name"], "purpose": "Reporting"}
    answer = client.post(link, data=form, buffered=True)
    assert answer.status_code == status
    assert (b"Bina Rai" in answer.data) == (status == 200)
    assert b"Chitra" not in answer.data
