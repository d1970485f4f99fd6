"""Deleting a vendor and bringing them back: the user goes and comes with them, unless they are more than a vendor."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from portal.auth.models import Auth
from portal.core.enums import Service
from portal.users.models import Role, User, UserRole
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from tests.factories import enter_as
from tests.vendors.conftest import Ground, SignedInAs
from tests.vendors.shops import add_vendor


def user_of(here: Ground) -> User:
    found: User = here.session.query(User).filter_by(uuid=here.shop.uuid).one()
    here.session.refresh(found)
    return found


def roles_of(here: Ground) -> set[str]:
    held = here.session.query(Role.name).join(UserRole).filter(UserRole.user_id == user_of(here).id)
    return {name for (name,) in held}


def delete(browser: FlaskClient, here: Ground) -> Any:
    return browser.post(f"{here.url}/delete", data={"reason": "Moved away"})


def limited_manager(here: Ground, client: FlaskClient) -> FlaskClient:
    """The browser of a manager who looks after the project in which the vendor works, and no other."""
    user = add_user(here.session, "Limited", "limited@example.org")
    here.session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id="limited@example.org"))
    assign_role(here.session, user, "Manager", projects=[here.winter.uuid])
    return enter_as(client, here.session, user)


def test_a_deleted_vendor_is_gone_with_their_user_and_comes_back_with_them(
    here: Ground, manager: FlaskClient
) -> None:
    here.session.add(Auth(user_id=user_of(here).id, service=Service.EMAIL, service_id="grain@example.org"))
    here.session.commit()
    assert delete(manager, here).status_code == 303
    assert here.fresh().deleted_at is not None
    assert (here.shop.deleted_reason, user_of(here).deleted_at) == ("Moved away", here.shop.deleted_at)
    assert here.session.query(Auth.service_id).filter_by(user_id=user_of(here).id).one() != (
        "grain@example.org",
    )
    assert "Inaruwa Grain Store" not in manager.get("/vendors").text
    assert manager.get(here.url).location == f"{here.url}/restore"
    page = manager.get(f"{here.url}/restore").text
    assert "Moved away" in page
    assert "Cash for Winter" in page
    assert manager.post(f"{here.url}/restore").status_code == 303
    shop = here.fresh()
    assert (shop.deleted_at, shop.deleted_reason, user_of(here).deleted_at) == (None, None, None)
    assert here.session.query(Auth.service_id).filter_by(user_id=user_of(here).id).one() == (
        "grain@example.org",
    )
    assert roles_of(here) == {"Vendor"}
    assert "Cash for Winter" in manager.get(f"{here.url}/projects").text


def test_without_a_reason_nobody_is_deleted(here: Ground, manager: FlaskClient) -> None:
    assert manager.post(f"{here.url}/delete", data={"reason": " "}).status_code == 422
    assert here.fresh().deleted_at is None


def test_deleting_and_restoring_twice_does_it_once(here: Ground, manager: FlaskClient) -> None:
    delete(manager, here)
    first = here.fresh().deleted_at
    assert delete(manager, here).location == f"{here.url}/restore"
    assert here.fresh().deleted_at == first
    manager.post(f"{here.url}/restore")
    assert manager.post(f"{here.url}/restore").location == here.url


def test_who_is_more_than_a_vendor_stays_a_user_without_the_role(here: Ground, manager: FlaskClient) -> None:
    assign_role(here.session, user_of(here), "Officer")
    here.session.commit()
    assert delete(manager, here).status_code == 303
    assert (here.fresh().deleted_at is not None, user_of(here).deleted_at) == (True, None)
    assert roles_of(here) == {"Officer"}
    assert manager.post(f"{here.url}/restore").status_code == 303
    assert roles_of(here) == {"Officer", "Vendor"}
    assert here.fresh().deleted_at is None


def test_a_vendor_whose_user_was_deactivated_is_restored_with_them(
    here: Ground, signed_in_as: SignedInAs
) -> None:
    admin = signed_in_as("Admin")
    assert admin.post(f"/users/{here.shop.uuid}/deactivate", data={"reason": "Left"}).status_code == 303
    assert here.fresh().deleted_at is not None
    assert "Their user was deactivated." in admin.get(f"{here.url}/restore").text
    assert admin.post(f"{here.url}/restore").status_code == 303
    assert (here.fresh().deleted_at, user_of(here).deleted_at) == (None, None)


@pytest.mark.parametrize("field", ["email", "wallet"])
def test_E9_what_somebody_else_has_by_now_keeps_a_vendor_deleted(
    here: Ground, manager: FlaskClient, field: str
) -> None:
    taken: dict[str, Any] = {field: getattr(here.shop, field)}
    delete(manager, here)
    add_vendor(here.session, "Other", **taken)
    here.session.commit()
    answer = manager.post(f"{here.url}/restore")
    assert answer.status_code == 422
    assert "already" in answer.text
    assert here.fresh().deleted_at is not None
    assert user_of(here).deleted_at is not None


def test_C4_who_does_not_see_all_their_projects_does_not_delete_them(
    here: Ground, client: FlaskClient
) -> None:
    limited = limited_manager(here, client)
    here.session.execute(
        text('INSERT INTO tbl_projects_vendors ("projectId", "vendorId") VALUES (:project, :vendor)'),
        {"project": here.flood.uuid, "vendor": here.shop.uuid},
    )
    here.session.commit()
    refused = delete(limited, here)
    assert refused.status_code == 422
    assert "a project that you do not see" in refused.text
    assert "Flood" not in refused.text
    here.session.execute(
        text('DELETE FROM tbl_projects_vendors WHERE "projectId" = :project'), {"project": here.flood.uuid}
    )
    here.session.commit()
    assert delete(limited, here).status_code == 303


def test_C3_a_deleted_vendor_is_as_unknown_as_none_to_who_may_not_restore_them(
    here: Ground, manager: FlaskClient, viewer: FlaskClient
) -> None:
    delete(manager, here)
    assert viewer.get(here.url).status_code == 404
    assert viewer.get("/vendors?state=DELETED").status_code == 422
    assert "Inaruwa Grain Store" in manager.get("/vendors?state=DELETED").text
