"""How far an import reaches of somebody who works in some projects only."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.imports.models import ImportBatch
from portal.users.operations.assignments import assign_role
from tests.factories import add_beneficiary, add_group, add_project, add_user_with, enter_as
from tests.imports.batches import reasons, registry
from tests.imports.test_pages import batch_of, reviewed, uploaded, work

pytestmark = pytest.mark.database

CSV = (
    "Full name,Phone,Location\n"
    "New Person,9801111111,Here\nNorth Person,9802222222,Moved\nSouth Person,9803333333,Moved\n"
)


@pytest.fixture
def world(app: Flask, session: Session) -> dict[str, Any]:
    """Two projects with a person and a group each, and the browser of an officer of the northern one."""
    found: dict[str, Any] = {}
    for name, phone in (("North", "+9779802222222"), ("South", "+9779803333333")):
        found[name] = add_project(session, name)
        group = add_group(session, f"Group {name}", [found[name]])
        found[f"{name} person"] = add_beneficiary(
            session, f"{name} Person", phone, location="Old", groups=[group], projects=[found[name]]
        ).uuid
    user = add_user_with(session, "asha", "Officer")
    assign_role(session, user, "Officer", projects=[found["North"].uuid])
    session.commit()
    found["client"] = enter_as(app.test_client(), session, user)
    return found


def location_of(session: Session, uuid: Any) -> str | None:
    session.expire_all()
    return session.scalars(select(Beneficiary.location).where(Beneficiary.uuid == uuid)).one()


def test_C4_an_import_changes_nobody_outside_of_the_importers_projects(
    session: Session, world: dict[str, Any]
) -> None:
    client, north = world["client"], str(world["North"].uuid)
    batch = reviewed(client, session, CSV, project=north)
    assert client.post(f"{batch}/take").status_code == 303
    assert work(session) == {"added": 1, "updated": 1, "held": 0}
    assert location_of(session, world["North person"]) == "Moved"
    assert location_of(session, world["South person"]) == "Old"
    assert reasons(session, batch_of(session).uuid, 4) == ["person_elsewhere"]
    new = session.scalars(
        select(Beneficiary.uuid).join(BeneficiaryPii).where(BeneficiaryPii.name == "New Person")
    ).one()
    assert client.get(f"/beneficiaries/{new}").status_code == 200
    assert client.get(f"/beneficiaries/{world['South person']}").status_code == 404


def test_the_same_import_of_who_works_everywhere_changes_both(
    session: Session, world: dict[str, Any]
) -> None:
    client = enter_as(world["client"], session, add_user_with(session, "bimal", "Officer"))
    batch = reviewed(client, session, CSV)
    assert client.post(f"{batch}/take").status_code == 303
    assert work(session) == {"added": 1, "updated": 2, "held": 0}
    assert location_of(session, world["South person"]) == "Moved"


@pytest.mark.parametrize("chosen", ["", "South"])
def test_people_are_brought_into_one_of_the_importers_projects(
    session: Session, world: dict[str, Any], chosen: str
) -> None:
    client: FlaskClient = world["client"]
    batch = uploaded(client, CSV)
    project = str(world[chosen].uuid) if chosen else ""
    answer = client.post(f"{batch}/columns", data={"region": "NP", "project": project, "group_name": "Kept"})
    assert answer.status_code == 422
    assert ("Choose one of your projects" in answer.text) or ("Not a valid choice" in answer.text)
    assert 'value="Kept"' in answer.text
    assert ">South</option>" not in answer.text
    assert batch_of(session).state == "UPLOADED"


@pytest.mark.parametrize("how", ["for all", "by the row"])
def test_C4_an_import_puts_nobody_into_a_group_of_others(
    session: Session, world: dict[str, Any], how: str
) -> None:
    client, north = world["client"], str(world["North"].uuid)
    if how == "for all":
        batch = reviewed(client, session, CSV, project=north, group_name="Group South")
    else:
        rows = CSV.replace("Location", "Group").replace("Here", "Group South").replace("Moved", "Group North")
        batch = reviewed(client, session, rows, project=north)
    before = registry(session)
    answer = client.post(f"{batch}/take")
    assert answer.status_code == 422
    assert "Group South is not one of yours" in answer.text
    assert batch_of(session).state == "REVIEW"
    assert registry(session) == before


def test_a_group_of_ones_own_project_or_a_new_one_will_do(session: Session, world: dict[str, Any]) -> None:
    client, north = world["client"], str(world["North"].uuid)
    rows = CSV.replace("Location", "Group").replace("Here", "Group North").replace("Moved", "Newly made")
    batch = reviewed(client, session, rows, project=north, group_name="Another")
    assert client.post(f"{batch}/take").status_code == 303
    assert work(session)["added"] == 1


def test_a_project_that_is_no_longer_the_importers_is_asked_for_again(
    session: Session, world: dict[str, Any]
) -> None:
    client, north = world["client"], str(world["North"].uuid)
    batch = reviewed(client, session, CSV, project=north)
    session.execute(text('UPDATE tbl_import_batches SET "projectId" = NULL'))
    session.commit()
    answer = client.post(f"{batch}/take")
    assert answer.status_code == 422
    assert "Choose one of your projects" in answer.text
    assert session.scalars(select(ImportBatch.state)).all() == ["REVIEW"]
