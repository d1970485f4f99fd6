"""What the demo holds once it is loaded, who may sign in to it, and that it comes once."""

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.auth.identifiers import Identifier
from portal.auth.operations.passwords import sign_in
from portal.auth.operations.sessions import Visit
from portal.auth.queries.people import find_person
from portal.beneficiaries.models import (
    Beneficiary,
    BeneficiaryGroup,
    BeneficiaryPii,
    BeneficiaryProject,
    GroupedBeneficiary,
)
from portal.cli.demo import load_if_empty
from portal.core.db import db
from portal.core.embedded import Server
from portal.core.enums import GrievanceStatus, GroupPurpose, ProjectStatus, Service
from portal.core.wallets import is_checksummed
from portal.demo.programme import FLOOD, named
from portal.demo.staff import LIMITED_OFFICER
from portal.grievances.clocks import running_clock
from portal.grievances.models import Grievance, GrievanceEvent
from portal.offramp.client.registry import open_adapter
from portal.offramp.models import OfframpProvider, OfframpRequest
from portal.offramp.queries.lists import standing_of
from portal.payouts.models import PayoutList
from portal.projects.models import Project
from portal.users.models import User
from portal.users.roles import SYSTEM_ROLES
from portal.vendors.models import ProjectVendor, Vendor
from portal.vendors.states import VendorState
from portal.wallets.models import PooledWallet
from tests.conftest import _clone as clone
from tests.conftest import make_app

pytestmark = pytest.mark.database


@pytest.fixture(scope="session")
def loaded(
    server: Server, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, list[str]]]:
    """The portal over a database with the demo in it, loaded once for a worker, and the log-ins it told."""
    for url in clone(server, template, f"demo_{uuid4().hex}"):
        app = make_app(url, PORTAL_INSTANCE=tmp_path_factory.mktemp("demo"))
        with app.app_context():
            told = load_if_empty()
        yield app, told
        app.extensions["portal_pool"].close()


@pytest.fixture
def app(loaded: tuple[Flask, list[str]]) -> Flask:
    """The portal over the demo; what a test does in its `session` is rolled back."""
    return loaded[0]


@pytest.fixture
def demo(loaded: tuple[Flask, list[str]], session: Session) -> list[str]:
    """What loading it told, with a session to look at it."""
    return loaded[1]


def log_ins(lines: list[str]) -> tuple[dict[str, str], str]:
    """What the lines tell: role by address, and the password."""
    users = dict(re.split(r"\s{2,}|\s(?=\()", line)[:2] for line in lines[:-1])
    return users, lines[-1].rpartition(" ")[2]


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_first_start_loads_all_of_it(demo: list[str]) -> None:
    assert count(Beneficiary) == count(BeneficiaryPii) == 610
    assert count(BeneficiaryProject) == 610 + 500
    assert set(db.session.scalars(select(Project.status))) == set(ProjectStatus)
    assert set(db.session.scalars(select(BeneficiaryGroup.group_purpose))) >= set(GroupPurpose)
    assert set(db.session.scalars(select(Beneficiary.is_verified))) == {True, False}
    wallets = db.session.scalars(select(Beneficiary.wallet_address)).all()
    assert all(is_checksummed(wallet) for wallet in wallets)
    assert set(wallets) <= set(db.session.scalars(select(PooledWallet.address)))


def test_a_vendor_is_a_user_with_the_same_uuid(demo: list[str]) -> None:
    vendors = set(db.session.scalars(select(Vendor.uuid)))
    assert len(vendors) == 23
    assert vendors < set(db.session.scalars(select(User.uuid)))
    assert len(set(db.session.scalars(select(ProjectVendor.vendor_id)))) == 22
    assert set(db.session.scalars(select(Vendor.state))) == set(VendorState)
    assert db.session.scalar(select(func.count()).where(Vendor.latitude.is_(None))) == 0


def test_a_user_of_every_role_signs_in_with_what_is_shown(demo: list[str], app: Flask) -> None:
    users, password = log_ins(demo)
    assert set(users.values()) == set(SYSTEM_ROLES)
    assert len(password) >= 15
    passwords = app.extensions["portal_passwords"]
    for email, role in users.items():
        token = sign_in(
            db.session(), passwords, Identifier(Service.EMAIL, email), password, Visit(None, None)
        )
        assert token, email
        person = find_person(db.session(), token, "test")
        assert person
        assert person.role_names == (role,)


def test_the_officer_of_one_project_sees_its_people_and_no_others(demo: list[str], app: Flask) -> None:
    users, password = log_ins(demo)
    email = LIMITED_OFFICER.email
    assert email in users
    passwords = app.extensions["portal_passwords"]
    token = (
        sign_in(db.session(), passwords, Identifier(Service.EMAIL, email), password, Visit(None, None)) or ""
    )
    person = find_person(db.session(), token, "test")
    assert person
    seen = db.session.scalars(person.ability.accessible(select(Beneficiary.uuid), "read", Beneficiary)).all()
    flood = named("project", FLOOD)
    there = select(BeneficiaryProject.beneficiary_id).where(BeneficiaryProject.project_id == flood)
    assert set(seen) == set(db.session.scalars(there))
    assert 0 < len(seen) < 610
    projects = person.ability.accessible(select(Project.uuid), "read", Project)
    assert db.session.scalars(projects).all() == [flood]


def test_in_a_group_paid_by_bank_a_few_have_no_account(demo: list[str]) -> None:
    members = (
        select(Beneficiary.extras["bankAccount"].astext)
        .join(GroupedBeneficiary, GroupedBeneficiary.beneficiary_id == Beneficiary.uuid)
        .join(BeneficiaryGroup, BeneficiaryGroup.uuid == GroupedBeneficiary.beneficiary_group_id)
        .where(BeneficiaryGroup.group_purpose == GroupPurpose.BANK_TRANSFER)
    )
    accounts = db.session.scalars(members).all()
    assert 0 < accounts.count(None) < len(accounts) / 5


def test_complaints_are_in_every_state_some_late_and_one_sensitive(demo: list[str]) -> None:
    cases = db.session.scalars(select(Grievance)).all()
    assert {case.status for case in cases} == set(GrievanceStatus)
    assert sum(case.is_sensitive for case in cases) == 1
    now = dt.datetime.now(dt.UTC)
    states = [clock.state for case in cases if (clock := running_clock(case, now)) is not None]
    assert {"RUNNING", "BREACHED", "WAITING"} <= set(states)
    assert sum(case.reopened for case in cases) == 1
    told = dict(
        db.session.execute(
            select(GrievanceEvent.grievance_id, func.count()).group_by(GrievanceEvent.grievance_id)
        ).all()
    )
    assert all(told[case.uuid] for case in cases)
    assert db.session.execute(select(func.max(GrievanceEvent.created_at))).scalar_one() <= now


def test_a_list_of_five_hundred_waits_to_be_sent_and_requests_are_in_every_state(demo: list[str]) -> None:
    found = db.session.scalars(select(PayoutList).where(PayoutList.currency == "CUSD")).one()
    standing = standing_of(db.session(), found.uuid)
    assert (standing.number, standing.total, standing.there) == (500, Decimal(12_500), 0)
    by_state = dict(
        db.session.execute(select(OfframpRequest.status, func.count()).group_by(OfframpRequest.status)).all()
    )
    assert by_state == {"COMPLETED": 21, "FAILED": 3, "PROCESSING": 2, "PENDING": 2}
    assert db.session.execute(text(AT_ODDS)).all() == []
    waiting = db.session.scalars(
        select(OfframpRequest.needs_release).where(OfframpRequest.status == "PENDING")
    )
    assert set(waiting) == {True}
    provider = db.session.scalars(select(OfframpProvider).where(OfframpProvider.is_active)).one()
    answer = open_adapter(provider, current_app.config).check()
    assert answer


AT_ODDS = """
SELECT o.uuid FROM tbl_offramps o JOIN tbl_offramp_attempts a ON a."offrampId" = o.uuid
LEFT JOIN tbl_offramp_transactions t ON t."requestId" = o."requestId"
LEFT JOIN tbl_sandbox_payments p ON p."referenceId" = a."referenceId"
WHERE (o.status, o.amount, o."fiatAmount", a."referenceId") IS DISTINCT FROM
    (p.status, p.amount, p."fiatAmount", t."referenceId") OR t.status <> o.status
"""
"""Requests of which the book of the Sandbox, or what the provider did, tells another story."""


def test_a_second_start_loads_nothing_and_tells_the_log_ins_again(demo: list[str]) -> None:
    assert load_if_empty() == demo
    assert count(Beneficiary) == 610


def test_every_installation_has_a_demo_password_of_its_own(demo: list[str], app: Flask) -> None:
    _, password = log_ins(demo)
    kept = Path(app.config["PORTAL_INSTANCE"]) / "demo_password"
    assert kept.read_text() == password
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text("not the password any more")
    try:
        assert load_if_empty() == []
    finally:
        kept.write_text(password)
