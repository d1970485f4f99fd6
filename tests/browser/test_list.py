"""The list of people in a browser with JavaScript: what one types is found, and the address tells it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Live
from tests.factories import add_beneficiary

pytestmark = pytest.mark.browser

LIST = "/beneficiaries"


def rows(page: Page) -> Locator:
    return page.locator("#people tbody tr")


def search_box(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search people")


@pytest.fixture
def list_of_people(page: Page, enter: Callable[..., None]) -> Page:
    enter()
    page.goto(LIST)
    return page


def test_the_table_follows_what_one_types_and_back_restores_it(live: Live, list_of_people: Page) -> None:
    page = list_of_people
    with live.session() as session:
        add_beneficiary(session, "Zenobia Quillfeather")
        session.commit()
    everybody = rows(page).count()
    search_box(page).press_sequentially("llfeath")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("Zenobia Quillfeather")
    expect(page).to_have_url(re.compile(r"\?q=llfeath$"))
    page.reload()
    expect(rows(page)).to_have_count(1)
    while "q=" in page.url:
        page.go_back()
    expect(rows(page)).to_have_count(everybody)
    expect(search_box(page)).to_have_value("")


def test_letters_that_nobody_has_lead_back_to_everybody(list_of_people: Page) -> None:
    page = list_of_people
    search_box(page).fill("qqqzzzxxx")
    expect(page.get_by_role("heading", name="Nobody matches")).to_be_visible()
    page.get_by_role("link", name="Show everybody").click()
    expect(rows(page).first).to_be_visible()


def test_a_filter_narrows_the_list_and_its_chip_takes_it_away(list_of_people: Page) -> None:
    page = list_of_people
    gender = page.get_by_role("combobox", name="Gender")
    gender.select_option(label="Other")
    expect(page).to_have_url(re.compile(r"\?gender=OTHER$"))
    chip = page.get_by_role("link", name="Gender: Other")
    expect(chip).to_be_visible()
    expect(rows(page).filter(has_text="Female")).to_have_count(0)
    search_box(page).fill("a")
    expect(page).to_have_url(re.compile(r"q=a&gender=OTHER$"))
    chip.click()
    expect(chip).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?q=a$"))
    expect(gender).to_have_value("")


def test_what_stands_outside_of_the_table_follows_the_address(list_of_people: Page) -> None:
    page = list_of_people
    page.get_by_role("link", name="Name", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?sort=name$"))
    page.get_by_role("combobox", name="Bank account").select_option(label="Unbanked")
    expect(page).to_have_url(re.compile("sort=name"))
    expect(page.get_by_role("link", name="Export", exact=True)).to_have_attribute(
        "href", re.compile("sort=name.*banked_status=UNBANKED|banked_status=UNBANKED.*sort=name")
    )
    page.locator(".columns-menu summary").click()
    page.get_by_role("button", name="Show these").click()
    expect(page).to_have_url(re.compile("banked_status=UNBANKED"))
    expect(page).to_have_url(re.compile("sort=name"))


def test_of_many_actions_one_stands_alone_and_the_others_wait_in_a_menu(list_of_people: Page) -> None:
    page = list_of_people
    menu, actions = page.locator(".page-actions summary"), page.locator(".page-actions")
    imports, make = (actions.get_by_role("link", name=name) for name in ("Import people", "Make a group"))
    expect(imports).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 780})
    expect(actions.get_by_role("link")).to_have_text(["Register a person"])
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(imports).to_be_focused()
    expect(actions.get_by_role("link")).to_have_count(5)
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(imports).to_have_count(0)
    menu.click()
    expect(make).to_have_count(0)
    search_box(page).fill("a")
    expect(page).to_have_url(re.compile(r"\?q=a$"))
    menu.click()
    expect(make).to_have_attribute("href", re.compile(r"/groups/new\?q=a$"))


def test_an_age_that_is_none_is_refused_beside_the_list(list_of_people: Page) -> None:
    page = list_of_people
    page.get_by_label("Age from").fill("900")
    page.get_by_label("Age from").blur()
    expect(page.locator("#people")).to_contain_text("This filter cannot be used")
    expect(rows(page)).to_have_count(0)
    page.get_by_label("Age from").fill("")
    page.get_by_label("Age from").blur()
    expect(rows(page).first).to_be_visible()


def test_the_list_is_sorted_by_name_both_ways(list_of_people: Page) -> None:
    page = list_of_people
    heading = page.locator("thead th", has_text="Name")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    first = rows(page).first.locator("th").inner_text()
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first.locator("th")).not_to_have_text(first)
    page.go_back()
    expect(rows(page).first.locator("th")).to_have_text(first)


def test_pages_go_forward_and_back_and_to_both_ends(list_of_people: Page) -> None:
    page = list_of_people
    name = page.locator("#people tbody th").first

    def turn(label: str) -> str:
        before = name.inner_text()
        page.get_by_role("link", name=label).click()
        expect(name).not_to_have_text(before)
        return name.inner_text()

    first = name.inner_text()
    second = turn("Next page")
    expect(page.locator(".pager p")).to_contain_text(re.compile("^51–100 of"))
    third = turn("Next page")
    assert turn("Previous page") == second
    last = turn("Last page")
    assert len({first, second, third, last}) == 4
    expect(page.get_by_role("link", name="Next page")).to_have_attribute("aria-disabled", "true")
    assert turn("First page") == first
    expect(page.get_by_role("link", name="Previous page")).to_have_attribute("aria-disabled", "true")


def test_D3_a_part_that_some_script_has_styled_is_replaced_without_copying_its_style(
    list_of_people: Page,
) -> None:
    page = list_of_people
    styled = page.locator("#people")
    styled.evaluate("part => part.style.setProperty('outline', '1px solid')")
    search_box(page).fill("a")
    expect(page).to_have_url(re.compile(r"\?q=a$"))
    expect(styled).not_to_have_attribute("style", re.compile("outline"))  # and no complaint: no_faults


def test_columns_that_were_chosen_are_remembered(page: Page, list_of_people: Page) -> None:
    page.locator(".columns-menu summary").click()
    page.get_by_role("checkbox", name="Notes").check()
    page.get_by_role("checkbox", name="Gender").uncheck()
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("columnheader", name="Notes")).to_be_visible()
    page.goto("/jobs")
    page.goto(LIST)
    expect(page.get_by_role("columnheader", name="Notes")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Gender")).to_have_count(0)
    expect(page.get_by_role("columnheader", name="Name")).to_be_visible()


def test_a_row_opens_the_page_of_its_person(live: Live, page: Page, enter: Callable[..., None]) -> None:
    with live.session() as session:
        add_beneficiary(session, "Yusra Opened", "+9779800012345", govt_id="NP-77", extras={"ward": 9})
        session.commit()
    enter()
    page.goto(f"{LIST}?q=Yusra+Opened")
    page.get_by_role("link", name="Yusra Opened", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yusra Opened")
    expect(page.locator("main")).to_contain_text("+977••••345")
    expect(page.locator("main")).to_contain_text("ward")


def test_who_may_not_read_personal_data_gets_it_masked(
    live: Live, page: Page, enter: Callable[..., None]
) -> None:
    with live.session() as session:
        uuid = add_beneficiary(session, "Yusra Hidden", "+9779800054321", govt_id="NP-4711").uuid
        session.commit()
    enter("Viewer")
    page.goto(f"{LIST}/{uuid}")
    expect(page.locator("main")).to_contain_text("Personal data is partly hidden")
    for secret in ("Yusra Hidden", "980-0054321", "NP-4711"):
        assert secret not in page.content()
    expect(page.get_by_role("link", name="Export", exact=True)).to_have_count(0)
