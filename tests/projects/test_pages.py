"""Every page on projects opens, for who may see it, and takes a fixed number of statements."""

import pytest
from flask.testing import FlaskClient

from portal.core.values.money import read_amount
from portal.projects.operations.budgets import set_budget
from tests.auth.people import statements
from tests.factories import add_beneficiary, add_group, add_project
from tests.projects.conftest import Ground

pytestmark = pytest.mark.database

PAGES = {
    "": 5,
    "/new": 3,
    "/export": 3,
    "/{project}": 3,
    "/{project}/edit": 4,
    "/{project}/close": 3,
    "/{project}/delete": 4,
    "/{project}/budgets": 3,
    "/{project}/budgets/new": 4,
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_as_many_statements_however_much_stands_on_it(
    here: Ground, manager: FlaskClient, path: str
) -> None:
    counts = []
    for round_ in range(2):
        more = add_project(here.session, f"More {round_}")
        add_group(here.session, f"More {round_}", [here.project, more])
        add_beneficiary(here.session, f"More {round_}", projects=[here.project, more])
        set_budget(
            here.session, here.project.uuid, ("EUR", "NPR")[round_], read_amount("100"), by=here.somebody.id
        )
        here.session.commit()
        url = "/projects" + path.format(project=here.project.uuid)
        with statements() as asked:
            answer = manager.get(url)
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts == [PAGES[path]] * 2
