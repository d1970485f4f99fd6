"""Choices of which there are very many: names are typed, in filters and forms, with a script and without."""

import re
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from portal.core.choosing import FEW
from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_project, add_user_with

pytestmark = pytest.mark.browser

_number = count(1)


@pytest.fixture
def colleague(live: Live) -> Iterator[str]:
    """The address at which somebody gets a role, while there are more projects than a select has."""
    with live.session() as session:
        projects = [add_project(session, f"Ward relief {number:02}") for number in range(FEW + 1)]
        add_beneficiary(session, "Wardina Many", projects=projects[7:8])
        user = add_user_with(session, f"limited{next(_number)}")
        session.commit()
        yield f"/users/{user.uuid}/roles/give"
        for statement in (
            """DELETE FROM tbl_beneficiaries_projects WHERE "projectId" IN
               (SELECT uuid FROM tbl_projects WHERE name LIKE 'Ward relief%')""",
            "DELETE FROM tbl_projects WHERE name LIKE 'Ward relief%'",
        ):
            session.execute(text(statement))
        session.commit()


def test_a_filter_by_name_suggests_names_and_keeps_its_words(
    page: Page, enter: Callable[..., None], colleague: str, look_over: Callable[[str], None]
) -> None:
    enter()
    page.goto("/beneficiaries")
    project = page.get_by_role("combobox", name="Project", exact=True)
    expect(project).to_have_attribute("placeholder", "Any")
    project.press_sequentially("relief 07")
    expect(page.locator("#filter-project-names option")).to_have_count(1)
    project.press("Tab")
    expect(page.locator("#people")).to_contain_text("Nothing is called exactly so. Like it: Ward relief 07.")
    look_over("many-filter-wrong")
    project.fill("ward RELIEF 07")
    project.press("Tab")
    expect(page.locator("#people tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Project: Ward relief 07").click()
    expect(project).to_have_value("")
    reference = page.request.get("/projects?q=Ward+relief+07").text()
    uuid = (re.search(r'href="/projects/([0-9a-f-]{36})"', reference) or [""])[1]
    page.goto(f"/beneficiaries?project={uuid}")
    expect(project).to_have_value("Ward relief 07")
    page.locator("#people").get_by_role("link", name=re.compile("^Name")).first.click()
    expect(page).to_have_url(re.compile("sort="))
    expect(project).to_have_value("Ward relief 07")


def test_names_become_lines_of_a_field_for_several(
    page: Page, enter: Callable[..., None], colleague: str, look_over: Callable[[str], None]
) -> None:
    enter()
    page.goto(colleague)
    page.get_by_label("Role").select_option("Viewer")
    typed = page.get_by_role("combobox", name="Only in these projects: Type a part of the name")
    lines = page.get_by_role("textbox", name="Only in these projects")
    typed.press_sequentially("relief 07")
    expect(page.locator("#projects-names option")).to_have_count(1)
    typed.press("Enter")
    expect(lines).to_have_value("Ward relief 07")
    expect(typed).to_be_focused()
    typed.fill("ward relief 09")
    expect(page.locator("#projects-names option")).to_have_attribute("value", "Ward relief 09")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(lines).to_have_value("Ward relief 07\nWard relief 09")
    typed.fill("Ward relief 1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("“Ward relief 1” is not exactly one of them.")
    look_over("many-lines-wrong")
    lines.fill("Ward relief 07\nWard relief 09")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Ward relief 07, Ward relief 09")


def test_without_a_script_names_are_typed_into_the_lines_alone(
    without_script: Page, enter: Callable[..., None], colleague: str
) -> None:
    page = without_script
    enter(into=page)
    page.goto(colleague)
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_hidden()
    page.get_by_label("Role").select_option("Viewer")
    page.get_by_role("textbox", name="Only in these projects").fill("relief 07")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Like it: Ward relief 07.")
    page.get_by_role("textbox", name="Only in these projects").fill("ward relief 07")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Ward relief 07")
    page.goto("/beneficiaries")
    page.get_by_role("combobox", name="Project", exact=True).fill("Ward relief 07")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#people tbody tr")).to_have_count(1)
