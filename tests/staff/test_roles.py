"""Giving roles, changing their limits, taking them."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.models import Role, User, UserRole
from portal.users.operations.assignments import assign_role
from portal.users.queries.roles import role_named
from tests.factories import add_beneficiary, add_project, add_user_with, enter_as
from tests.staff.conftest import KEEPER, SignedInAs

pytestmark = pytest.mark.database

FRIDAY = "2099-06-05T17:30"


def role(session: Session, name: str) -> Role:
    found = role_named(session, name)
    assert found
    return found


def held(session: Session, user: User, name: str) -> UserRole | None:
    return session.scalars(
        select(UserRole).join(Role).where(UserRole.user_id == user.id, Role.name == name)
    ).one_or_none()


def give(client: FlaskClient, session: Session, user: User, name: str, **more: object) -> int:
    data = {"role": role(session, name).id, **more}
    return client.post(f"/users/{user.uuid}/roles/give", data=data).status_code


def take(client: FlaskClient, session: Session, user: User, name: str) -> int:
    return client.post(f"/users/{user.uuid}/roles/{role(session, name).id}/take").status_code


def test_a_role_is_given_until_friday_and_in_two_projects(
    session: Session, admin: FlaskClient, chief: User, asha: User
) -> None:
    projects = [str(add_project(session, name).uuid) for name in ("Near", "Far")]
    assert give(admin, session, asha, "Officer", until=FRIDAY, projects=projects) == 303
    found = held(session, asha, "Officer")
    assert found
    assert found.expiry == dt.datetime(2099, 6, 5, 17, 30, tzinfo=dt.UTC)
    assert found.conditions == {"projects": projects}
    assert found.created_by == chief.id
    page = admin.get(f"/users/{asha.uuid}/roles/give?role={found.role_id}").text
    assert f'value="{FRIDAY}"' in page
    assert page.count(" checked") == 2


def test_C6_a_role_counts_with_the_next_click_and_no_longer_when_it_is_taken(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    hers = enter_as(app.test_client(), session, asha)
    assert hers.get("/imports").status_code == 403
    assert give(admin, session, asha, "Officer") == 303
    assert hers.get("/imports").status_code == 200
    assert take(admin, session, asha, "Officer") == 303
    assert hers.get("/imports").status_code == 403


def test_a_limited_role_shows_the_people_of_its_projects_only(
    app: Flask, session: Session, admin: FlaskClient
) -> None:
    near, far = add_project(session, "Near"), add_project(session, "Far")
    add_beneficiary(session, "Sita Near", projects=[near])
    add_beneficiary(session, "Ram Far", projects=[far])
    bimal = add_user_with(session, "bimal", None, [])
    assert give(admin, session, bimal, "Officer", projects=[str(near.uuid)]) == 303
    page = enter_as(app.test_client(), session, bimal).get("/beneficiaries").text
    assert "Sita Near" in page
    assert "Ram Far" not in page


def test_giving_a_role_again_changes_its_limits(session: Session, admin: FlaskClient, asha: User) -> None:
    near = add_project(session, "Near")
    assert give(admin, session, asha, "Officer", until=FRIDAY, projects=[str(near.uuid)]) == 303
    assert give(admin, session, asha, "Officer") == 303
    found = held(session, asha, "Officer")
    assert found
    assert (found.expiry, found.conditions) == (None, None)


@pytest.mark.parametrize(
    "data",
    [
        {"until": "2020-01-01T00:00"},
        {"until": "tomorrow"},
        {"until": "9999-99-99T00:00"},
        {"projects": "00000000-0000-0000-0000-000000000001"},
        {"projects": "x"},
        {"role": "99999"},
        {"role": "Admin"},
        {"role": ""},
    ],
)
def test_what_cannot_be_is_refused_and_gives_nothing(
    session: Session, admin: FlaskClient, asha: User, data: dict[str, str]
) -> None:
    assert give(admin, session, asha, "Officer", **data) == 422
    assert held(session, asha, "Officer") is None


def test_a_deactivated_user_gets_no_role(session: Session, admin: FlaskClient, asha: User) -> None:
    asha.deleted_at = dt.datetime.now(dt.UTC)
    session.commit()
    assert give(admin, session, asha, "Officer") == 409
    assert held(session, asha, "Officer") is None


def test_C9_nobody_gives_or_takes_what_they_lack(session: Session, keeper: FlaskClient, asha: User) -> None:
    for name in ("Admin", "Officer", "Manager"):
        assert give(keeper, session, asha, name) == 422
        assert held(session, asha, name) is None
    boss = add_user_with(session, "boss", "Manager")
    assert take(keeper, session, boss, "Manager") == 422
    assert held(session, boss, "Manager")
    small = Role(name="Small")
    session.add(small)
    session.commit()
    assert give(keeper, session, asha, "Small") == 303
    assert take(keeper, session, asha, "Small") == 303


def test_C9_who_holds_a_role_in_one_project_gives_it_in_that_one_only(
    session: Session, app: Flask, asha: User
) -> None:
    near, far = add_project(session, "Near"), add_project(session, "Far")
    giver = add_user_with(session, "giver", None, KEEPER)
    reader = add_user_with(session, "reader", None, [Rule("read", "BeneficiaryPii")])
    small = session.scalars(select(Role.name).where(Role.name == "Role of reader")).one()
    assign_role(session, giver, small, projects=[near.uuid])
    session.commit()
    client = enter_as(app.test_client(), session, giver)
    assert give(client, session, asha, small) == 422
    assert give(client, session, asha, small, projects=[str(far.uuid)]) == 422
    assert give(client, session, asha, small, projects=[str(near.uuid)]) == 303
    assert give(client, session, reader, small, projects=[str(near.uuid)]) == 422  # they hold it everywhere


def test_C9_nobody_touches_their_own_roles(session: Session, admin: FlaskClient, chief: User) -> None:
    add_user_with(session, "second", "Admin")
    assert admin.get(f"/users/{chief.uuid}/roles/give").status_code == 422
    assert give(admin, session, chief, "Officer") == 422
    assert take(admin, session, chief, "Admin") == 422
    assert held(session, chief, "Officer") is None
    assert held(session, chief, "Admin")


def test_C9_the_last_administrator_keeps_the_role(session: Session, app: Flask, chief: User) -> None:
    all_but_name = add_user_with(session, "mighty", None, [Rule("manage", "all")])
    client = enter_as(app.test_client(), session, all_but_name)
    near = add_project(session, "Near")
    assert take(client, session, chief, "Admin") == 422
    assert give(client, session, chief, "Admin", until=FRIDAY) == 422
    assert give(client, session, chief, "Admin", projects=[str(near.uuid)]) == 422
    found = held(session, chief, "Admin")
    assert found
    assert (found.expiry, found.conditions) == (None, None)
    add_user_with(session, "second", "Admin")
    assert take(client, session, chief, "Admin") == 303


def test_C9_of_two_who_take_the_role_from_each_other_at_once_one_keeps_it(committed_app: Flask) -> None:
    from portal.core.db import db

    app, gate = committed_app, Barrier(2)
    with app.app_context():
        session = db.session()
        users = [add_user_with(session, name, "Admin") for name in ("one", "two")]
        clients = [enter_as(app.test_client(), session, user) for user in users]
        uuids, number = [user.uuid for user in users], role(session, "Admin").id

    def shoot(at: int) -> int:
        gate.wait(10)
        return clients[at].post(f"/users/{uuids[1 - at]}/roles/{number}/take").status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(shoot, (0, 1)))
    assert answers.count(303) >= 1
    with app.app_context():
        left = db.session.scalar(select(func.count()).where(UserRole.role_id == number))
    assert left == 1


def test_C7_extra_fields_give_nothing_more(session: Session, admin: FlaskClient, asha: User) -> None:
    more = {"isSystem": "1", "created_by": "1", "user_id": "1", "conditions": "{}", "expiry": "2020-01-01"}
    assert give(admin, session, asha, "Officer", **more) == 303
    found = held(session, asha, "Officer")
    assert found
    assert (found.expiry, found.conditions, found.user_id) == (None, None, asha.id)


def test_a_role_not_held_is_not_taken(session: Session, admin: FlaskClient, asha: User) -> None:
    assert take(admin, session, asha, "Officer") == 404
    assert admin.post(f"/users/{asha.uuid}/roles/99999/take").status_code == 404


def test_roles_that_the_giver_may_not_see_are_not_offered(
    session: Session, signed_in_as: SignedInAs, asha: User
) -> None:
    blind = signed_in_as(
        Rule("read", "User"), Rule("update", "User"), Rule("read", "Role", conditions={"name": "Viewer"})
    )
    page = blind.get(f"/users/{asha.uuid}/roles/give").text
    assert "Viewer" in page
    assert ">Officer<" not in page
    assert give(blind, session, asha, "Officer") == 422
