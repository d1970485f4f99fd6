"""Vendors at work in projects: put in with days, given other days, taken out; never in a closed one."""

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.auth.models import Auth
from portal.core.enums import Service
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from portal.vendors.models import ProjectVendor
from tests.factories import enter_as
from tests.vendors.conftest import Ground


def days(here: Ground) -> dict[str, tuple[str | None, str | None]]:
    """Project → first and last day of the vendor's work there, as it is now."""
    here.session.expire_all()
    names = {here.winter.uuid: "winter", here.flood.uuid: "flood"}
    parts = here.session.query(ProjectVendor).filter(ProjectVendor.deleted_at.is_(None))
    return {names[part.project_id]: (_iso(part.starts_on), _iso(part.ends_on)) for part in parts}


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def assign(browser: FlaskClient, here: Ground, **typed: Any) -> Any:
    return browser.post(f"{here.url}/projects/add", data={"project": str(here.flood.uuid), **typed})


def close(here: Ground, status: str = "CLOSED") -> None:
    here.session.execute(
        text('UPDATE tbl_projects SET status = CAST(:status AS "ProjectStatus") WHERE uuid = :uuid'),
        {"uuid": here.winter.uuid, "status": status},
    )
    here.session.commit()


def test_a_vendor_is_assigned_with_days_and_taken_out_and_assigned_again(
    here: Ground, manager: FlaskClient
) -> None:
    assert assign(manager, here, starts_on="2026-03-01", ends_on="2026-03-31").status_code == 303
    assert days(here) == {"winter": (None, None), "flood": ("2026-03-01", "2026-03-31")}
    assert manager.post(f"{here.url}/projects/{here.flood.uuid}/remove").status_code == 303
    assert days(here) == {"winter": (None, None)}
    assert assign(manager, here, starts_on="2026-04-01").status_code == 303
    assert days(here)["flood"] == ("2026-04-01", None)
    assert here.session.query(ProjectVendor).count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"project": ""}, "Choose a project."),
        ({"project": "x"}, "Not a valid choice"),
        ({"project": "ced42cc1-afe4-443c-9ca9-308340a69683"}, "Not a valid choice"),
        ({"starts_on": "2026-04-02", "ends_on": "2026-04-01"}, "cannot be before the first"),
        ({"starts_on": "31.02.2026"}, "Not a valid date"),
        ({"ends_on": "9999-12-31"}, "Choose an earlier date."),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_assigned(
    here: Ground, manager: FlaskClient, typed: dict[str, str], said: str
) -> None:
    answer = assign(manager, here, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert days(here) == {"winter": (None, None)}


def test_who_works_there_already_is_not_assigned_twice(here: Ground, manager: FlaskClient) -> None:
    assert assign(manager, here).status_code == 303
    assert assign(manager, here).status_code == 422  # it is not offered any more
    assert days(here) == {"winter": (None, None), "flood": (None, None)}


def test_E5_days_that_somebody_changed_meanwhile_are_shown_and_not_overwritten(
    here: Ground, manager: FlaskClient
) -> None:
    page = f"{here.url}/projects/{here.winter.uuid}/days"
    assert manager.post(page, data={"version": "/", "starts_on": "2026-03-01"}).status_code == 303
    stale = manager.post(page, data={"version": "/", "ends_on": "2026-05-01"})
    assert stale.status_code == 409
    assert "2026-05-01" in stale.text
    assert days(here)["winter"] == ("2026-03-01", None)
    for version in ("", "x/y", "2026-03-01"):
        assert manager.post(page, data={"version": version}).status_code in (303, 409)
    assert manager.post(page, data={"ends_on": "2026-05-01"}).status_code == 409
    again = {"version": "2026-03-01/", "starts_on": "2026-03-01", "ends_on": "2026-05-01"}
    assert manager.post(page, data=again).status_code == 303
    assert days(here)["winter"] == ("2026-03-01", "2026-05-01")


def test_in_a_closed_project_nothing_changes_by_page_or_by_sql(here: Ground, manager: FlaskClient) -> None:
    close(here)
    part = f"{here.url}/projects/{here.winter.uuid}"
    assert f"{part}/days" not in manager.get(here.url).text
    other_days = manager.post(f"{part}/days", data={"version": "/", "starts_on": "2026-03-01"})
    for answer in (other_days, manager.post(f"{part}/remove")):
        assert answer.status_code == 409
        assert "is closed" in answer.text
    assert days(here) == {"winter": (None, None)}
    with pytest.raises(DBAPIError, match="the project is closed"):
        here.session.execute(text('UPDATE tbl_projects_vendors SET "deletedAt" = now()'))


def test_C4_projects_out_of_sight_are_neither_shown_nor_offered_nor_changed(
    here: Ground, manager: FlaskClient, client: FlaskClient
) -> None:
    assign(manager, here)
    user = add_user(here.session, "Limited", "limited@example.org")
    here.session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id="limited@example.org"))
    assign_role(here.session, user, "Manager", projects=[here.winter.uuid])
    enter_as(client, here.session, user)
    for path in ("", "/projects", "/projects/add", "/delete"):
        page = client.get(f"{here.url}{path}")
        assert page.status_code == 200
        assert "Flood Response" not in page.text, path
    assert "Flood Response" not in client.get("/vendors").text
    hidden = f"{here.url}/projects/{here.flood.uuid}"
    for path in ("days", "remove"):
        assert client.get(f"{hidden}/{path}").status_code == 404
        assert client.post(f"{hidden}/{path}").status_code == 404
    left = client.post(f"{here.url}/projects/{here.winter.uuid}/remove")
    assert (left.status_code, left.location) == (303, "/vendors")
    assert days(here) == {"flood": (None, None)}
    assert client.get(here.url).status_code == 404
