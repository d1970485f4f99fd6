"""A vendor and their user are one: whoever changes name, e-mail or phone in one place changes them in the other."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.users.models import User
from portal.vendors.models import Vendor
from tests.factories import add_project
from tests.vendors.shops import add_vendor


def user_of(session: Session, shop: Vendor) -> User:
    return session.query(User).filter_by(uuid=shop.uuid).one()


def test_what_is_changed_of_the_user_is_changed_of_the_vendor(session: Session) -> None:
    shop = add_vendor(session, "Grain", email="grain@example.org")
    user, before = user_of(session, shop), shop.version
    user.name, user.email, user.phone = "Grain & Sons", "sons@example.org", None
    session.flush()
    session.refresh(shop)
    assert (shop.name, shop.email, shop.phone) == ("Grain & Sons", "sons@example.org", None)
    assert shop.version == before + 1


def test_what_is_written_over_it_in_the_vendors_row_does_not_stay(session: Session) -> None:
    shop = add_vendor(session, "Grain", email="grain@example.org")
    session.execute(
        text("UPDATE tbl_vendors SET name = 'Sand', email = 'sand@example.org', location = 'Here'")
    )
    session.refresh(shop)
    assert (shop.name, shop.email, shop.location) == ("Grain", "grain@example.org", "Here")


def test_a_vendor_who_has_no_user_keeps_their_own(session: Session) -> None:
    session.execute(text("INSERT INTO tbl_vendors (name, phone) VALUES ('Alone', '+9779800000001')"))
    assert session.query(Vendor.name, Vendor.phone).one() == ("Alone", "+9779800000001")


def test_with_the_user_goes_the_vendor_and_comes_back(session: Session) -> None:
    shop = add_vendor(session, "Grain", [add_project(session, "Winter")])
    session.execute(text('UPDATE tbl_users SET "deletedAt" = now()'))
    session.refresh(shop)
    assert shop.deleted_at is not None
    session.execute(text('UPDATE tbl_users SET "deletedAt" = NULL'))
    session.refresh(shop)
    assert shop.deleted_at is None


def test_a_vendor_who_was_deleted_alone_stays_so(session: Session) -> None:
    shop = add_vendor(session, "Grain")
    session.execute(text("""UPDATE tbl_vendors SET "deletedAt" = now() - interval '1 day'"""))
    session.execute(text('UPDATE tbl_users SET "deletedAt" = now()'))
    session.execute(text('UPDATE tbl_users SET "deletedAt" = NULL'))
    session.refresh(shop)
    assert shop.deleted_at is not None


def test_a_vendor_does_not_live_without_their_user(session: Session) -> None:
    shop = add_vendor(session, "Grain")
    session.execute(text('UPDATE tbl_users SET "deletedAt" = now()'))
    session.execute(text('UPDATE tbl_vendors SET "deletedAt" = NULL'))
    session.refresh(shop)
    assert shop.deleted_at is not None


def test_E9_a_user_comes_back_though_somebody_has_the_vendors_wallet_by_now(session: Session) -> None:
    shop = add_vendor(session, "Grain")
    session.execute(text('UPDATE tbl_users SET "deletedAt" = now()'))
    add_vendor(session, "Tools", wallet=shop.wallet)
    session.execute(text('UPDATE tbl_users SET "deletedAt" = NULL'))
    session.refresh(shop)
    assert shop.deleted_at is not None


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        ("PENDING", "APPROVED", True),
        ("APPROVED", "SUSPENDED", True),
        ("SUSPENDED", "APPROVED", True),
        ("PENDING", "SUSPENDED", False),
        ("APPROVED", "PENDING", False),
        ("SUSPENDED", "PENDING", False),
    ],
)
def test_E4_a_vendor_moves_only_as_listed(session: Session, before: str, after: str, moves: bool) -> None:
    add_vendor(session, "Grain", state=before, state_reason="Said so")
    change = text("UPDATE tbl_vendors SET state = :after")
    if moves:
        session.execute(change, {"after": after})
        return
    with pytest.raises(IntegrityError, match="a vendor does not move"):
        session.execute(change, {"after": after})


@pytest.mark.parametrize(
    "facts",
    [
        "state = 'CLOSED'",
        "state = 'SUSPENDED', \"stateReason\" = ' '",
        "latitude = 91, longitude = 0",
        "latitude = 0, longitude = 181",
        "latitude = 1",
    ],
)
def test_the_database_refuses_what_no_vendor_is(session: Session, facts: str) -> None:
    add_vendor(session, "Grain")
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE tbl_vendors SET {facts}"))
