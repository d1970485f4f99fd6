"""Two records of one person: found, compared, merged and undone; with and without a script, and by keyboard."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Live
from tests.duplicates.pairs import BORN, add_pair
from tests.factories import add_beneficiary, add_group

pytestmark = pytest.mark.browser

LookOver = Callable[[str], None]


def add_two(live: Live) -> tuple[str, str, str]:
    """Somebody registered twice, as Sita and as Seeta: their common word, the pair's page and the second one's."""
    word = f"zq{uuid4().hex[:8]}"
    with live.session() as session:
        groups = [add_group(session, f"Group {part} {word}") for part in ("north", "south")]
        facts: dict[str, Any] = {"location": f"Place {word}", "birth_date": BORN, "gender": "FEMALE"}
        one = add_beneficiary(session, f"Sita {word}", groups=groups[:1], notes="Comes by boat", **facts)
        other = add_beneficiary(session, f"Seeta {word}", groups=groups, **facts)
        pair = add_pair(session, one, other)
        pages = f"/duplicates/{pair.uuid}", f"/beneficiaries/{other.uuid}"
        session.commit()
    return word, *pages


def test_two_records_are_made_one_and_two_again(
    live: Live, either_page: Page, script: bool, enter: Callable[..., None], look_over: LookOver
) -> None:
    page = either_page
    word, pair, lost = add_two(live)
    enter("Officer", into=page)
    page.goto("/duplicates")
    if script:
        look_over("duplicates-list")
    page.goto(pair)
    if script:
        look_over("duplicates-pair")
    page.get_by_role("group", name=re.compile("^Name")).get_by_label(f"Seeta {word}").check()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("The two records are one now.")).to_be_visible()
    if script:
        look_over("duplicates-merged")
    page.goto(lost)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Seeta {word}")
    assert not page.url.endswith(lost)
    page.goto(pair)
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.get_by_text("The two records are as they were before.")).to_be_visible()
    page.goto(lost)
    assert page.url.endswith(lost)


def test_by_keyboard_they_are_found_to_be_different_people(
    live: Live, page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    word, _pair, _lost = add_two(live)
    enter("Officer")
    page.goto("/duplicates")
    link = page.get_by_role("link", name=f"Sita {word}")
    link.focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="These are different people")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Remembered: these are different people.")).to_be_visible()
    expect(link).to_have_count(0)
    page.get_by_role("link", name="Decided").click()
    expect(page.get_by_role("link", name=f"Sita {word}")).to_be_visible()
    look_over("duplicates-decided")


def test_everybody_is_looked_through_in_the_background(
    live: Live, page: Page, enter: Callable[..., None], look_over: LookOver
) -> None:
    word = f"zq{uuid4().hex[:8]}"
    with live.session() as session:
        for name in ("Laxmi", "Lakshmi"):
            add_beneficiary(
                session, f"{name} {word}", birth_date=BORN, gender="FEMALE", location=f"Place {word}"
            )
        session.commit()
    enter("Officer")
    page.goto("/duplicates")
    page.get_by_role("button", name="Look for duplicates").click()
    expect(page.get_by_role("link", name=f"Lakshmi {word}")).to_be_visible(timeout=20_000)
    row = page.get_by_role("row").filter(has_text=word)
    expect(row).to_contain_text("Name sounds alike, Born on the same day, Same gender, Same place")
