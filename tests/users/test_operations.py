"""Users, their roles and what is remembered of their choices."""

import datetime as dt

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.users.emails import fold_email
from portal.users.models import User, UserRole
from portal.users.operations.assignments import assign_role
from portal.users.operations.preferences import remember_preference
from portal.users.operations.roles import ensure_system_roles
from portal.users.operations.users import add_user
from portal.users.queries.roles import count_holders

pytestmark = pytest.mark.database


def test_a_users_address_is_kept_folded(session: Session) -> None:
    assert add_user(session, "Asha", "  Asha@Example.ORG ").email == "asha@example.org"
    assert fold_email("\u212bsa@example.org") == fold_email("\u00c5SA@example.org")


def test_two_users_do_not_share_an_address(session: Session) -> None:
    add_user(session, "Asha", "asha@example.org")
    with pytest.raises(Refusal) as refusal:
        add_user(session, "Other", "ASHA@example.org")
    assert refusal.value.field == "email"
    assert session.scalar(select(func.count()).select_from(User).where(User.name == "Other")) == 0


def test_the_address_of_somebody_deleted_is_free(session: Session) -> None:
    add_user(session, "Asha", "asha@example.org").deleted_at = dt.datetime.now(dt.UTC)
    session.flush()
    assert add_user(session, "New", "asha@example.org").id


def test_a_role_given_twice_is_one_assignment_with_the_later_end(session: Session) -> None:
    ensure_system_roles(session)
    user = add_user(session, "Asha")
    friday = dt.datetime(2030, 1, 4, tzinfo=dt.UTC)
    assign_role(session, user, "Viewer")
    assign_role(session, user, "Viewer", until=friday)
    given = session.scalars(select(UserRole).where(UserRole.user_id == user.id)).one()
    assert given.expiry == friday


def test_a_role_that_does_not_exist_is_refused(session: Session) -> None:
    with pytest.raises(Refusal, match="no role Emperor"):
        assign_role(session, add_user(session, "Asha"), "Emperor")


def test_only_holders_whose_role_is_in_force_are_counted(session: Session) -> None:
    ensure_system_roles(session)
    before = count_holders(session, "Admin")
    asha, bimal, chandra = (add_user(session, name) for name in ("Asha", "Bimal", "Chandra"))
    past = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assign_role(session, asha, "Admin")
    assign_role(session, bimal, "Admin", until=past)
    assign_role(session, chandra, "Admin")
    chandra.deleted_at = past
    session.flush()
    assert count_holders(session, "Admin") == before + 1


@pytest.mark.parametrize("extras", [None, {}, {"note": "kept"}, {"preferences": {"other": [1]}}])
def test_a_preference_is_remembered_beside_what_was_there(
    session: Session, extras: dict[str, object] | None
) -> None:
    user = add_user(session, "Asha", extras=extras)
    other = add_user(session, "Bimal", extras={"note": "untouched"})
    remember_preference(session, user.id, "beneficiaries.columns", ["name", "phone"])
    remember_preference(session, user.id, "beneficiaries.columns", ["name", "é"])
    session.expire_all()
    kept = dict(user.extras or {})
    preferences = kept.pop("preferences")
    assert preferences.pop("beneficiaries.columns") == ["name", "é"]
    assert preferences == (extras or {}).get("preferences", {})
    assert kept == {key: value for key, value in (extras or {}).items() if key != "preferences"}
    assert other.extras == {"note": "untouched"}
