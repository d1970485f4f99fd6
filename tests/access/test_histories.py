"""Each record's page leads to what happened to it, for who reads the log and for nobody else."""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.audit.shown import PAGES
from portal.audit.wording import table_of
from tests.access.asking import ask, browser, routes
from tests.access.world import World
from tests.house.test_rooms import TEMPLATES

pytestmark = pytest.mark.database

LEADS_ON = {
    "tbl_bulk_actions": "the world has a draft, of which nothing is on record yet",
    "tbl_import_batches": "the page leads to the step that the import is at; its result has the history",
    "tbl_reconciliations": "the page leads to the step that the file is at; the list has the history",
    "tbl_jobs": "its page is what happened to it; the log holds only who cancelled it or began it anew",
}
"""Table → why its page has no history in this world."""

HISTORY = re.compile(r'"(/audit/records/[\w/-]+|/\w+/[\w-]+/history)"')


@pytest.mark.parametrize("table", sorted(PAGES.keys() - LEADS_ON.keys()))
def test_the_page_of_a_record_leads_to_its_history(
    app: Flask, session: Session, world: World, table: str
) -> None:
    (rule,) = routes(app)["GET", PAGES[table][0]]
    answer = ask(app, world, "GET", rule, "admin")
    assert answer.status_code == 200
    led = HISTORY.search(answer.text)
    assert led, f"no history on {rule}"
    history = browser(app, world, "admin").get(led[1])
    assert history.status_code == 200
    assert 'class="entry"' in history.text
    assert not HISTORY.search(ask(app, world, "GET", rule, "manager").text)


def test_the_log_leads_to_each_page_that_has_a_history() -> None:
    asked = re.compile(r'show_record_history", table="([a-z-]+)"')
    tables = {table_of(name) for path in TEMPLATES for name in asked.findall(path.read_text())}
    assert len(tables) > 8
    assert tables <= PAGES.keys(), "name the page in portal/audit/shown.py"
