"""Of two administrators who take the role from each other at once, exactly one succeeds."""

import threading
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.users.models import User
from portal.users.operations.assignments import assign_role, remove_role
from portal.users.operations.roles import ensure_system_roles
from portal.users.operations.users import add_user
from portal.users.roles import ADMIN

pytestmark = pytest.mark.database

WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.mark.parametrize("way", ["remove", "limit", "deactivate"])
def test_C9_two_administrators_who_remove_each_other_at_once_leave_one(
    committed_app: Flask, way: str
) -> None:
    from portal.core.db import db
    from portal.users.operations.granting import keep_an_admin

    with committed_app.app_context():
        session = db.session()
        ensure_system_roles(session)
        ids = []
        for name in ("asha", "bimal"):
            user = add_user(session, name, f"{name}@example.org")
            assign_role(session, user, ADMIN)
            ids.append(user.id)
        session.commit()
        engine = db.engine

    def change(session: Session, user: User) -> None:
        if way == "remove":
            remove_role(session, user, ADMIN)
        elif way == "limit":
            assign_role(session, user, ADMIN, projects=[user.uuid])
        else:
            session.execute(text('UPDATE tbl_users SET "deletedAt" = now() WHERE id = :id'), {"id": user.id})
            keep_an_admin(session)

    said: list[Any] = []
    with Session(engine) as first, Session(engine) as watcher:
        change(first, first.get_one(User, ids[0]))

        def second() -> None:
            with Session(engine) as session:
                try:
                    change(session, session.get_one(User, ids[1]))
                    session.commit()
                    said.append("done")
                except Refusal as refusal:
                    session.rollback()
                    said.append(str(refusal))

        other = threading.Thread(target=second)
        other.start()
        while (
            watcher.scalar(text(WAITS)) == 0
        ):  # the second has made its change and waits for the first to end
            assert other.is_alive()
            watcher.rollback()
            time.sleep(0.02)
        first.commit()
        other.join(20)
        assert said == ["Somebody must stay an administrator, for all projects and without an end."]
        left = watcher.scalar(
            text(
                'SELECT count(*) FROM tbl_users_roles a JOIN tbl_auth_roles r ON r.id = a."roleId"'
                ' JOIN tbl_users u ON u.id = a."userId"'
                " WHERE r.name = 'Admin' AND a.conditions IS NULL AND u.\"deletedAt\" IS NULL"
            )
        )
        assert left == 1
