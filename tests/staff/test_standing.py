"""Deactivating a user and restoring them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.auth.models import Auth, AuthSession
from portal.core.errors import Refusal
from portal.users.models import User, UserRole
from portal.users.operations.assignments import assign_role
from tests.factories import add_user_with, enter_as
from tests.staff.conftest import SignedInAs

pytestmark = pytest.mark.database


def deactivate(client: FlaskClient, user: User, reason: str = "Left the organisation") -> int:
    return client.post(f"/users/{user.uuid}/deactivate", data={"reason": reason}).status_code


def restore(client: FlaskClient, user: User) -> int:
    return client.post(f"/users/{user.uuid}/restore").status_code


def is_gone(user: User) -> bool:
    return user.deleted_at is not None


def address(session: Session, user: User) -> str:
    return session.scalars(select(Auth.service_id).where(Auth.user_id == user.id)).one()


def test_A13_a_deactivated_user_is_out_with_the_next_request(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    hers = enter_as(app.test_client(), session, asha)
    assert hers.get("/account/sessions").status_code == 200
    assert deactivate(admin, asha) == 303
    assert hers.get("/account/sessions").status_code == 303
    fragment = hers.get("/beneficiaries", headers={"HX-Request": "true"})
    assert (fragment.status_code, "HX-Redirect" in fragment.headers) == (401, True)
    live = select(func.count()).select_from(AuthSession).join(Auth).where(Auth.user_id == asha.id)
    assert session.scalar(live.where(AuthSession.revoked_at.is_(None))) == 0
    page = admin.get(f"/users/{asha.uuid}").text
    for word in ("Deactivated", "Left the organisation", "by Chief"):
        assert word in page


def test_A13_and_an_old_session_does_not_come_back_with_them(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    hers = enter_as(app.test_client(), session, asha)
    assert (deactivate(admin, asha), restore(admin, asha)) == (303, 303)
    assert hers.get("/account/sessions").status_code == 303
    assert (asha.deleted_at, asha.extras) == (None, {})
    assert address(session, asha) == "asha@example.org"
    again = enter_as(app.test_client(), session, asha)
    assert again.get("/account/sessions").status_code == 200


def test_a_reason_is_asked_for(admin: FlaskClient, asha: User) -> None:
    assert deactivate(admin, asha, " ") == 422
    assert not is_gone(asha)


def test_what_was_done_already_is_said_so(admin: FlaskClient, asha: User) -> None:
    assert restore(admin, asha) == 409
    assert deactivate(admin, asha) == 303
    assert deactivate(admin, asha) == 409


def test_C7_deactivating_changes_nothing_else(admin: FlaskClient, asha: User) -> None:
    data = {"reason": "Left", "name": "Other", "email": "other@example.org", "by": "somebody"}
    assert admin.post(f"/users/{asha.uuid}/deactivate", data=data).status_code == 303
    assert (asha.name, asha.email) == ("Asha", "asha@example.org")


def test_E9_the_address_of_a_deactivated_user_is_free_and_restoring_asks_again(
    session: Session, admin: FlaskClient, asha: User
) -> None:
    assert deactivate(admin, asha) == 303
    assert address(session, asha) == f"asha@example.org#{asha.uuid}"
    other = add_user_with(session, "asha", "Viewer")
    answer = admin.post(f"/users/{asha.uuid}/restore")
    assert answer.status_code == 422
    assert "Somebody with this e-mail address is a user already." in answer.text
    assert is_gone(asha)
    assert deactivate(admin, other) == 303
    assert restore(admin, asha) == 303


def test_E9_also_where_only_the_way_to_sign_in_is_taken(
    session: Session, admin: FlaskClient, asha: User, chief: User
) -> None:
    assert deactivate(admin, asha) == 303
    session.add(Auth(user_id=chief.id, service="EMAIL", service_id="asha@example.org"))
    session.commit()
    answer = admin.post(f"/users/{asha.uuid}/restore")
    assert answer.status_code == 422
    assert "Somebody else signs in" in answer.text
    assert is_gone(asha)


def test_nobody_deactivates_themselves(session: Session, admin: FlaskClient, chief: User) -> None:
    add_user_with(session, "second", "Admin")
    assert deactivate(admin, chief) == 422
    assert not is_gone(chief)


def test_C9_who_may_less_deactivates_and_restores_nobody_who_may_more(
    session: Session, keeper: FlaskClient, admin: FlaskClient, chief: User, asha: User
) -> None:
    boss = add_user_with(session, "boss", "Manager")
    answer = keeper.post(f"/users/{boss.uuid}/deactivate", data={"reason": "Mine now"})
    assert answer.status_code == 422
    assert "may do more than you" in answer.text
    assert not is_gone(boss)
    assert deactivate(admin, boss) == 303
    assert restore(keeper, boss) == 422
    assert is_gone(boss)
    nobody = add_user_with(session, "nobody", None, [])
    assert deactivate(keeper, nobody) == 303


def test_C9_the_last_administrator_is_not_deactivated(
    session: Session, signed_in_as: SignedInAs, chief: User
) -> None:
    other = add_user_with(session, "other", "Admin")
    hers = enter_as(signed_in_as("Viewer"), session, other)
    held = session.scalars(select(UserRole).where(UserRole.user_id == other.id)).one()
    held.expiry = func.now() + func.make_interval(
        0, 0, 0, 1
    )  # an administrator until tomorrow does not count
    session.commit()
    answer = hers.post(f"/users/{chief.uuid}/deactivate", data={"reason": "Coup"})
    assert answer.status_code == 422
    assert "Somebody must stay an administrator" in answer.text
    assert not is_gone(chief)
    held.expiry = None
    session.commit()
    assert deactivate(hers, chief) == 303


def test_C9_of_two_who_deactivate_each_other_at_once_one_stays(committed_app: Flask) -> None:
    """With real connections: each of them would leave nobody, together with the other."""
    from portal.core.db import db

    app, gate = committed_app, Barrier(2)
    with app.app_context():
        session = db.session()
        users = [add_user_with(session, name, "Admin") for name in ("one", "two")]
        clients = [enter_as(app.test_client(), session, user) for user in users]
        uuids = [user.uuid for user in users]

    def shoot(at: int) -> int:
        gate.wait(10)
        return clients[at].post(f"/users/{uuids[1 - at]}/deactivate", data={"reason": "Duel"}).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(shoot, (0, 1)))
    # Who comes second is refused, or is out already and asked to sign in.
    assert answers[0] == 303 or answers == [303, 422]
    with app.app_context():
        left = db.session.scalar(select(func.count()).where(User.deleted_at.is_(None)))
    assert left == 1


def test_C9_of_all_who_are_deactivated_at_once_one_stays(committed_app: Flask) -> None:
    """The operation alone, so that all of them are past the door when they meet."""
    from portal.core.db import db
    from portal.core.person import Person
    from portal.staff.operations.standing import deactivate as leave
    from portal.staff.queries.one_user import grants_of
    from portal.users.queries.users import the_user
    from tests.beneficiaries.reading import EVERYTHING

    app, number = committed_app, 6
    gate = Barrier(number)
    with app.app_context():
        uuids = [add_user_with(db.session(), f"admin{at}", "Admin").uuid for at in range(number)]
        stranger = add_user_with(db.session(), "stranger", "Viewer")
        facts = (stranger.id, stranger.uuid)

    def shoot(at: int) -> bool:
        with app.app_context():
            session = db.session()
            acting = Person(*facts, None, None, (), EVERYTHING, {}, "", 0, facts[1])
            gate.wait(10)
            try:
                user = session.scalars(the_user(uuids[at], locked=True)).one()
                leave(session, acting, user, grants_of(session, user.id), "All out")
                session.commit()
            except Refusal:
                session.rollback()
                return False
            return True

    with ThreadPoolExecutor(number) as pool:
        gone = sum(pool.map(shoot, range(number)))
    assert gone == number - 1


def test_restoring_says_what_comes_back(session: Session, admin: FlaskClient, asha: User) -> None:
    assign_role(session, asha, "Officer")
    session.commit()
    assert deactivate(admin, asha) == 303
    assert "<bdi>Officer</bdi>, <bdi>Viewer</bdi>" in admin.get(f"/users/{asha.uuid}/restore").text
