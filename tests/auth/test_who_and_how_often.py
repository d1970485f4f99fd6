"""Signing in with an address or a number, and how often it may be tried from one place."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.auth.limits import SIGN_IN_SECONDS, SIGN_IN_TRIES
from portal.auth.operations.accounts import add_phone_account
from portal.users.models import User
from tests.auth.people import PASSWORD, WRONG, is_signed_in, sign_in

pytestmark = pytest.mark.database


def test_a_phone_number_is_as_good_as_an_address(app: Flask, session: Session, asha: User) -> None:
    asha.phone = "+9779812345678"
    add_phone_account(session, asha)
    for typed in ("+977 981-2345678", "9812345678", "00977 9812345678", "९८१२३४५६७८"):
        client = app.test_client()
        answer = client.post("/sign-in", data={"identifier": typed, "password": PASSWORD})
        assert answer.status_code == 303, typed
        assert is_signed_in(client)
    for typed in ("9812345679", "98", "+", "asha"):
        answer = app.test_client().post("/sign-in", data={"identifier": typed, "password": PASSWORD})
        assert answer.status_code == 422, typed


def test_A5_locking_one_account_locks_no_other(client: FlaskClient, asha: User, bimal: User) -> None:
    for _attempt in range(5):
        sign_in(client, "bimal", WRONG)
    assert sign_in(client, "bimal").status_code == 422
    assert sign_in(client, "asha").status_code == 303


def test_A5_many_accounts_tried_from_one_address_are_slowed_down(
    app: Flask, client: FlaskClient, asha: User
) -> None:
    tried = [sign_in(client, f"person{at}", WRONG) for at in range(SIGN_IN_TRIES + 1)]
    assert [answer.status_code for answer in tried] == [422] * SIGN_IN_TRIES + [429]
    assert int(tried[-1].headers["Retry-After"]) == SIGN_IN_SECONDS
    assert sign_in(client, "asha").status_code == 429
    elsewhere = app.test_client()
    assert sign_in(elsewhere, "asha", environ_base={"REMOTE_ADDR": "198.51.100.7"}).status_code == 303


def test_A5_an_office_that_signs_in_rightly_behind_one_address_is_not(
    client: FlaskClient, asha: User
) -> None:
    for _colleague in range(SIGN_IN_TRIES + 1):
        assert sign_in(client, "asha").status_code == 303
        client.post("/sign-out")
