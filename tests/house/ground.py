"""What the house's tests of changes stand on: a portal with an administrator in it, and somebody to look after."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.auth.models import Auth, AuthSession
from portal.auth.passwords import Passwords
from portal.users.models import Role, User
from tests.auth.people import person_in, sign_in
from tests.auth.phones import code_of, forget_last_code, give_phone, show
from tests.factories import add_user_with, enter_as
from tests.imports.batches import stage

TABLE = [["name", "phone"], ["Sita", "9801234567"], ["Sita", "9801234567"], ["Bad", "12"]]


@dataclass(frozen=True)
class Ground:
    """A portal with an administrator who is signed in, and somebody to look after."""

    app: Flask
    session: Session
    admin: FlaskClient
    me: User
    asha: User

    def post(self, address: str, /, **data: Any) -> TestResponse:
        """Send a form as the administrator."""
        return self.admin.post(address, data=data, buffered=True)

    def filled(self, address: str, /, **data: Any) -> TestResponse:
        """The same, with the version that the form's page holds."""
        found = re.search(r'name="version"[^>]*value="([^"]*)"', self.admin.get(address).text)
        assert found, address
        return self.post(address, version=found[1], **data)

    def stranger(self) -> FlaskClient:
        """A browser in which nobody is signed in."""
        return self.app.test_client()

    def owing(self) -> FlaskClient:
        """A browser in which the administrator, who has a phone now, has typed the password and no code yet."""
        give_phone(self.session, self.app, self.me)
        browser = self.stranger()
        assert sign_in(browser, "chief").status_code == 303
        return browser

    def proved(self) -> FlaskClient:
        """The same once the code was shown; the next code can be taken at once."""
        browser = self.owing()
        assert show(browser, code_of()).status_code == 303
        forget_last_code(self.session)
        return browser

    @property
    def passwords(self) -> Passwords:
        """How the portal hashes."""
        found: Passwords = self.app.extensions["portal_passwords"]
        return found

    def batch(self) -> UUID:
        """An import under review."""
        return stage(self.session, TABLE)

    def role_id(self, name: str) -> int:
        """The id of a role."""
        return self.session.scalars(select(Role.id).where(Role.name == name)).one()

    def session_of(self, user: User) -> UUID:
        """A session of somebody, just begun."""
        enter_as(self.stranger(), self.session, user)
        latest = select(AuthSession.session_id).join(Auth, Auth.id == AuthSession.auth_id)
        return self.session.scalars(
            latest.where(Auth.user_id == user.id).order_by(AuthSession.id.desc()).limit(1)
        ).one()

    def sql(self, statement: str, **values: Any) -> None:
        """Bring about by hand what would take long."""
        self.session.execute(text(statement), values)
        self.session.commit()


def ground(app: Flask, session: Session) -> Ground:
    """A fresh one."""
    me = person_in(session, app.extensions["portal_passwords"], "chief", "Admin")
    client = app.test_client()
    assert sign_in(client, "chief").status_code == 303
    return Ground(app, session, client, me, add_user_with(session, "asha", "Viewer"))


Call = Callable[[Ground], TestResponse]
Calls = dict[str, tuple[str, Call]]
"""Endpoint → deed and table of an entry in the log, and the call that leaves it."""
