"""Every page on groups opens, for who may see it, and takes a fixed number of statements."""

import pytest
from flask.testing import FlaskClient

from tests.auth.people import statements
from tests.factories import add_beneficiary, add_group
from tests.groups.conftest import Ground

PAGES = {
    "": 5,
    "/new": 2,
    "/{group}": 5,
    "/{group}/members": 6,
    "/{group}/add": 6,
    "/{group}/readiness": 4,
    "/{group}/edit": 2,
    "/{group}/delete": 5,
    "/{group}/projects/add": 4,
    "/{group}/split": 2,
    "/{group}/split?by=gender": 3,
    "/compare": 2,
    "/compare?a={group}&b={other}": 3,
    "/of/{person}": 6,
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_as_many_statements_however_much_stands_on_it(
    here: Ground, manager: FlaskClient, path: str
) -> None:
    other = add_group(here.session, "Others")
    url = "/groups" + path.format(group=here.group.uuid, other=other.uuid, person=here.asha.uuid)
    counts = []
    for _round in range(2):
        add_group(here.session, f"More {_round}", [here.project])
        add_beneficiary(here.session, f"More {_round}", groups=[here.group, other])
        here.session.commit()
        with statements() as asked:
            answer = manager.get(url)
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts == [PAGES[path]] * 2
