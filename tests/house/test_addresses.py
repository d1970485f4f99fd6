"""C10: no other way to write an address, a method or a field leads past what a route asks for.

Walks every route there is, with somebody who is signed in and may do nothing, and with a stranger.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule as Route
from werkzeug.test import TestResponse

from portal.web.access import Mark, mark_of
from tests.factories import add_user_with, enter_as
from tests.house.test_routes import address_of

pytestmark = pytest.mark.database

READING = {"GET", "HEAD", "OPTIONS"}
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
RENAMES = ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Path")


@dataclass(frozen=True)
class Closed:
    """A route that is not for everybody, with an address of it."""

    rule: Route
    mark: Mark
    address: str

    @property
    def methods(self) -> set[str]:
        return set(self.rule.methods or ())


@pytest.fixture
def closed(app: Flask) -> list[Closed]:
    """All routes that ask for a permission."""
    found = []
    for rule in app.url_map.iter_rules():
        mark = mark_of(app, rule.endpoint)
        if mark is not None and mark.action is not None:
            found.append(Closed(rule, mark, address_of(app.url_map, rule)))
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


def spelled(client: FlaskClient, path: str) -> TestResponse:
    """Ask for an address just as it is written, as a server hands it on."""
    return client.get("/", environ_overrides={"PATH_INFO": unquote(path)})


def test_C10_no_other_spelling_of_an_address_opens_it(closed: list[Closed], powerless: FlaskClient) -> None:
    for route in closed:
        if "GET" not in route.methods:
            continue
        assert powerless.get(route.address).status_code == 403, route.rule
        for spelling in spellings(route.address):
            answer = spelled(powerless, spelling)
            assert answer.status_code in {403, 404, 308}, f"{spelling}: {answer.status_code}"
            if answer.status_code == 308:
                where = urlsplit(answer.location)
                assert where.netloc == "localhost", spelling
                assert spelled(powerless, where.path).status_code in {403, 404}, spelling


def test_C10_head_is_refused_like_get(app: Flask, closed: list[Closed], powerless: FlaskClient) -> None:
    for route in closed:
        if "HEAD" in route.methods:
            assert powerless.head(route.address).status_code == 403, route.rule
            assert app.test_client().head(route.address).status_code == 303, route.rule


def test_C10_every_other_method_is_refused(app: Flask, closed: list[Closed], powerless: FlaskClient) -> None:
    for route in closed:
        for method in route.methods | {"POST", "DELETE", "TRACE"}:
            stranger = app.test_client().open(route.address, method=method).status_code
            person = powerless.open(route.address, method=method).status_code
            assert person in {403, 404, 405}, f"{method} {route.rule}: {person}"
            assert stranger in {303, 401, 404, 405}, f"{method} {route.rule}: {stranger}"


def test_C10_headers_that_name_another_method_do_nothing(
    closed: list[Closed], powerless: FlaskClient
) -> None:
    for route in closed:
        method = "GET" if "GET" in route.methods else "POST"
        for other in ("GET", "POST", "OPTIONS"):
            answer = powerless.open(route.address, method=method, headers=dict.fromkeys(OVERRIDES, other))
            assert answer.status_code == 403, f"{other} on {route.rule}"


def test_C10_headers_that_name_another_address_do_nothing(
    closed: list[Closed], powerless: FlaskClient
) -> None:
    public = powerless.get("/healthz")
    for route in closed:
        if "GET" not in route.methods:
            continue
        assert powerless.get(route.address, headers=dict.fromkeys(RENAMES, "/healthz")).status_code == 403
        assert powerless.get("/healthz", headers=dict.fromkeys(RENAMES, route.address)).data == public.data


def test_C10_a_method_named_in_a_field_does_nothing(closed: list[Closed], powerless: FlaskClient) -> None:
    for route in closed:
        if "POST" in route.methods:
            fields = dict.fromkeys(("_method", "_METHOD", *OVERRIDES), "GET")
            assert powerless.post(route.address, data=fields, query_string=fields).status_code == 403, (
                route.rule
            )


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
