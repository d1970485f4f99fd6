"""What tests are about: people in the registry, their groups and projects, and users who look at them."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import count
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations.sessions import Visit, start_session
from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryGroupProject,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.core.abilities import Rule
from portal.core.enums import Service
from portal.projects.models import Project
from portal.projects.operations.following import following_people
from portal.users.models import Permission, Role, User
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user

_next = count(1)
FIRST_DAY = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
SINCE = {"created_at": FIRST_DAY, "updated_at": FIRST_DAY}
"""Within a test's one transaction it is always now: what was there before says so."""


def add_project(session: Session, name: str, **facts: Any) -> Project:
    """A running project."""
    project = Project(**{"name": name, "type": "CVA", "status": "ACTIVE", **facts})
    session.add(project)
    session.flush()
    return project


def add_group(
    session: Session, name: str, projects: Iterable[Project] = (), **facts: Any
) -> BeneficiaryGroup:
    """A group, assigned to projects."""
    group = BeneficiaryGroup(**{"name": name, "created_at": FIRST_DAY, **facts})
    session.add(group)
    session.flush()
    with _before_it_was_over(session, projects := list(projects)):
        for project in projects:
            session.add(
                BeneficiaryGroupProject(project_id=project.uuid, beneficiary_group_id=group.uuid, **SINCE)
            )
        session.flush()
    return group


def add_beneficiary(
    session: Session,
    name: str | None = "Sita Tharu",
    phone: str | None = None,
    *,
    email: str | None = None,
    govt_id: str | None = None,
    groups: Iterable[BeneficiaryGroup] = (),
    projects: Iterable[Project] = (),
    **facts: Any,
) -> Beneficiary:
    """A person in the registry; each is registered a minute after the one before."""
    number = next(_next)
    usual = {
        "wallet_address": f"0x{number:040d}",
        "created_at": FIRST_DAY + dt.timedelta(minutes=number),
    }
    found = Beneficiary(**{**usual, **facts})
    session.add(found)
    session.flush()
    session.add(
        BeneficiaryPii(
            beneficiary_id=found.id,
            name=name,
            phone=phone or f"+97798{number:08d}",
            email=email,
            extras={"govtIDNumber": govt_id} if govt_id else None,
        )
    )
    for group in groups:
        session.add(GroupedBeneficiary(beneficiary_group_id=group.uuid, beneficiary_id=found.uuid, **SINCE))
    with _before_it_was_over(session, projects := list(projects)):
        for project in projects:
            session.add(BeneficiaryProject(project_id=project.uuid, beneficiary_id=found.uuid, **SINCE))
        session.flush()
    return found


def _before_it_was_over(session: Session, projects: Sequence[Project]) -> AbstractContextManager[None]:
    """What a test puts into a closed or deleted project was there before."""
    over = any(project.closed or project.deleted_at for project in projects)
    return following_people(session) if over else nullcontext()


def add_named(session: Session, people: Mapping[str, str | None] | Iterable[str]) -> list[UUID]:
    """Many people at once, with the phones given; each is registered a second after the one before."""
    phones = people if isinstance(people, Mapping) else dict.fromkeys(people)
    rows = session.execute(
        insert(Beneficiary).returning(Beneficiary.id, Beneficiary.uuid, sort_by_parameter_order=True),
        [
            {"wallet_address": f"0x{next(_next):040d}", "created_at": FIRST_DAY + dt.timedelta(seconds=at)}
            for at in range(len(phones))
        ],
    ).all()
    session.execute(
        insert(BeneficiaryPii),
        [
            {"beneficiary_id": row.id, "name": name, "phone": phone or f"+97797{next(_next):08d}"}
            for row, (name, phone) in zip(rows, phones.items(), strict=True)
        ],
    )
    return [row.uuid for row in rows]


def add_beneficiaries(session: Session, number: int) -> list[UUID]:
    """Many people at once, called "Person 0000" and so on."""
    return add_named(session, [f"Person {at:04d}" for at in range(number)])


def add_rules(session: Session, rules: Sequence[tuple[int, Rule]]) -> None:
    """Rules for roles, by the roles' ids."""
    told = ("action", "subject", "inverted", "conditions", "reason")
    rows = [{"role_id": role, **{name: getattr(rule, name) for name in told}} for role, rule in rules]
    if rows:
        session.execute(insert(Permission), rows)


def add_user_with(session: Session, name: str, role: str | None = None, rules: Iterable[Rule] = ()) -> User:
    """A user with a role of the set-up, or with a role of their own that has these rules."""
    user = add_user(session, name.title(), f"{name}@example.org")
    session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id=user.email))
    if role is None:
        own = Role(name=f"Role of {name}", is_system=False)
        session.add(own)
        session.flush()
        add_rules(session, [(own.id, rule) for rule in rules])
        role = own.name
    assign_role(session, user, role)
    session.commit()
    return user


def enter_as(client: FlaskClient, session: Session, user: User) -> FlaskClient:
    """Put a session of this user into a browser, as signing in does."""
    auth = session.query(Auth).filter_by(user_id=user.id).one()
    token = start_session(session, auth.id, Visit("127.0.0.1", "Tests"))
    session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    return client
