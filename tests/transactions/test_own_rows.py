"""The second net: who is a vendor and nothing else sees rows of their own, whatever a statement asks for."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.auth.operations.sessions import Visit, start_session
from portal.auth.queries.people import find_person
from portal.core.abilities import Ability
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.vendors.models import ProjectVendor, Vendor
from portal.vendors.states import VendorState
from tests.factories import add_user_with, enter_as
from tests.transactions.paying import Ground

ALL = text("SELECT uuid FROM tbl_transactions")
SUMS = text('SELECT DISTINCT "vendorId" FROM tbl_transaction_sums')


@pytest.fixture
def own(ground: Ground) -> tuple[User, UUID, UUID]:
    """A vendor who signs in, a transaction of theirs, and one of another's."""
    user = add_user_with(ground.session, "shopkeeper", "Vendor")
    ground.session.add(Vendor(uuid=user.uuid, name="Own shop", state=VendorState.APPROVED))
    ground.session.flush()
    ground.session.add(ProjectVendor(project_id=ground.project.uuid, vendor_id=user.uuid))
    ground.session.flush()
    return user, ground.make("1", vendor=user.uuid), ground.make("2")


@pytest.fixture(autouse=True)
def afterwards(session: Session) -> Iterator[None]:
    """Nobody in particular asks after a test."""
    yield
    session.rollback()
    session.execute(text("SELECT set_config('portal.vendor', '', true)"))


def as_vendor(session: Session, vendor: UUID) -> None:
    session.execute(text("SELECT set_config('portal.vendor', :vendor, true)"), {"vendor": str(vendor)})


def test_the_program_connects_as_a_role_that_policies_and_privileges_bind(session: Session) -> None:
    role = session.execute(
        text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    ).one()
    assert tuple(role) == (False, False)
    forced = text(
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relname LIKE 'tbl%'"
    )
    assert set(session.scalars(forced)) == {"tbl_transactions", "tbl_transaction_sums"}


def test_C4_plain_sql_as_the_programs_own_role_finds_a_vendors_own_rows_only(
    ground: Ground, own: tuple[User, UUID, UUID]
) -> None:
    user, mine, others = own
    assert set(ground.session.scalars(ALL)) == {mine, others}
    as_vendor(ground.session, user.uuid)
    assert set(ground.session.scalars(ALL)) == {mine}
    assert set(ground.session.scalars(SUMS)) == {user.uuid}
    changed = text('UPDATE tbl_transactions SET "updatedAt" = now() RETURNING uuid')
    assert set(ground.session.scalars(changed)) == {mine}
    assert set(ground.session.scalars(text("DELETE FROM tbl_transactions RETURNING uuid"))) == {mine}


def test_C4_nor_does_it_add_rows_of_others(ground: Ground, own: tuple[User, UUID, UUID]) -> None:
    user, mine, _others = own
    as_vendor(ground.session, user.uuid)
    ground.make("3", vendor=user.uuid)
    adding = text(
        'INSERT INTO tbl_transactions ("projectId", "beneficiaryId", "vendorId", amount, currency)'
        ' SELECT "projectId", "beneficiaryId", :vendor, 1, currency FROM tbl_transactions WHERE uuid = :mine'
    )
    with pytest.raises(DBAPIError, match="row-level security"), ground.session.begin_nested():
        ground.session.execute(adding, {"vendor": ground.shop.uuid, "mine": mine})


def seen_by(session: Session, user: User) -> set[UUID]:
    """The transactions that plain SQL finds once the statement has run that finds the person behind a session."""
    auth = session.query(Auth).filter_by(user_id=user.id).one()
    token = start_session(session, auth.id, Visit("127.0.0.1", "Tests"))
    session.commit()
    person = find_person(session, token, "request")
    assert person is not None
    return set(session.scalars(ALL))


def test_C4_the_statement_that_finds_a_vendor_casts_the_net_and_for_staff_there_is_none(
    ground: Ground, own: tuple[User, UUID, UUID]
) -> None:
    user, mine, others = own
    assert seen_by(ground.session, user) == {mine}
    assert seen_by(ground.session, ground.approver) == {mine, others}
    assign_role(ground.session, user, "Viewer")
    assert seen_by(ground.session, user) == {mine, others}


def test_C3_C4_a_page_whose_statements_forgot_their_conditions_shows_a_vendor_no_row_of_others(
    app: Flask, ground: Ground, own: tuple[User, UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    user, mine, others = own
    vendor = enter_as(app.test_client(), ground.session, user)
    monkeypatch.setattr(Ability, "condition", lambda _self, _action, _entity: true())
    page = vendor.get("/transactions").text
    assert str(mine) in page
    assert str(others) not in page
    assert vendor.get(f"/transactions/{others}").status_code == 404
    ground.session.execute(text("ALTER TABLE tbl_transactions NO FORCE ROW LEVEL SECURITY"))
    assert str(others) in vendor.get("/transactions").text  # what the net holds back
