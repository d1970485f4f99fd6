"""A11: the first administrator is made by command, with a password nobody else has seen."""

import re

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select, text

from portal.auth.models import Auth
from portal.cli import main
from portal.core.db import db
from portal.users.models import User
from tests.conftest import SECRET

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def environment(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a command of a shell finds it."""
    monkeypatch.setenv("DATABASE_URL", fresh_database)
    monkeypatch.setenv("PORTAL_SECRET_KEY", SECRET)
    monkeypatch.setenv("PORTAL_PASSWORD_COST", '{"memory": 8, "rounds": 1, "lanes": 1}')


def portal(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, words)
    return done.exit_code, done.output


def test_A11_without_it_nobody_can_sign_in(committed_app: Flask) -> None:
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Auth)) == 0
        assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_A11_the_first_administrator_comes_in_once_with_the_password_shown(committed_app: Flask) -> None:
    code, said = portal("user", "create-admin", "Asha@Example.org", "--name", "Asha")
    assert code == 0
    password = said.strip().rsplit(" ", 1)[1]
    assert len(password) == 24
    client = committed_app.test_client()
    answer = client.post("/sign-in", data={"identifier": "asha@example.org", "password": password})
    assert answer.status_code == 303
    assert client.get("/beneficiaries").location == "/account/password"
    with committed_app.app_context():
        roles = db.session.execute(
            text('SELECT r.name FROM tbl_users_roles JOIN tbl_auth_roles r ON r.id = "roleId"')
        )
        assert [row.name for row in roles] == ["Admin"]


def test_A11_two_administrators_get_different_passwords_and_none_is_stored() -> None:
    shown = [
        portal("user", "create-admin", f"{name}@example.org")[1].split()[-1] for name in ("asha", "bimal")
    ]
    assert len(set(shown)) == 2


def test_an_address_in_use_is_refused_and_nothing_is_left(committed_app: Flask) -> None:
    assert portal("user", "create-admin", "asha@example.org")[0] == 0
    code, said = portal("user", "create-admin", "ASHA@example.org")
    assert code == 1
    assert re.search("is a user already", said)
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_A3_an_administrator_unlocks_an_account_at_once(committed_app: Flask) -> None:
    password = portal("user", "create-admin", "asha@example.org")[1].split()[-1]
    client = committed_app.test_client()
    for _attempt in range(5):
        client.post("/sign-in", data={"identifier": "asha@example.org", "password": "wrong"})
    typed = {"identifier": "asha@example.org", "password": password}
    assert client.post("/sign-in", data=typed).status_code == 422
    assert portal("user", "unlock", "Asha@example.org") == (0, "Asha@example.org may try again.\n")
    assert client.post("/sign-in", data=typed).status_code == 303


def test_unlocking_nobody_says_so() -> None:
    code, said = portal("user", "unlock", "nobody@example.org")
    assert code == 1
    assert "Nobody signs in with nobody@example.org." in said
