"""The daily work from a search to a merge undone: with a pointer, and by keyboard alone with JavaScript off."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Live
from tests.browser.daily import Day, Keys, Mouse, walk
from tests.duplicates.pairs import BORN, add_pair
from tests.factories import add_beneficiary, add_group, add_project

pytestmark = pytest.mark.browser

LETTERS = str.maketrans("0123456789abcdef", "bdfgklmnprstvzaeiou"[:16])


def people_for(live: Live) -> Day:
    """Women of two districts and others, somebody whose name is easily misspelt, and somebody registered twice."""
    word = uuid4().hex[:6].translate(LETTERS).title()
    phone = f"+97798{uuid4().int % 10**8:08d}"
    name = f"Sita Tamang{word}"
    with live.session() as session:
        add_beneficiary(session, name, phone=phone)
        woman: dict[str, Any] = {"gender": "FEMALE", "phone_status": "SMART_PHONE", "age": 30}
        for number in range(6):
            place = f"Ward {number}, {'North' if number % 2 else 'South'}{word}"
            facts: dict[str, Any] = {"phone": f"none:{uuid4()}"} if number == 0 else {}
            add_beneficiary(session, f"Woman {number} {word}", location=place, **woman, **facts)
        add_beneficiary(session, f"Man {word}", location=f"North{word}", **{**woman, "gender": "MALE"})
        add_beneficiary(session, f"Elder {word}", location=f"North{word}", **{**woman, "age": 40})
        add_beneficiary(session, f"Other {word}", location=f"West{word}", **woman)
        project = add_project(session, f"{word} cash").name
        two = [
            add_beneficiary(
                session, f"{one} {word}", groups=[add_group(session, f"{one} {word}")], birth_date=BORN
            )
            for one in ("Ramesh", "Ramess")
        ]
        add_pair(session, *two)
        session.commit()
    return Day(
        name=name,
        digits=phone[-4:],
        misspelt=f"Shita Tamnag{word}",
        places=f"North{word}, South{word}",
        oldest=39,
        group=f"Women of {word}",
        project=project,
        people="6",
        without_phone="1",
        pair=f"Ramesh {word}",
    )


def test_the_daily_work_is_done_with_a_pointer(
    live: Live, page: Page, enter: Callable[..., None], faults: list[str]
) -> None:
    enter("Manager")
    walk(Mouse(page), people_for(live), lambda _step: None)
    # A panel that came into sight while its page was left: htmx says that it gave up.
    faults[:] = [said for said in faults if not said.startswith(("htmx:afterRequest", "htmx:sendAbort"))]


def test_the_daily_work_is_done_by_keyboard_alone_with_javascript_off(
    live: Live, without_script: Page, enter: Callable[..., None]
) -> None:
    enter("Manager", into=without_script)
    walk(Keys(without_script), people_for(live), lambda _step: None)
