"""Projects in a browser: made, given a budget, opened, closed and opened again; with a script and without."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from portal.projects.models import ProjectBudget
from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.browser

_number = count(1)


def test_a_project_is_made_gets_a_budget_and_is_opened_closed_and_opened_again(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page, name = either_page, f"Relief {next(_number)}"
    enter("Admin", into=page)
    page.goto("/projects")
    page.get_by_role("link", name="New project").first.click()
    page.get_by_role("button", name="Make the project").click()
    expect(page.locator(".error-summary")).to_contain_text("Give the project a name.")
    page.get_by_label("Name").first.fill(name)
    page.get_by_label("Type").fill("Shelter")
    page.get_by_label("Currency or token").select_option("NPR")
    page.get_by_label("Time zone").select_option("Asia/Kathmandu")
    page.get_by_role("button", name="Add another row").click()
    expect(page.get_by_role("group", name="Row 2")).to_be_visible()
    page.get_by_label("What").last.fill("Donor")
    page.get_by_label("Value").last.fill("ECHO")
    page.get_by_role("button", name="Make the project").click()
    expect(page.locator("#toasts")).to_contain_text("The project is made.")
    expect(page.locator("main")).to_contain_text("ECHO")
    page.get_by_role("link", name="Set a budget").click()
    page.get_by_label("Amount").fill("12 500.50")
    page.get_by_role("button", name="Set the budget").click()
    expect(page.locator("main")).to_contain_text("12,500.50")
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Open the project").click()
    expect(page.locator("#toasts")).to_contain_text("The project is open.")
    page.get_by_role("link", name="Close", exact=True).click()
    page.get_by_label("Reason").fill("All is paid.")
    page.get_by_role("button", name="Close the project").click()
    expect(page.locator(".callout")).to_contain_text("All is paid.")
    expect(page.get_by_role("link", name="Edit")).to_have_count(0)
    page.get_by_role("link", name="Open again").click()
    page.get_by_role("button", name="Open it again").click()
    expect(page.locator(".field-error")).to_contain_text("Say why it is opened again.")
    page.get_by_label("Reason").fill("A payout came back.")
    page.get_by_role("button", name="Open it again").click()
    expect(page.locator("main")).to_contain_text("A payout came back.")


def test_every_page_about_a_project_looks_right(
    live: Live, page: Page, look_over: Callable[[str], None], enter: Callable[..., None]
) -> None:
    with live.session() as session:
        project = add_project(
            session,
            "Ayuda de invierno مساعدات الشتاء",
            description="A name in two scripts, and a description\nof two lines.",
            currency="EUR",
            time_zone="Europe/Kyiv",
            extras={"Donor": "ECHO", "Households": 450},
            contract_address="0xD3f9722b8EbB8580A7c36Ce4931832Df71915273",
        )
        session.add(ProjectBudget(project_id=project.uuid, currency="EUR", amount=180_000, spent=171_000))
        session.add(ProjectBudget(project_id=project.uuid, currency="USD", spent=1_200))
        add_beneficiary(
            session, projects=[project], groups=[add_group(session, f"Group {next(_number)}", [project])]
        )
        closed = add_project(session, "Cyclone shelters", status="CLOSED", status_reason="All is settled.")
        session.commit()
        here, over = f"/projects/{project.uuid}", f"/projects/{closed.uuid}"
    enter("Admin")
    for name, path in {
        "list_projects": "/projects",
        "show_project": here,
        "show_closed_project": over,
        "edit_project": f"{here}/edit",
        "list_budgets": f"{here}/budgets",
        "list_project_staff": here.replace("/projects/", "/users/in-project/"),
    }.items():
        page.goto(path)
        look_over(name)
