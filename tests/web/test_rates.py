"""Limits on how often something may be done; tried on a route of the test's own."""

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.rates import RateCount, forget_old_counts
from portal.web import rates
from portal.web.access import public
from tests.conftest import FreshContextClient, make_app

pytestmark = pytest.mark.database

MOST, SECONDS = 3, 600
bp = Blueprint("trial_rates", __name__)


@bp.post("/trial/limited")
@public
def limited() -> str:
    who = request.form.get("who") or rates.address()
    rates.take("trial", who, MOST, SECONDS)
    if "back" in request.form:
        rates.give_back("trial", who)
    return "reached"


@bp.post("/trial/limited-and-broken")
@public
def broken() -> str:
    rates.take("trial", "broken", MOST, SECONDS)
    raise ZeroDivisionError


@bp.post("/trial/left-out")
@public
def left_out() -> str:
    return "done" if rates.within("trial", rates.address(), MOST, SECONDS) else "left out"


@pytest.fixture(scope="module")
def app(database: str) -> Iterator[Flask]:
    app = make_app(database, PORTAL_PROXIES=1, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = FreshContextClient
    app.register_blueprint(bp)
    yield app
    app.extensions["portal_pool"].close()


def ask(client: FlaskClient, number: int, path: str = "/trial/limited", **more: str) -> list[int]:
    address = more.pop("address", "198.51.100.7")
    return [
        client.post(path, data=more, headers={"X-Forwarded-For": address}).status_code for _ in range(number)
    ]


def test_so_many_times_and_no_more(client: FlaskClient) -> None:
    assert ask(client, MOST + 1) == [200] * MOST + [429]


def test_what_is_left_out_above_the_limit_lets_the_page_go_on(client: FlaskClient) -> None:
    answers = [client.post("/trial/left-out").text for _ in range(MOST + 1)]
    assert answers == ["done"] * MOST + ["left out"]


def test_the_page_says_when_to_try_again(client: FlaskClient) -> None:
    ask(client, MOST)
    answer = client.post("/trial/limited", headers={"X-Forwarded-For": "198.51.100.7"})
    assert answer.headers["Retry-After"] == str(SECONDS)
    assert "Try again in 10 minutes." in answer.text
    fragment = client.post(
        "/trial/limited", headers={"X-Forwarded-For": "198.51.100.7", "HX-Request": "true"}
    )
    assert (fragment.status_code, fragment.headers["HX-Reswap"]) == (429, "none")
    assert fragment.headers["Retry-After"] == str(SECONDS)


def test_one_is_not_counted_for_another_nor_one_thing_for_another(client: FlaskClient) -> None:
    ask(client, MOST)
    assert ask(client, 1, address="198.51.100.8") == [200]
    assert ask(client, 1, "/trial/limited-and-broken") == [500]


def test_when_the_time_is_over_it_counts_from_one_again(client: FlaskClient, session: Session) -> None:
    ask(client, MOST + 3)
    session.execute(text("UPDATE tbl_rate_counts SET \"endsAt\" = now() - interval '1 second'"))
    assert ask(client, MOST + 1) == [200] * MOST + [429]


def test_trying_on_does_not_make_the_time_longer(client: FlaskClient, session: Session) -> None:
    ask(client, MOST)
    session.execute(text("UPDATE tbl_rate_counts SET \"endsAt\" = now() + interval '90 seconds'"))
    answer = client.post("/trial/limited", headers={"X-Forwarded-For": "198.51.100.7"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "90")


def test_what_fails_afterwards_was_counted(client: FlaskClient) -> None:
    assert ask(client, MOST + 1, "/trial/limited-and-broken") == [500] * MOST + [429]


def test_what_is_given_back_does_not_count(client: FlaskClient, session: Session) -> None:
    assert ask(client, MOST + 2, back="1") == [200] * (MOST + 2)
    assert session.scalars(select(RateCount)).one().count == 0


def test_the_table_names_nobody(client: FlaskClient, session: Session) -> None:
    ask(client, 1, who="asha@example.org")
    row = session.scalars(select(RateCount)).one()
    assert (row.name, len(row.who)) == ("trial", 32)
    assert b"asha" not in row.who


def test_all_of_one_ipv6_connection_count_as_one(client: FlaskClient) -> None:
    for host in range(1, MOST + 1):
        assert ask(client, 1, address=f"2001:db8:1:2::{host}") == [200]
    assert ask(client, 1, address="2001:db8:1:2:ffff::1") == [429]
    assert ask(client, 1, address="2001:db8:1:3::1") == [200]


def test_one_ipv4_address_is_the_same_when_ipv6_wraps_it(client: FlaskClient) -> None:
    ask(client, MOST)
    assert ask(client, 1, address="::ffff:198.51.100.7") == [429]


def test_old_counts_are_forgotten_and_others_kept(client: FlaskClient, session: Session) -> None:
    ask(client, 1, who="old")
    session.execute(text("UPDATE tbl_rate_counts SET \"endsAt\" = now() - interval '1 second'"))
    ask(client, 1, who="new")
    forget_old_counts(session)
    assert session.scalars(select(RateCount.count)).all() == [1]
    assert ask(client, MOST, who="new") == [200] * (MOST - 1) + [429]
