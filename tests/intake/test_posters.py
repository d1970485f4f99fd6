"""Posters of a project's public form."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.enums import ProjectStatus
from portal.intake.views.posters import picture_of
from tests.factories import add_project, add_user_with, enter_as
from tests.intake.conftest import Camp

pytestmark = pytest.mark.database


@pytest.fixture
def viewer(app: Flask, session: Session) -> FlaskClient:
    return enter_as(app.test_client(), session, add_user_with(session, "viewer", "Viewer"))


def test_the_page_of_a_project_leads_to_its_form_and_posters(camp: Camp, viewer: FlaskClient) -> None:
    overview = viewer.get(f"/projects/{camp.project.uuid}").text
    assert f"/projects/{camp.project.uuid}/posters" in overview
    page = viewer.get(f"/projects/{camp.project.uuid}/posters").text
    assert f"http://localhost{camp.address}" in page
    for language in ("en", "ne", "ar", "fr"):
        assert f"/posters/sheet?language={language}" in page


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("ne", "ltr"), ("ar", "rtl"), ("fr", "ltr")]
)
def test_the_code_of_a_poster_leads_to_the_form_in_its_language(
    camp: Camp, viewer: FlaskClient, language: str, direction: str
) -> None:
    page = viewer.get(f"/projects/{camp.project.uuid}/posters/sheet?language={language}").text
    assert f'<html lang="{language}" dir="{direction}"' in page
    assert picture_of(f"http://localhost{camp.address}?language={language}") in page
    assert f"http://localhost{camp.address}<" in page.replace("<wbr>", "")
    assert "Floods 2026" in page


def test_a_poster_names_the_portal_as_it_is_called_outside(
    camp: Camp, viewer: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PORTAL_URL", "https://help.example.org/")
    page = viewer.get(f"/projects/{camp.project.uuid}/posters/sheet?language=ne").text
    assert picture_of(f"https://help.example.org{camp.address}?language=ne") in page


def test_a_poster_does_not_change_the_language_of_who_prints_it(camp: Camp, viewer: FlaskClient) -> None:
    answer = viewer.get(f"/projects/{camp.project.uuid}/posters/sheet?language=ar")
    assert not any(one.startswith("language=ar") for one in answer.headers.getlist("Set-Cookie"))
    assert '<html lang="en"' in viewer.get(f"/projects/{camp.project.uuid}/posters").text


def test_C3_a_project_that_one_may_not_see_has_no_poster(camp: Camp, app: Flask, session: Session) -> None:
    hidden = add_project(session, "Hidden", status=ProjectStatus.ACTIVE)
    vendor = enter_as(app.test_client(), session, add_user_with(session, "shop", "Vendor"))
    for page in ("posters", "posters/sheet"):
        assert vendor.get(f"/projects/{hidden.uuid}/{page}").status_code == 403
        assert camp.browser.get(f"/projects/{hidden.uuid}/{page}").status_code == 303
