"""People who sign in, and what their browsers see."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from zlib import decompress

from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.models import AuthSession
from portal.auth.operations.accounts import add_email_account
from portal.auth.passwords import Passwords
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user

PASSWORD = "correct horse battery staple"
WRONG = "wrong horse battery staple"


def person_in(session: Session, passwords: Passwords, name: str, role: str | None, **facts: Any) -> User:
    """A user with an account and, unless it is None, a role."""
    user = add_user(session, name.title(), f"{name}@example.org", **facts)
    add_email_account(session, user, passwords.hash(PASSWORD))
    if role:
        assign_role(session, user, role)
    session.commit()
    return user


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: Any) -> TestResponse:
    """Fill in the sign-in page."""
    data = {"identifier": f"{name}@example.org", "password": password, **more.pop("data", {})}
    return client.post("/sign-in", data=data, **more)


def is_signed_in(client: FlaskClient) -> bool:
    """Whether this browser gets to a page that is only for people who are signed in."""
    return client.get("/account/sessions").status_code == 200


def cookie_of(client: FlaskClient, name: str = "sid", domain: str = "localhost") -> str | None:
    """What the browser keeps of us."""
    cookie = client.get_cookie(name, domain=domain)
    return cookie.value if cookie else None


def without_token(page: TestResponse) -> str:
    """A page as text, less what differs on every page."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page.text)


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL statements sent inside the block, without the test's own savepoints."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "SAVEPOINT" not in statement:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def sessions(session: Session) -> list[AuthSession]:
    """All sessions there are, in the order in which they began."""
    return list(session.scalars(select(AuthSession).order_by(AuthSession.id)))


def payload(cookie: str) -> dict[str, str]:
    """What a cookie of ours says to whoever reads it."""
    part = cookie.lstrip(".").split(".")[0]
    held = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    return dict(json.loads(decompress(held) if cookie.startswith(".") else held))
