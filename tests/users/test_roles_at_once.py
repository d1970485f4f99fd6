"""Two people at one role at the same moment."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.errors import Conflict, Refusal
from portal.users.models import Role, User, UserRole
from portal.users.operations.assignments import assign_role
from portal.users.operations.roles import RoleFacts, delete_role, edit_role, make_role
from portal.users.operations.users import add_user
from portal.users.queries.roles import holders_of, role_with
from tests.users.test_last_admin import WAITS

pytestmark = pytest.mark.database


class Somebody:
    """Who acts: an administrator, as operations know one."""

    id = 0
    ability = Ability([Rule("manage", "all")])


@pytest.fixture
def engine(committed_app: Flask) -> Any:
    """A database with the role Clerk and a user who does not hold it."""
    from portal.core.db import db

    with committed_app.app_context():
        session = db.session()
        make_role(session, Somebody(), RoleFacts("Clerk"), [Rule("read", "Job")])  # type: ignore[arg-type]
        add_user(session, "asha")
        session.commit()
        return db.engine


def while_it_waits(engine: Any, first: Session, second: Callable[[Session], None]) -> list[str]:
    """Do the second as far as it comes, commit the first, and say how the second ended."""
    said: list[str] = []

    def run() -> None:
        with Session(engine) as session:
            try:
                second(session)
                session.commit()
                said.append("done")
            except Refusal as refusal:
                session.rollback()
                said.append(f"{type(refusal).__name__}: {refusal}")

    other = threading.Thread(target=run)
    other.start()
    with Session(engine) as watcher:
        while watcher.scalar(text(WAITS)) == 0:
            assert other.is_alive(), said
            watcher.rollback()
            time.sleep(0.02)
    first.commit()
    other.join(20)
    return said


def clerk(session: Session) -> Role:
    role_id = session.scalars(select(Role.id).where(Role.name == "Clerk")).one()
    return session.scalars(role_with(role_id, locked=True)).one()


def test_E5_of_two_edits_at_once_the_second_is_told_of_the_first(engine: Any) -> None:
    def edit(session: Session, limit: int) -> None:
        facts = RoleFacts("Clerk", export_limit=limit)
        edit_role(session, Somebody(), clerk(session), facts, [], version=1)  # type: ignore[arg-type]

    with Session(engine) as first:
        edit(first, 1)
        said = while_it_waits(engine, first, lambda session: edit(session, 2))
    assert said == [f"{Conflict.__name__}: Somebody changed this role while you did."]
    with Session(engine) as after:
        assert clerk(after).export_limit == 1


def test_a_role_given_while_it_is_deleted_is_not_given(engine: Any) -> None:
    def give(session: Session) -> None:
        assign_role(session, session.scalars(select(User)).one(), "Clerk")

    with Session(engine) as first:
        role = clerk(first)
        delete_role(first, Somebody(), role, holders_of(first, role))  # type: ignore[arg-type]
        said = while_it_waits(engine, first, give)
    assert said == ["Refusal: There is no role Clerk."]
    with Session(engine) as after:
        assert after.scalars(select(UserRole.id)).all() == []
