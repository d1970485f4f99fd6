"""Figures of grievances in a browser: narrowed without a reload, and the same without a script."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.stats.operations.grievances import count_grievances
from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_project, add_user_with
from tests.grievances.cases import add_case, category_named

pytestmark = pytest.mark.browser

PAGE = "/figures/grievances"


@pytest.fixture
def project(live: Live, script: bool) -> str:
    """A project with seven complaints: its name."""
    name = f"Figures {'with' if script else 'without'} a script"
    with live.session() as session:
        found = add_project(session, name)
        reporter = add_user_with(session, f"figures_{script}".lower(), "Viewer")
        person = add_beneficiary(session, "Sita", projects=[found], location="Bardiya")
        category = category_named(session, "Wrong amount").uuid
        for status in ("NEW", "UNDER_REVIEW", "UNDER_REVIEW", "RESOLVED", "RESOLVED", "RESOLVED", "CLOSED"):
            about = person.uuid if status == "NEW" else None
            add_case(session, found, reporter, status=status, category_id=category, beneficiary_id=about)
        count_grievances(session)
        session.commit()
    return name


def test_figures_are_narrowed_to_a_project(
    either_page: Page, script: bool, project: str, enter: Callable[..., None], request: pytest.FixtureRequest
) -> None:
    page = either_page
    enter("Supervisor", into=page)
    page.goto(PAGE)
    page.get_by_label("Project", exact=True).select_option(project)
    if not script:
        page.get_by_role("button", name="Apply").click()
    tiles = page.get_by_role("list", name="Figures of grievances")
    expect(tiles.get_by_role("listitem").filter(has_text="Received")).to_contain_text("7")
    expect(tiles.get_by_role("listitem").filter(has_text="Resolved in time")).to_contain_text("100%")
    expect(page.get_by_role("row", name="Wrong amount")).to_contain_text("7")
    expect(page.get_by_role("row", name="Bardiya")).to_contain_text("1")
    expect(page).to_have_url(re.compile("project="))
    if script:
        request.getfixturevalue("look_over")("figures-grievances")
    with page.expect_download() as file:
        page.get_by_role("link", name="Download").click()
    assert "grievances-" in file.value.suggested_filename
