"""The daily work on people, from a search to a merge undone, as steps that a test and the bench go alike.

`Mouse` goes them with a pointer and JavaScript, `Keys` by keyboard alone, in a browser that runs no JavaScript.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

from tests.browser.keyboard import Keyboard

PATIENCE = 240_000
"""Milliseconds that a job may take with very many people."""
ASKING = ".htmx-request, .loaded[hx-trigger=load]"
"""What htmx is filling in, or is about to."""


class Way(Protocol):
    """How somebody goes about a page."""

    page: Page

    def settle(self) -> None:
        """Wait for what a page still asks for, which is not to be torn away."""

    def press(self, target: Locator) -> None:
        """Follow a link, press a button, open what is folded."""

    def write(self, target: Locator, text: str) -> None:
        """Type into a field, in place of what stands there."""

    def choose(self, target: Locator, label: str) -> None:
        """Choose one of a select."""

    def tick(self, target: Locator) -> None:
        """Tick one of some radio buttons."""

    def apply(self) -> None:
        """Have a changed filter take effect."""


@dataclass
class Mouse:
    """With a pointer; filters answer by themselves."""

    page: Page

    def settle(self) -> None:
        self.page.wait_for_load_state()
        expect(self.page.locator(ASKING)).to_have_count(0)

    def press(self, target: Locator) -> None:
        self.settle()
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def tick(self, target: Locator) -> None:
        target.check()

    def apply(self) -> None:
        self.page.keyboard.press("Tab")


@dataclass
class Keys:
    """By keyboard alone: Tab, Enter, Space, and the first letters of what is to be chosen."""

    page: Page
    keys: Keyboard = field(init=False)

    def __post_init__(self) -> None:
        self.keys = Keyboard(self.page)

    def settle(self) -> None:
        self.page.wait_for_load_state()

    def press(self, target: Locator) -> None:
        self.keys.go_to(target)
        if target.evaluate("part => part.tagName") == "SUMMARY":
            self.page.keyboard.press("Enter")
        else:
            self.apply()

    def write(self, target: Locator, text: str) -> None:
        self.keys.fill(target, text)

    def choose(self, target: Locator, label: str) -> None:
        self.keys.go_to(target)
        self.page.keyboard.type(label)

    def tick(self, target: Locator) -> None:
        group = target.locator("xpath=ancestor::fieldset").get_by_role("radio")
        self.keys.go_to(group.and_(self.page.locator(":checked")))
        while not target.is_checked():
            self.page.keyboard.press("ArrowDown")

    def apply(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


@dataclass(frozen=True)
class Day:
    """What the walk looks for: somebody, who of many goes into a group, and two records of one person."""

    name: str
    digits: str
    misspelt: str
    places: str
    oldest: int
    group: str
    project: str
    people: str
    without_phone: str
    pair: str | None = None


Note = Callable[[str], None]


def walk(way: Way, day: Day, note: Note) -> None:
    """Go through the day; `note` is told each step when it is done."""
    _find(way, day, note)
    _group(way, day, note)
    _project(way, day, note)
    _merge(way, day, note)


def _find(way: Way, day: Day, note: Note) -> None:
    page = way.page
    page.goto("/beneficiaries")
    search = page.get_by_role("searchbox")
    way.write(search, day.digits)
    way.apply()
    expect(page).to_have_url(re.compile(f"q={day.digits}"))
    way.press(page.get_by_role("link", name=day.name, exact=True).first)
    expect(page.get_by_role("heading", level=1)).to_have_text(day.name)
    note("a person by the last four digits of their phone")
    way.settle()
    page.goto("/beneficiaries")
    way.write(search, day.misspelt)
    way.apply()
    expect(page.get_by_text("No exact match.")).to_be_visible()
    expect(page.get_by_role("link", name=day.name, exact=True).first).to_be_visible()
    note("a person by a misspelt name")


def _group(way: Way, day: Day, note: Note) -> None:
    page = way.page
    way.settle()
    page.goto("/beneficiaries")
    toggle = page.locator(".filter-toggle summary")
    if toggle.is_visible():
        way.press(toggle)
    way.choose(page.get_by_role("combobox", name="Gender", exact=True), "Female")
    way.choose(page.get_by_role("combobox", name="Phone type", exact=True), "Smartphone")
    way.write(page.get_by_role("textbox", name="Location", exact=True), day.places)
    way.write(page.get_by_role("spinbutton", name="Age to", exact=True), str(day.oldest))
    way.apply()
    for place in day.places.split(", "):
        expect(page.locator(".chips")).to_contain_text(place)
    expect(page.locator(".chips")).to_contain_text(str(day.oldest))
    note("women under 40 of two districts who have a smartphone")
    way.press(page.locator("summary").filter(has_text="More"))
    way.press(page.get_by_role("link", name="Make a group"))
    expect(page.locator(".lead")).to_contain_text(f"{day.people} people will be in it")
    note("the page of a new group counts them")
    way.write(page.get_by_role("textbox", name="Name", exact=True), day.group)
    way.choose(page.get_by_role("combobox", name="Purpose"), "Mobile money")
    way.press(page.get_by_role("button", name="Make the group"))
    _until_done(way)
    expect(page.locator(".facts")).to_contain_text(day.people)
    note("they are in the group")
    way.press(page.get_by_role("link", name="Readiness"))
    expect(page.locator("main")).to_contain_text(
        f"{day.without_phone} of {day.people} members are without it"
    )
    note("who lacks a phone is counted")
    way.press(page.get_by_role("link", name="Show them").first)
    expect(page.locator("#people tbody tr").first).to_be_visible()
    note("and shown")


def _project(way: Way, day: Day, note: Note) -> None:
    page = way.page
    way.press(page.get_by_role("link", name="Overview"))
    way.press(page.get_by_role("link", name="Assign to a project"))
    way.choose(page.get_by_role("combobox", name="Project"), day.project)
    way.press(page.get_by_role("button", name="Assign", exact=True))
    _until_done(way)
    expect(page.locator("main")).to_contain_text(day.project)
    note("the group is assigned to a project")
    way.press(page.get_by_role("link", name="Take out").first)
    expect(page.locator("main")).to_contain_text(f"{day.people} members of the group are in the project")
    note("what undoing would do is said")
    way.tick(page.get_by_label("Undo the assignment"))
    way.press(page.get_by_role("button", name="Take out"))
    _until_done(way)
    expect(page.locator("main")).to_contain_text("In no project.")
    note("and that is undone")


def _merge(way: Way, day: Day, note: Note) -> None:
    page = way.page
    way.settle()
    page.goto("/duplicates")
    way.press(page.get_by_role("link", name=day.pair or " · ").first)
    note("two records side by side")
    address = page.url
    way.press(page.get_by_role("button", name="Merge", exact=True))
    expect(page.get_by_text("The two records are one now.")).to_be_visible()
    note("they are one")
    way.settle()
    page.goto(address)
    way.press(page.get_by_role("button", name="Undo the merge"))
    expect(page.get_by_text("The two records are as they were before.")).to_be_visible()
    note("and two again")


def _until_done(way: Way) -> None:
    """Where a job does it, wait for its end, which the page shows by itself, and go on."""
    on = way.page.get_by_role("link", name="Continue")
    if "/jobs/" in way.page.url:
        on.wait_for(timeout=PATIENCE)
        way.press(on)
