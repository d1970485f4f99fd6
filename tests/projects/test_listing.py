"""The list of projects: what it finds, counts and lets leave, and for whom."""

import csv
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import choosing
from portal.core.abilities import Rule
from portal.users.operations.assignments import assign_role, remove_role
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as
from tests.projects.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database

FILE = {"format": "csv", "purpose": "Reporting"}


def _rows(browser: FlaskClient, query: str = "") -> str:
    shown = browser.get(f"/projects{query}").text
    return shown.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in shown else ""


def _file(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = browser.post(f"/projects/export{query}", data=FILE, buffered=True)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Koshi Flood Response", "Cash for Work"}),
        ("?q=flood", {"Koshi Flood Response"}),
        ("?q=FLOOD+koshi", {"Koshi Flood Response"}),
        ("?status=NOT_READY", {"Cash for Work"}),
        ("?type=CFW", {"Cash for Work"}),
        ("?q=nothing+like+it", set()),
        ("?state=deleted", set()),
    ],
)
def test_the_list_finds_by_words_status_and_type(
    here: Ground, manager: FlaskClient, query: str, found: set[str]
) -> None:
    rows = _rows(manager, query)
    assert {name for name in ("Koshi Flood Response", "Cash for Work") if name in rows} == found
    assert {row["name"] for row in _file(manager, query)} == found


def test_of_more_types_than_a_few_one_is_found_by_its_name(
    here: Ground, manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "FEW", 1)
    shown = manager.get("/projects?type=cfw").text
    assert 'list="filter-type-names"' in shown
    assert "Cash for Work" in _rows(manager, "?type=cfw")
    assert "Koshi Flood Response" not in _rows(manager, "?type=cfw")
    unknown = manager.get("/projects?type=cf")
    assert unknown.status_code == 422
    assert "Nothing is called exactly so. Like it: CFW." in unknown.text


@pytest.mark.parametrize("query", ["?status=OPEN", "?type=nonsense", "?state=x", f"?q={'x' * 201}"])
def test_D10_a_filter_that_is_none_is_refused_in_words(
    here: Ground, manager: FlaskClient, query: str
) -> None:
    answer = manager.get(f"/projects{query}")
    assert answer.status_code == 422
    assert "This filter cannot be used" in answer.text
    assert manager.post(f"/projects/export{query}", data=FILE).status_code == 422


@pytest.mark.parametrize("query", ["?at=-1", "?at=nonsense", "?sort=passwordHash", "?page=1e9"])
def test_D10_a_place_or_order_that_is_none_leads_to_the_first_page(
    here: Ground, manager: FlaskClient, query: str
) -> None:
    assert "Koshi Flood Response" in _rows(manager, query)


def test_the_list_pages_by_key_in_both_directions(here: Ground, manager: FlaskClient) -> None:
    for number in range(60):
        add_project(here.session, f"Project {number:02d}")
    here.session.commit()
    first = manager.get("/projects?sort=name").text
    assert "62" in first
    assert "Cash for Work" in first
    assert "Project 59" not in first
    assert "Project 59" in manager.get("/projects?sort=-name").text


def test_figures_are_those_of_what_hangs_there_now(here: Ground, manager: FlaskClient) -> None:
    add_vendor(here.session, "Shop", [here.project])
    row = next(one for one in _file(manager) if one["name"] == "Koshi Flood Response")
    assert (row["people"], row["groups"], row["vendors"]) == ("2", "1", "1")
    assert (
        manager.post(f"/beneficiaries/{here.asha.uuid}/delete", data={"reason": "Moved"}).status_code == 303
    )
    row = next(one for one in _file(manager) if one["name"] == "Koshi Flood Response")
    assert row["people"] == "1"


def _limited(here: Ground, app: Flask, role: str) -> FlaskClient:
    """Somebody whose role holds in the running project alone."""
    user = add_user_with(here.session, f"limited{role.lower()}", role)
    remove_role(here.session, user, role)
    assign_role(here.session, user, role, projects=[here.project.uuid])
    return enter_as(app.test_client(), here.session, user)


def test_C4_a_limited_role_lists_counts_and_exports_its_projects_alone(here: Ground, app: Flask) -> None:
    browser = _limited(here, app, "Manager")
    rows = _rows(browser)
    assert "Koshi Flood Response" in rows
    assert "Cash for Work" not in rows
    assert "1–1 of 1" in browser.get("/projects").text
    assert [row["name"] for row in _file(browser)] == ["Koshi Flood Response"]
    assert "CFW" not in browser.get("/projects").text  # nor among the types to choose from


def test_C3_another_project_is_a_404_on_every_page(here: Ground, app: Flask) -> None:
    browser, other = _limited(here, app, "Manager"), f"/projects/{here.empty.uuid}"
    for page in ("", "/edit", "/budgets", "/budgets/new", "/close", "/delete"):
        assert browser.get(f"{other}{page}").status_code == 404
    assert browser.post(f"{other}/open").status_code == 404
    assert browser.get(here.url).status_code == 200


def test_C4_figures_count_only_whom_the_reader_may_see(here: Ground, signed_in_as: SignedInAs) -> None:
    add_beneficiary(here.session, "Maya", projects=[here.project], gender="FEMALE")
    here.session.commit()
    some: dict[str, Any] = {"gender": "FEMALE"}
    reader = signed_in_as(
        Rule("read", "Project"), Rule("export", "Project"), Rule("read", "Beneficiary", conditions=some)
    )
    row = next(one for one in _file(reader) if one["name"] == "Koshi Flood Response")
    assert row["people"] == "1"
    assert "groups" not in row
    shown = reader.get(here.url).text
    assert ">Groups<" not in shown.split("<main")[1]
    nobody = signed_in_as(Rule("read", "Project"))
    assert ">People<" not in nobody.get(here.url).text.split("<main")[1]


def test_F3_an_export_is_on_record_with_its_purpose(here: Ground, manager: FlaskClient) -> None:
    assert manager.post("/projects/export", data={"format": "csv"}).status_code == 422
    before = _file(manager)
    assert len(before) == 2


def test_D5_a_name_that_is_a_formula_leaves_as_text(here: Ground, manager: FlaskClient) -> None:
    add_project(here.session, "=1+1", type="@SUM(A1)", description="+1")
    here.session.commit()
    row = next(one for one in _file(manager) if "1+1" in one["name"])
    assert (row["name"], row["type"], row["description"]) == ("'=1+1", "'@SUM(A1)", "'+1")
