"""Unlocking a user, signing them out, taking their second factor away, signing everybody out."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.auth.models import Auth, AuthSession, SecondFactor
from portal.users.models import User
from tests.factories import add_user_with, enter_as
from tests.staff.conftest import SignedInAs

pytestmark = pytest.mark.database


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/sessions").status_code == 200


def second_factor(session: Session, user: User) -> None:
    session.add(SecondFactor(user_id=user.id, secret="sealed", confirmed_at=func.now()))
    session.commit()


def test_A3_an_administrator_unlocks_at_once(session: Session, admin: FlaskClient, asha: User) -> None:
    locked = {"is_locked": True, "locked_on_at": func.now(), "false_attempts": 5}
    session.execute(update(Auth).where(Auth.user_id == asha.id).values(**locked))
    session.commit()
    assert "Unlock" in admin.get(f"/users/{asha.uuid}").text
    assert admin.post(f"/users/{asha.uuid}/unlock").status_code == 303
    auth = session.scalars(select(Auth).where(Auth.user_id == asha.id)).one()
    assert (auth.is_locked, auth.locked_on_at, auth.false_attempts) == (False, None, 0)
    assert "Unlock" not in admin.get(f"/users/{asha.uuid}").text


def test_B6_an_administrator_ends_one_session_or_all_of_a_user(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    browsers = [enter_as(app.test_client(), session, asha) for _ in range(3)]
    first = session.scalars(
        select(AuthSession).join(Auth).where(Auth.user_id == asha.id).order_by(AuthSession.id).limit(1)
    ).one()
    assert admin.post(f"/users/{asha.uuid}/sessions/{first.session_id}/end").status_code == 303
    assert [is_in(browser) for browser in browsers] == [False, True, True]
    assert admin.post(f"/users/{asha.uuid}/sessions/{first.session_id}/end").status_code == 404
    assert admin.post(f"/users/{asha.uuid}/sessions/end-all").status_code == 303
    assert [is_in(browser) for browser in browsers] == [False, False, False]
    assert is_in(admin)


def test_B6_the_session_has_to_be_that_users(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    bimal = add_user_with(session, "bimal", "Viewer")
    browser = enter_as(app.test_client(), session, bimal)
    his = session.scalars(select(AuthSession).join(Auth).where(Auth.user_id == bimal.id)).one()
    assert admin.post(f"/users/{asha.uuid}/sessions/{his.session_id}/end").status_code == 404
    assert is_in(browser)


def test_B6_of_ones_own_sessions_this_one_stays(
    app: Flask, session: Session, admin: FlaskClient, chief: User
) -> None:
    other = enter_as(app.test_client(), session, chief)
    assert admin.post(f"/users/{chief.uuid}/sessions/end-all").status_code == 303
    assert (is_in(admin), is_in(other)) == (True, False)


def test_B6_an_administrator_signs_everybody_out_but_themselves(
    app: Flask, session: Session, admin: FlaskClient, chief: User, asha: User
) -> None:
    others = [enter_as(app.test_client(), session, user) for user in (chief, asha)]
    assert "Every session ends" in admin.get("/users/sign-out-everybody").text
    assert [is_in(browser) for browser in others] == [True, True]
    assert admin.post("/users/sign-out-everybody").status_code == 303
    assert [is_in(browser) for browser in others] == [False, False]
    assert is_in(admin)


def test_B6_only_an_administrator_signs_everybody_out(
    app: Flask, session: Session, keeper: FlaskClient, asha: User
) -> None:
    hers = enter_as(app.test_client(), session, asha)
    assert "Sign everybody out" not in keeper.get("/users").text
    assert keeper.get("/users/sign-out-everybody").status_code == 403
    assert keeper.post("/users/sign-out-everybody").status_code == 403
    assert is_in(hers)


def test_the_second_factor_of_somebody_who_lost_the_phone_is_reset(
    app: Flask, session: Session, admin: FlaskClient, asha: User
) -> None:
    second_factor(session, asha)
    hers = enter_as(app.test_client(), session, asha)
    assert "since" in admin.get(f"/users/{asha.uuid}").text
    assert "Talk to the person" in admin.get(f"/users/{asha.uuid}/second-factor/reset").text
    assert session.scalar(select(func.count()).select_from(SecondFactor)) == 1
    assert admin.post(f"/users/{asha.uuid}/second-factor/reset").status_code == 303
    assert session.scalar(select(func.count()).select_from(SecondFactor)) == 0
    assert hers.get("/account/sessions").status_code == 303


def test_C9_the_second_factor_of_who_may_more_is_out_of_reach(
    session: Session, keeper: FlaskClient, chief: User
) -> None:
    second_factor(session, chief)
    answer = keeper.post(f"/users/{chief.uuid}/second-factor/reset")
    assert answer.status_code == 422
    assert "may do more than you" in answer.text
    assert session.scalar(select(func.count()).select_from(SecondFactor)) == 1


def test_ones_own_second_factor_is_not_reset_without_a_code(
    session: Session, app: Flask, chief: User
) -> None:
    client = enter_as(app.test_client(), session, chief)
    session.execute(update(AuthSession).values(second_factor_at=func.now()))
    second_factor(session, chief)
    assert client.post(f"/users/{chief.uuid}/second-factor/reset").status_code == 422
    assert session.scalar(select(func.count()).select_from(SecondFactor)) == 1


def test_unlocking_somebody_who_is_not_locked_does_no_harm(
    signed_in_as: SignedInAs, admin: FlaskClient, asha: User
) -> None:
    assert admin.post(f"/users/{asha.uuid}/unlock").status_code == 303
