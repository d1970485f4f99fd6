"""C10: no other way to write an address, a method or a field leads past what a route asks for.

Walks every route there is, with somebody who is signed in and may do nothing, and with a stranger. What routing finds
nothing for is asked of one route of each module, and of routing alone for the others: no view stands behind it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from portal.web.access import Mark, mark_of
from tests.factories import add_user_with, enter_as
from tests.house.test_routes import address_of

pytestmark = pytest.mark.database

READING = {"GET", "HEAD", "OPTIONS"}
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
NAMED = ("_method", "_METHOD", *OVERRIDES)
RENAMES = ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path")


@dataclass(frozen=True)
class Closed:
    """A route that is not for everybody, with an address of it."""

    rule: Route
    mark: Mark
    address: str
    first: bool
    """Whether it is the first of its module."""

    @property
    def methods(self) -> set[str]:
        return set(self.rule.methods or ())


@pytest.fixture
def closed(app: Flask) -> list[Closed]:
    """All routes that ask for a permission."""
    found: list[Closed] = []
    modules: set[str] = set()
    for rule in app.url_map.iter_rules():
        mark = mark_of(app, rule.endpoint)
        if mark is not None and mark.action is not None:
            module = rule.endpoint.partition(".")[0]
            found.append(Closed(rule, mark, address_of(app.url_map, rule), module not in modules))
            if "GET" in found[-1].methods:
                modules.add(module)
    assert len(found) > 20
    return found


@pytest.fixture
def powerless(app: Flask, client: FlaskClient, session: Session) -> FlaskClient:
    """A browser of somebody who is signed in and may do nothing."""
    return enter_as(client, session, add_user_with(session, "powerless"))


def spellings(address: str) -> Iterator[str]:
    """The same address written otherwise."""
    yield address + "/"
    yield "/" + address
    yield address.replace("/", "//", 2)
    yield "/." + address
    yield "/x/.." + address
    yield "/%2e" + address
    yield "/x/%2e%2e" + address
    yield address.replace("/", "%2f").replace("%2f", "/", 1)
    yield address + "%00"
    yield address + ";a=b"
    yield address + "/."
    yield address + "%20"
    if address.upper() != address:
        yield address.upper()
    head, last = address[:1], address[1:]
    yield f"{head}%{ord(last[0]):02x}{last[1:]}"


def leads_nowhere(app: Flask, path: str, method: str = "GET") -> bool:
    """Whether routing finds no view for an address that is written so."""
    try:
        app.url_map.bind("localhost").match(unquote(path), method=method)
    except RequestRedirect:
        return False
    except (NotFound, MethodNotAllowed):
        return True
    return False


def spelled(client: FlaskClient, path: str) -> TestResponse:
    """Ask for an address just as it is written, as a server hands it on."""
    return client.get("/", environ_overrides={"PATH_INFO": unquote(path)})


def test_C10_no_other_spelling_of_an_address_opens_it(
    app: Flask, closed: list[Closed], powerless: FlaskClient
) -> None:
    asked = 0
    for route in closed:
        if "GET" not in route.methods:
            continue
        assert powerless.get(route.address).status_code == 403, route.rule
        for spelling in spellings(route.address):
            if not route.first and leads_nowhere(app, spelling):
                continue
            asked += 1
            answer = spelled(powerless, spelling)
            assert answer.status_code in {403, 404, 308}, f"{spelling}: {answer.status_code}"
            if answer.status_code == 308:
                where = urlsplit(answer.location)
                assert where.netloc == "localhost", spelling
                assert spelled(powerless, where.path).status_code in {403, 404}, spelling
    assert asked > 300


def test_C10_head_is_refused_like_get(app: Flask, closed: list[Closed], powerless: FlaskClient) -> None:
    for route in closed:
        if "HEAD" in route.methods:
            assert powerless.head(route.address).status_code == 403, route.rule
            assert app.test_client().head(route.address).status_code == 303, route.rule


def test_C10_every_other_method_is_refused(app: Flask, closed: list[Closed], powerless: FlaskClient) -> None:
    """GET and HEAD are asked above."""
    asked = 0
    for route in closed:
        for method in (route.methods | {"POST", "DELETE", "TRACE"}) - {"GET", "HEAD"}:
            if not route.first and leads_nowhere(app, route.address, method):
                continue
            asked += 1
            stranger = app.test_client().open(route.address, method=method).status_code
            person = powerless.open(route.address, method=method).status_code
            assert person in {403, 404, 405}, f"{method} {route.rule}: {person}"
            assert stranger in {303, 401, 404, 405}, f"{method} {route.rule}: {stranger}"
    assert asked > 100


@pytest.fixture
def seen(app: Flask) -> Iterator[list[tuple[str, str]]]:
    """Method and path of each request, as views are given them."""
    found: list[tuple[str, str]] = []

    def note() -> None:
        found.append((request.method, request.path))

    app.before_request_funcs.setdefault(None, []).insert(0, note)
    yield found
    app.before_request_funcs[None].remove(note)


def test_C10_headers_and_fields_that_name_another_method_or_address_do_nothing(
    closed: list[Closed], powerless: FlaskClient, seen: list[tuple[str, str]]
) -> None:
    for route in closed:
        for method in route.methods & {"GET", "POST"}:
            other = "GET" if method == "POST" else "POST"
            answer = powerless.open(
                route.address,
                method=method,
                headers={**dict.fromkeys(OVERRIDES, other), **dict.fromkeys(RENAMES, "/healthz")},
                query_string=dict.fromkeys(NAMED, other),
                data=dict.fromkeys(NAMED, other) if method == "POST" else None,
            )
            assert answer.status_code == 403, f"{method} {route.rule}"
            assert seen[-1] == (method, route.address)


def test_C10_headers_that_name_a_closed_address_do_not_open_it_from_a_public_one(
    closed: list[Closed], powerless: FlaskClient
) -> None:
    public = powerless.get("/healthz")
    for route in closed:
        if route.first:
            named = powerless.get("/healthz", headers=dict.fromkeys(RENAMES, route.address))
            assert named.data == public.data


@pytest.fixture
def as_admin(app: Flask, session: Session) -> Callable[[], FlaskClient]:
    """Browsers of an administrator."""
    user = add_user_with(session, "doubling", "Admin")
    return lambda: enter_as(app.test_client(), session, user)


def test_C10_a_field_sent_twice_is_refused_by_every_route_that_takes_fields(
    app: Flask, as_admin: Callable[[], FlaskClient]
) -> None:
    admin, tried = as_admin(), 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in {"auth.sign_out", "auth.end_session"}:
            continue
        address = address_of(app.url_map, rule)
        content_type = ("application/x-www-form-urlencoded", "multipart/form-data")[tried % 2]
        answer = admin.post(address, data={"code": ["1", "2"]}, content_type=content_type)
        assert answer.status_code == 400, f"{rule}: {answer.status_code}"
        tried += 1
    assert tried > 20


def test_C10_the_control_a_field_sent_once_is_taken(as_admin: Callable[[], FlaskClient]) -> None:
    admin = as_admin()
    assert admin.post("/theme", data={"theme": "dark"}).status_code == 303
    assert admin.post("/theme", data={"theme": ["dark", "light"]}).status_code == 400
    assert admin.post("/account/password", data={"current": "a"}).status_code == 422


def test_C10_a_field_that_takes_several_values_may_be_sent_several_times(
    as_admin: Callable[[], FlaskClient],
) -> None:
    shown = as_admin().post("/beneficiaries/columns", data={"columns": ["name", "phone"]})
    assert shown.status_code == 303
