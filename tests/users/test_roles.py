"""The roles of the set-up, and what they come to."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.abilities.fields import bind
from portal.core.abilities.rules import read_conditions
from portal.core.abilities.subjects import model_named
from portal.users.models import Permission, Role
from portal.users.operations.roles import ensure_system_roles
from portal.users.queries.roles import role_named, rules_of
from portal.users.roles import SYSTEM_ROLES

pytestmark = pytest.mark.database

HOLDER = {"id": 7, "uuid": "00000000-0000-0000-0000-000000000007"}


def forget_roles(session: Session) -> None:
    for table in ("tbl_auth_permissions", "tbl_users_roles", "tbl_auth_roles"):
        session.execute(text(f"DELETE FROM {table}"))


def may(role: str, action: str, subject: str) -> bool:
    return Ability(SYSTEM_ROLES[role], HOLDER).can(action, subject)


def test_the_seven_roles_are_made_as_system_roles(session: Session) -> None:
    forget_roles(session)
    assert ensure_system_roles(session) == list(SYSTEM_ROLES)
    made = session.scalars(select(Role).order_by(Role.id)).all()
    assert [role.name for role in made] == [
        "Admin",
        "Manager",
        "Approver",
        "Supervisor",
        "Officer",
        "Vendor",
        "Viewer",
    ]
    assert all(role.is_system for role in made)


def test_making_them_again_changes_nothing(session: Session) -> None:
    ensure_system_roles(session)
    before = session.scalars(select(Permission.id).order_by(Permission.id)).all()
    assert ensure_system_roles(session) == []
    assert session.scalars(select(Permission.id).order_by(Permission.id)).all() == before


def test_their_rules_come_back_from_the_database_as_they_were_written(session: Session) -> None:
    ensure_system_roles(session)
    for name, rules in SYSTEM_ROLES.items():
        role = role_named(session, name)
        assert role is not None
        assert rules_of(role) == rules


def test_a_newer_portal_brings_the_rules_up_to_date(session: Session) -> None:
    ensure_system_roles(session)
    session.execute(text("DELETE FROM tbl_auth_permissions WHERE subject = 'Project'"))
    assert "Viewer" in ensure_system_roles(session)
    role = role_named(session, "Viewer")
    assert role is not None
    assert rules_of(role) == SYSTEM_ROLES["Viewer"]


def test_a_role_that_somebody_edited_keeps_its_rules(session: Session) -> None:
    ensure_system_roles(session)
    viewer = session.scalars(select(Role).where(Role.name == "Viewer")).one()
    session.execute(text('DELETE FROM tbl_auth_permissions WHERE "roleId" = :id'), {"id": viewer.id})
    viewer.updated_by = 1
    session.commit()
    assert ensure_system_roles(session) == []
    rows = select(func.count()).select_from(Permission).where(Permission.role_id == viewer.id)
    assert session.scalar(rows) == 0


def test_conditions_of_the_system_roles_are_understood_by_the_models_they_speak_of() -> None:
    for name, rules in SYSTEM_ROLES.items():
        for rule in rules:
            model = model_named(rule.subject)
            assert rule.subject == "all" or model, f"{name}: no model {rule.subject}"
            if model and rule.conditions is not None:
                bind(read_conditions(rule.conditions, HOLDER), model)


@pytest.mark.parametrize(
    ("role", "action", "subject", "expected"),
    [
        ("Admin", "manage", "all", True),
        ("Manager", "create", "Project", True),
        ("Manager", "create", "Transaction", True),
        ("Manager", "approve", "Transaction", False),
        ("Manager", "create", "User", False),
        ("Approver", "approve", "Transaction", True),
        ("Approver", "create", "Transaction", False),
        ("Approver", "approve", "OfframpRequest", True),
        ("Approver", "create", "OfframpRequest", False),
        ("Manager", "approve", "OfframpRequest", False),
        ("Supervisor", "update", "Grievance", True),
        ("Supervisor", "read", "Beneficiary", True),
        ("Supervisor", "update", "Beneficiary", False),
        ("Officer", "import", "Beneficiary", True),
        ("Officer", "create", "Beneficiary", True),
        ("Officer", "approve", "Transaction", False),
        ("Officer", "export", "Beneficiary", False),
        ("Vendor", "read", "Transaction", True),
        ("Vendor", "read", "Beneficiary", False),
        ("Viewer", "read", "Beneficiary", True),
        ("Viewer", "read", "BeneficiaryPii", False),
        ("Viewer", "read", "Grievance", False),
        ("Viewer", "update", "Beneficiary", False),
    ],
)
def test_what_each_role_is_for(role: str, action: str, subject: str, expected: bool) -> None:
    assert may(role, action, subject) is expected


def test_a_vendor_sees_only_what_is_theirs(session: Session) -> None:
    from portal.transactions.models import Transaction
    from portal.vendors.models import Vendor

    ability = Ability(SYSTEM_ROLES["Vendor"], HOLDER)
    other = "00000000-0000-0000-0000-000000000008"
    assert ability.can("read", Vendor(uuid=HOLDER["uuid"]))
    assert not ability.can("read", Vendor(uuid=other))
    assert ability.can("read", Transaction(vendor_id=HOLDER["uuid"]))
    assert not ability.can("read", Transaction(vendor_id=other))


def test_no_system_role_but_admin_may_do_everything() -> None:
    for name, rules in SYSTEM_ROLES.items():
        unlimited = any(rule.action == "manage" or rule.subject == "all" for rule in rules)
        assert unlimited is (name == "Admin")
        assert not any(rule.inverted for rule in rules)
        assert all(isinstance(rule, Rule) for rule in rules)
