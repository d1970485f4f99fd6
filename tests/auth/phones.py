"""Phones that show codes: the second factor of people in tests."""

import datetime as dt
import re
from pathlib import Path

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.models import SecondFactor
from portal.auth.operations.recovery_codes import make_recovery_codes
from portal.auth.passwords import Passwords
from portal.core.secrets import seal
from portal.users.models import User
from tests.auth.people import PASSWORD

SECRET = pyotp.random_base32(32)


def code_of(secret: str = SECRET, steps_on: int = 0) -> str:
    """What a phone shows now, or so many half minutes from now."""
    return str(pyotp.TOTP(secret).at(dt.datetime.now(dt.UTC) + steps_on * dt.timedelta(seconds=30)))


def wrong_code(secret: str = SECRET) -> str:
    """Six figures that no phone shows about now."""
    near = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
                if code not in near)  # fmt: skip


def give_phone(session: Session, app: Flask, user: User, secret: str = SECRET) -> None:
    """Give a user a second factor that is set up."""
    sealed = seal(Path(app.config["PORTAL_INSTANCE"]), f"{user.id}:{secret}")
    session.add(SecondFactor(user_id=user.id, secret=sealed, confirmed_at=func.now()))
    session.commit()


def give_codes(session: Session, passwords: Passwords, user: User) -> list[str]:
    """Give a user ten recovery codes."""
    codes = make_recovery_codes(session, passwords, user.id)
    session.commit()
    return codes


def forget_last_code(session: Session) -> None:
    """Let the code of this half minute be taken once more, as if the next one had come."""
    session.execute(update(SecondFactor).values(last_step=0))
    session.commit()


def factor(session: Session) -> SecondFactor:
    """The only second factor there is."""
    return session.scalars(select(SecondFactor)).one()


def demand_second_factor(session: Session, role: str = "Admin", demanded: bool = True) -> None:
    """Have a role demand a second factor, or not any more."""
    session.execute(
        text('UPDATE tbl_auth_roles SET "demandsSecondFactor" = :demanded WHERE name = :name'),
        {"name": role, "demanded": demanded},
    )
    session.commit()


def begin(client: FlaskClient) -> str:
    """Begin to set up one's phone; the secret that the page shows."""
    assert client.post("/account/second-factor/begin").location == "/account/second-factor/set-up"
    return secret_on(client.get("/account/second-factor/set-up"))


def secret_on(page: TestResponse) -> str:
    """The secret in letters, as one would type it into the phone."""
    found = re.search(r"data-secret>([A-Z2-7 ]+)<", page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def finish(client: FlaskClient, code: str, password: str = PASSWORD) -> TestResponse:
    """Type in the first code."""
    return client.post("/account/second-factor/set-up", data={"code": code, "current": password})


def codes_on(page: TestResponse) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r'<li><bdi class="mono" dir="ltr">([0-9a-z-]+)</bdi>', page.text)


def show(client: FlaskClient, code: str, **more: str) -> TestResponse:
    """Type a code of the phone in at the door."""
    return client.post("/sign-in/second-factor", data={"code": code, **more})


def recover(client: FlaskClient, code: str) -> TestResponse:
    """Type a recovery code in at the door."""
    return client.post("/sign-in/recovery-code", data={"code": code})
