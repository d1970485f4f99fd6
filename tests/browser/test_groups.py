"""Groups in a browser: made of whom a filter finds, filled, assigned and undone; with a script and without."""

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.browser

_number = count(1)


def add_people(live: Live) -> tuple[str, str, str]:
    """Three people of a place that nobody else is of: the place, the path of a group with one of them, a project."""
    number = next(_number)
    place, name = f"Grouptown {number}", f"Tailors {number}"
    with live.session() as session:
        group = add_group(session, name, group_purpose="COMMUNICATION")
        for who, groups in (("Asha", [group]), ("Bina", []), ("Chitra", [])):
            add_beneficiary(session, f"{who} Grouped{number}", location=place, groups=groups, gender="FEMALE")
        project = add_project(session, f"Cash {number}").name
        session.commit()
        return place, f"/groups/{group.uuid}", project


def test_a_group_is_made_of_whom_a_filter_finds_assigned_and_undone(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    place, _path, project = add_people(live)
    enter("Manager", into=page)
    page.goto(f"/beneficiaries?location={place}")
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Make a group").click()
    expect(page.locator(".lead")).to_contain_text("3 people will be in it")
    page.get_by_label("Name").fill(f"All of {place}")
    page.get_by_label("Keep this filter as").fill("Who lives there")
    page.get_by_role("button", name="Make the group").click()
    expect(page.locator("#toasts")).to_contain_text("with 3 people in it")
    expect(page.locator("main")).to_contain_text("Who lives there")
    page.get_by_role("link", name="Assign to a project").click()
    page.get_by_label("Project").select_option(project)
    page.get_by_role("button", name="Assign").click()
    expect(page.locator("#toasts")).to_contain_text("3 people joined the project")
    page.get_by_role("link", name="Members").last.click()
    page.get_by_label("Select Bina").check()
    page.get_by_role("button", name="Take the ticked out of the group").click()
    expect(page.locator("#toasts")).to_contain_text(f"until they are taken out there: {project}")
    expect(page.locator("#people tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Take out").click()
    expect(page.locator("main")).to_contain_text("1 of them has left the group since")
    page.get_by_label("Undo the assignment").check()
    page.get_by_role("button", name="Take out").click()
    expect(page.locator("#toasts")).to_contain_text("3 people left the project")


def test_people_are_found_ticked_and_added_by_keyboard(
    live: Live, either_page: Page, enter: Callable[..., None]
) -> None:
    page = either_page
    place, path, _project = add_people(live)
    enter("Officer", into=page)
    page.goto(f"{path}/add?location={place}")
    expect(page.locator("#people tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Add the ticked to the group").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Tick at least one person.")
    page.get_by_label("Select Chitra").press("Space")
    page.get_by_role("button", name="Add the ticked to the group").press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 person joined the group")
    expect(page.locator("#people tbody tr")).to_have_count(2)


def test_the_pages_of_groups_look_right(
    live: Live, page: Page, enter: Callable[..., None], look_over: Callable[[str], None]
) -> None:
    place, path, project = add_people(live)
    with live.session() as session:
        other = add_group(session, f"Elders of {place} with a name that goes on for quite a while")
        person = add_beneficiary(session, "Dil Both", groups=[other])
        session.commit()
        beside, someone = str(other.uuid), str(person.uuid)
    enter("Manager", into=page)
    for name, address in (
        ("groups", "/groups"),
        ("group-new", f"/groups/new?location={place}&gender=FEMALE"),
        ("group", path),
        ("group-members", f"{path}/members"),
        ("group-readiness", f"/groups/{beside}/readiness"),
        ("group-split", f"{path}/split?by=gender"),
        ("groups-compared", f"/groups/compare?a={path.removeprefix('/groups/')}&b={beside}"),
        ("group-of-person", f"/groups/of/{someone}"),
    ):
        page.goto(address)
        look_over(name)
    page.goto(f"{path}/projects/add")
    page.get_by_label("Project").select_option(project)
    page.get_by_role("button", name="Assign").click()
    page.get_by_role("link", name="Take out").click()
    look_over("group-take-out")
