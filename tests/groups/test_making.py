"""Making groups, by hand and of whom a filter finds; renaming, deleting and restoring them."""

import re
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.beneficiaries.models import BeneficiaryGroup
from portal.core.abilities import Rule
from portal.groups import tasks
from portal.groups.models import SavedFilter
from portal.groups.tasks import fill
from portal.groups.views import making
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.users.operations.assignments import assign_role
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiaries, add_group, add_project, add_user_with, enter_as
from tests.groups.conftest import Ground


def made(session: Session, name: str) -> BeneficiaryGroup:
    return session.scalars(select(BeneficiaryGroup).where(BeneficiaryGroup.name == name)).one()


def test_a_group_is_made_by_hand(session: Session, manager: FlaskClient) -> None:
    answer = manager.post("/groups/new", data={"name": "  Tailors  of Jumla ", "purpose": "COMMUNICATION"})
    group = made(session, "Tailors of Jumla")
    assert answer.location == f"/groups/{group.uuid}"
    assert group.group_purpose == "COMMUNICATION"


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\0b"])
def test_a_group_needs_a_name_that_can_be_kept_and_nothing_typed_is_lost(
    session: Session, manager: FlaskClient, name: str
) -> None:
    answer = manager.post("/groups/new", data={"name": name, "purpose": "MOBILE_MONEY"})
    assert answer.status_code == 422
    assert 'value="MOBILE_MONEY" selected' in re.sub(
        r'selected value="(\w+)"', r'value="\1" selected', answer.text
    )
    assert session.scalar(select(func.count()).select_from(BeneficiaryGroup)) == 0


def test_E2_the_same_form_sent_twice_makes_one_group(session: Session, manager: FlaskClient) -> None:
    once = re.search(r'name="once"[^>]*value="([^"]+)"', manager.get("/groups/new").text)
    assert once
    answers = [manager.post("/groups/new", data={"name": "Tailors", "once": once[1]}) for _ in range(2)]
    assert {answer.location for answer in answers} == {f"/groups/{made(session, 'Tailors').uuid}"}


def test_a_name_that_is_taken_is_refused_however_its_letters_are_written(
    here: Ground, manager: FlaskClient
) -> None:
    answer = manager.post("/groups/new", data={"name": "WIDOWS"})
    assert answer.status_code == 422
    assert "There is a group of this name already." in answer.text


def test_E9_a_deleted_group_keeps_its_name_and_is_offered_to_be_restored(
    here: Ground, manager: FlaskClient
) -> None:
    assert manager.post(f"{here.url}/delete").status_code == 303
    assert manager.get(here.url).status_code == 404
    refused = manager.post("/groups/new", data={"name": "Widows"})
    assert refused.status_code == 422
    assert f'action="{here.url}/restore"' in refused.text
    assert manager.post(f"{here.url}/restore").location == here.url
    assert here.members() == {here.asha.uuid, here.bina.uuid}
    assert manager.get(here.url).status_code == 200
    assert manager.post(f"{here.url}/restore").status_code == 409


def test_a_group_that_is_deleted_twice_is_deleted_once(here: Ground, manager: FlaskClient) -> None:
    assert manager.post(f"{here.url}/delete").status_code == 303
    assert manager.post(f"{here.url}/delete").status_code == 404


def test_a_group_is_made_of_whom_a_filter_finds(here: Ground, manager: FlaskClient) -> None:
    asked = manager.get("/groups/new?gender=FEMALE")
    assert "2 people will be in it" in asked.text
    manager.post("/groups/new?gender=FEMALE", data={"name": "Women"})
    assert here.members(made(here.session, "Women").uuid) == {here.asha.uuid, here.chitra.uuid}
    assert here.session.scalar(select(func.count()).select_from(SavedFilter)) == 0


def test_the_whole_list_makes_a_group_only_where_it_is_said(here: Ground, manager: FlaskClient) -> None:
    manager.post("/groups/new?of=everybody", data={"name": "All"})
    manager.post("/groups/new?sort=name", data={"name": "None"})
    assert len(here.members(made(here.session, "All").uuid)) == 3
    assert here.members(made(here.session, "None").uuid) == set()


@pytest.mark.parametrize("query", ["gender=X", "age_from=a", "group=00000000-0000-4000-8000-000000000001"])
def test_a_filter_that_cannot_be_used_makes_nothing(here: Ground, manager: FlaskClient, query: str) -> None:
    answer = manager.post(f"/groups/new?{query}", data={"name": "Wrong"})
    assert answer.status_code == 422
    assert here.session.scalar(select(BeneficiaryGroup.id).where(BeneficiaryGroup.name == "Wrong")) is None


def test_C4_only_people_whom_one_may_see_and_change_are_put_in(
    here: Ground, signed_in_as: SignedInAs
) -> None:
    rules = [Rule(action, "BeneficiaryGroup") for action in ("read", "create", "update")]
    women = {"gender": "FEMALE"}
    reader = signed_in_as(
        *rules, Rule("read", "Beneficiary"), Rule("update", "Beneficiary", conditions=women)
    )
    reader.post("/groups/new?of=everybody", data={"name": "Mine"})
    assert here.members(made(here.session, "Mine").uuid) == {here.asha.uuid, here.chitra.uuid}


def test_a_kept_filter_adds_who_matches_later_and_says_how_many(here: Ground, manager: FlaskClient) -> None:
    manager.post("/groups/new?gender=FEMALE", data={"name": "Women", "keep": "All women"})
    group, kept = made(here.session, "Women"), here.session.scalars(select(SavedFilter)).one()
    here.bina.gender = "FEMALE"  # type: ignore[assignment]
    here.session.commit()
    url = f"/groups/{group.uuid}/filters/{kept.uuid}"
    asked = manager.get(url)
    assert "3 people match now." in asked.text
    assert "1 of them is not in the group yet." in asked.text
    assert manager.post(url).status_code == 303
    assert here.members(group.uuid) == {here.asha.uuid, here.bina.uuid, here.chitra.uuid}
    assert manager.post(f"{url}/delete").status_code == 303
    assert manager.get(url).status_code == 404


def test_a_filter_of_another_group_is_not_found(here: Ground, manager: FlaskClient) -> None:
    manager.post("/groups/new?gender=FEMALE", data={"name": "Women", "keep": "All women"})
    kept = here.session.scalars(select(SavedFilter)).one()
    assert manager.get(f"{here.url}/filters/{kept.uuid}").status_code == 404


def test_a_filter_that_is_no_longer_understood_adds_nobody(here: Ground, manager: FlaskClient) -> None:
    manager.post("/groups/new?gender=FEMALE", data={"name": "Women", "keep": "All women"})
    kept = here.session.scalars(select(SavedFilter)).one()
    kept.filter = {"shoe_size": 44}
    here.session.commit()
    url = f"/groups/{kept.beneficiary_group_id}/filters/{kept.uuid}"
    assert (manager.get(url).status_code, manager.post(url).status_code) == (422, 422)
    assert len(here.members(kept.beneficiary_group_id)) == 2


def test_very_many_people_are_put_in_by_a_job_as_its_asker_may(
    here: Ground, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_AT_ONCE", 1)
    answer = manager.post("/groups/new?gender=FEMALE", data={"name": "Women"})
    job = here.session.scalars(select(Job)).one()
    assert answer.location == f"/jobs/{job.uuid}"
    group = made(here.session, "Women")
    assert here.members(group.uuid) == set()
    told = {name: value for name, value in job.arguments.items() if name != "link"}
    assert set(told) == {"filter", "by", "keep"}
    fill(Progress(), **told)
    assert here.members(group.uuid) == {here.asha.uuid, here.chitra.uuid}
    assert here.session.scalar(select(func.count()).select_from(SavedFilter)) == 0
    assert tasks.MOST_AT_ONCE == 5_000


def test_who_may_make_groups_in_some_projects_makes_them_there_alone(
    here: Ground, client: FlaskClient
) -> None:
    south = add_project(here.session, "South")
    officer = add_user_with(here.session, "officer", rules=())
    assign_role(here.session, officer, "Officer", projects=[here.project.uuid])
    here.session.commit()
    browser = enter_as(client, here.session, officer)
    for project in ("", str(south.uuid)):
        refused = browser.post("/groups/new", data={"name": "Outside", "project": project})
        assert refused.status_code == 422
    inside = browser.post("/groups/new", data={"name": "Inside", "project": str(here.project.uuid)})
    assert inside.status_code == 303
    assert browser.get(inside.location).status_code == 200
    assert browser.get(here.url).status_code == 404


def test_who_may_make_some_groups_only_makes_no_others(here: Ground, signed_in_as: SignedInAs) -> None:
    own = {"name": {"$in": ["Mine", "Mine too"]}}
    reader = signed_in_as(
        *(Rule(action, "BeneficiaryGroup", conditions=own) for action in ("read", "create")),
        Rule("read", "Project"),
        Rule("read", "Beneficiary"),
    )
    project = str(here.project.uuid)
    assert reader.post("/groups/new", data={"name": "Mine", "project": project}).status_code == 303
    refused = reader.post("/groups/new", data={"name": "Yours", "project": project})
    assert refused.status_code == 422
    assert "this is none of them" in refused.text
    assert here.session.scalar(select(BeneficiaryGroup.id).where(BeneficiaryGroup.name == "Yours")) is None


def test_a_group_is_renamed_and_gets_another_purpose(here: Ground, manager: FlaskClient) -> None:
    assert (
        manager.post(
            f"{here.url}/edit", data={"name": "Elders", "purpose": "BANK_TRANSFER", "version": "1"}
        ).status_code
        == 303
    )
    here.session.refresh(here.group)
    assert (here.group.name, here.group.group_purpose, here.group.version) == ("Elders", "BANK_TRANSFER", 2)


@pytest.mark.parametrize("version", ["1", "", "x", "٣", "99999999999"])
def test_E5_a_stale_form_is_refused_with_both_values(
    here: Ground, manager: FlaskClient, version: str
) -> None:
    manager.post(f"{here.url}/edit", data={"name": "Elders", "purpose": "", "version": "1"})
    stale = manager.post(f"{here.url}/edit", data={"name": "Mothers", "purpose": "", "version": version})
    assert stale.status_code == 409
    assert "Elders" in stale.text
    assert 'value="Mothers"' in stale.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert again
    saved = manager.post(f"{here.url}/edit", data={"name": "Mothers", "purpose": "", "version": again[1]})
    assert saved.status_code == 303


def test_a_group_is_not_given_the_name_of_another_one(here: Ground, manager: FlaskClient) -> None:
    add_group(here.session, "Elders", deleted_at=here.asha.created_at)
    here.session.commit()
    answer = manager.post(f"{here.url}/edit", data={"name": "elders", "purpose": "", "version": "1"})
    assert answer.status_code == 422
    assert "A deleted group has this name." in answer.text


def test_C7_fields_that_no_form_has_change_nothing(here: Ground, manager: FlaskClient) -> None:
    more = {"uuid": str(UUID(int=1)), "deletedAt": "2026-01-01", "id": "7"}
    manager.post(f"{here.url}/edit", data={"name": "Elders", "purpose": "", "version": "1", **more})
    assert manager.get(here.url).status_code == 200


def test_the_job_forgets_nothing_that_was_to_be_kept(
    here: Ground, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_AT_ONCE", 1)
    add_beneficiaries(here.session, 3)
    manager.post("/groups/new?of=everybody", data={"name": "Everybody", "keep": "Everybody"})
    job = here.session.scalars(select(Job)).one()
    fill(Progress(), **{name: value for name, value in job.arguments.items() if name != "link"})
    assert len(here.members(made(here.session, "Everybody").uuid)) == 6
    assert here.session.scalars(select(SavedFilter.used_at)).one() is not None
