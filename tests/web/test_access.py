"""Who may call which route; tried on routes of the test's own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.person import Person
from portal.projects.models import Project
from portal.web.access import (
    authorise,
    current_ability,
    current_person,
    load,
    public,
    requires,
    signed_in,
)
from portal.web.sessions import PersonStore, sign_person_in
from tests.conftest import make_app

pytestmark = pytest.mark.database

MINE, THEIRS = uuid4(), uuid4()
bp = Blueprint("trial", __name__)
NOBODYS = Person(
    1, uuid4(), "Asha", None, ("Trial",), Ability(()), {}, "token", session_id=1, session_uuid=uuid4()
)


@bp.route("/trial/unmarked", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def unmarked() -> str:
    return "reached"


@bp.get("/trial/public")
@public
def open_to_all() -> str:
    return "reached"


@bp.get("/trial/own")
@signed_in
def own() -> str:
    return f"reached by {current_person().name}"


@bp.get("/trial/read")
@requires("read", "Project")
def read() -> str:
    return "reached"


@bp.get("/trial/record/<uuid:uuid>")
@requires("read", "Project")
def record(uuid: UUID) -> str:
    project = load(select(Project).where(Project.uuid == uuid), "read", Project)
    authorise("update", project)
    return project.name


@bp.get("/trial/enter/<name>")
@public
def enter(name: str) -> str:
    sign_person_in(replace(NOBODYS, token=name))
    return str(current_ability().can("read", "Project"))


RULES: dict[str, list[Rule]] = {
    "nothing": [],
    "reads": [Rule("read", "Project")],
    "mine": [Rule("manage", "Project", conditions={"uuid": str(MINE)})],
    "not closed": [
        Rule("manage", "Project"),
        Rule("update", "Project", True, {"status": "CLOSED"}, "A closed project stays as it is."),
    ],
    "never": [Rule("read", "Project", True, None, "Not before the training.")],
}


def find(_session: Session, token: str, _request: str) -> Person | None:
    return replace(NOBODYS, token=token, ability=Ability(RULES[token])) if token in RULES else None


@pytest.fixture
def trial(fresh_database: str) -> Iterator[Flask]:
    """The portal with the routes above, and with people who are known by the name of their rules."""
    app = make_app(fresh_database, PORTAL_PASSWORD_COST={"memory": 8, "rounds": 1, "lanes": 1})
    app.register_blueprint(bp)
    app.extensions["portal_people"] = PersonStore(
        find,
        lambda _session, _person: None,
        lambda _session, _person: None,
        lambda _session, _id, _key, _value: None,
    )
    yield app
    app.extensions["portal_pool"].close()


@pytest.fixture
def as_one_who(trial: Flask) -> Callable[[str], FlaskClient]:
    """A browser of somebody with the rules of that name."""

    def browser(rules: str) -> FlaskClient:
        client = trial.test_client()
        client.get(f"/trial/enter/{rules}")
        return client

    return browser


def test_C1_a_route_without_a_mark_is_closed_to_everybody(
    trial: Flask, as_one_who: Callable[[str], FlaskClient]
) -> None:
    for client in (trial.test_client(), as_one_who("reads")):
        for method in ("get", "head", "post", "put", "patch", "delete", "options"):
            assert getattr(client, method)("/trial/unmarked").status_code == 403


def test_C1_a_public_route_is_open(trial: Flask) -> None:
    assert trial.test_client().get("/trial/public").text == "reached"


def test_C1_a_route_for_people_asks_strangers_to_sign_in(trial: Flask) -> None:
    answer = trial.test_client().get("/trial/own?a=b")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/trial/own?a%3Db"


def test_C1_and_lets_any_signed_in_person_in(as_one_who: Callable[[str], FlaskClient]) -> None:
    assert as_one_who("nothing").get("/trial/own").text == "reached by Asha"


def test_C1_a_route_with_a_permission_is_for_those_who_have_it(
    as_one_who: Callable[[str], FlaskClient],
) -> None:
    assert as_one_who("reads").get("/trial/read").text == "reached"
    assert as_one_who("mine").get("/trial/read").text == "reached"
    assert as_one_who("nothing").get("/trial/read").status_code == 403


def test_the_reason_of_the_rule_is_told(as_one_who: Callable[[str], FlaskClient]) -> None:
    answer = as_one_who("never").get("/trial/read")
    assert answer.status_code == 403
    assert "Not before the training." in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "//trial/read",
        "/trial//read",
        "/trial/read/",
        "/TRIAL/READ",
        "/trial/./read",
        "/trial/x/../read",
        "/%74rial/read",
        "/trial%2fread",
        "/trial/read%00",
        "/trial/read;a=b",
        "/trial/read?_method=GET&_method=POST",
    ],
)
def test_C10_another_way_to_write_the_address_leads_nowhere_new(
    trial: Flask, as_one_who: Callable[[str], FlaskClient], path: str
) -> None:
    for client in (trial.test_client(), as_one_who("nothing")):
        assert client.get(path, follow_redirects=True).text != "reached"


@pytest.mark.parametrize(
    "header",
    ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"],
)
def test_C10_headers_that_rename_method_or_address_do_nothing(
    as_one_who: Callable[[str], FlaskClient], header: str
) -> None:
    client = as_one_who("nothing")
    for value in ("GET", "POST", "/trial/public"):
        assert client.get("/trial/read", headers={header: value}).status_code == 403
    assert client.get("/trial/public", headers={header: "/trial/read"}).text == "reached"


def test_C10_head_is_refused_like_get(trial: Flask, as_one_who: Callable[[str], FlaskClient]) -> None:
    assert trial.test_client().head("/trial/read").status_code == 303
    assert as_one_who("nothing").head("/trial/read").status_code == 403
    assert as_one_who("reads").head("/trial/read").status_code == 200


@pytest.fixture
def projects(trial: Flask) -> None:
    """One project that `mine` speaks of, and one that it does not."""
    from portal.core.db import db

    with trial.app_context():
        db.session.add(Project(uuid=MINE, name="My project", type="CVA"))
        db.session.add(Project(uuid=THEIRS, name="Their project", type="CVA", status="CLOSED"))
        db.session.commit()


def test_C3_what_one_may_not_see_does_not_exist(
    as_one_who: Callable[[str], FlaskClient], projects: None
) -> None:
    client = as_one_who("mine")
    assert client.get(f"/trial/record/{MINE}").text == "My project"
    theirs, unknown = client.get(f"/trial/record/{THEIRS}"), client.get(f"/trial/record/{uuid4()}")
    assert theirs.status_code == unknown.status_code == 404
    without_id = [page.text.replace(page.headers["X-Request-Id"], "") for page in (theirs, unknown)]
    assert without_id[0] == without_id[1]


def test_what_one_may_see_and_not_do_is_refused_with_the_reason(
    as_one_who: Callable[[str], FlaskClient], projects: None
) -> None:
    client = as_one_who("not closed")
    assert client.get(f"/trial/record/{MINE}").status_code == 200
    refused = client.get(f"/trial/record/{THEIRS}")
    assert refused.status_code == 403
    assert "A closed project stays as it is." in refused.text
