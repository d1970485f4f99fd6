"""People of every kind, and a record of everything that has an address: one that is theirs, and one that is not."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from portal.auth.models import Auth, AuthSession
from portal.auth.operations.sessions import Visit, start_session
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.bulk.kinds import Kind
from portal.bulk.operations.drafts import draft
from portal.core.enums import Service
from portal.grievances.models import (
    GrievanceAttachment,
    GrievanceCalendar,
    GrievanceCategory,
    GrievanceChannel,
    GrievanceRule,
)
from portal.grievances.operations.files import Sent
from portal.grievances.operations.files import add_file as add_case_file
from portal.grievances.operations.story import Teller
from portal.groups.models import SavedFilter
from portal.jobs.models import Job
from portal.messages.addresses import Address
from portal.messages.operations.outbox import send
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.proving import Sent as Proof
from portal.offramp.operations.proving import attach_proof
from portal.offramp.watching import OfframpAttention
from portal.projects.models import Project, ProjectBudget
from portal.signups.models import SignUp
from portal.signups.operations.asking import open_sign_ups
from portal.transactions.models import Transaction
from portal.transactions.operations.making import Payout, make_transaction
from portal.users.models import Role, User
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from portal.vendors.models import Vendor
from tests.access.matrix import COLUMNS, OTHER, OWN
from tests.duplicates.pairs import add_pair
from tests.factories import add_beneficiary, add_group, add_project, add_user_with
from tests.grievances.cases import add_case
from tests.imports.batches import stage
from tests.intake.calls import add_file as add_calls
from tests.offramp.filed import add_by_file, add_payout_file
from tests.offramp.files import add_statement
from tests.offramp.requests import add_provider, add_request
from tests.payouts.lists import add_list
from tests.reconciliation.files import add_file, paid_out
from tests.tokens.coins import add_token
from tests.vendors.shops import add_vendor

Values = dict[str, Any]


@dataclass
class Who:
    """Somebody of a column: their token, their session and their way to sign in. All nothing for a stranger."""

    user: User | None = None
    token: str = ""
    session_uuid: UUID = field(default_factory=uuid4)
    method_id: int = 0


@dataclass
class World:
    """All of them, and which record an endpoint is asked for."""

    people: dict[str, Who]
    records: dict[tuple[str, bool], Values]
    """Blueprint, and whether it is one's own → the values of its addresses."""

    def values(self, rule: Rule, column: str) -> Values:
        """What stands in the places of a route's address, for somebody of a column."""
        own = column != OTHER
        mine = self.people[column] if own else self.people["admin"]
        blueprint = rule.endpoint.partition(".")[0]
        known = {
            "session_uuid": mine.session_uuid,
            "method_id": mine.method_id,
            "action_uuid": uuid4(),
            "number": 2,
            "position": 0,
            "digest": "0",
            "name": "css/app.css",
            **self.records.get((blueprint, own), {}),
        }
        for name, kind in rule._converters.items():
            if isinstance(kind, AnyConverter):
                known[name] = min(kind.items)
        return {name: known[name] for name in rule.arguments}


def make_world(app: Flask, session: Session) -> World:
    """Everything, committed."""
    north, south = add_project(session, "North"), add_project(session, "South")
    people = {column: _person(session, column, north) for column in COLUMNS}
    looked_after = add_user_with(session, "lookedafter", "Viewer")
    held = session.scalars(select(Role.id).where(Role.name == "Viewer")).one()
    role = Role(name="Reader", is_system=False)
    session.add(role)
    message = send(session, Address("EMAIL", "sita@example.org"), "Subject", "Words", "code", None)
    session.execute(
        text("UPDATE tbl_messages SET state = 'FAILED' WHERE uuid = :uuid"), {"uuid": message.uuid}
    )
    sign_up = SignUp(user_identifier="asks@example.org", data={"name": "Asks", "email": "asks@example.org"})
    session.add(sign_up)
    session.flush()
    desk_payment = _paid_at_own_shop(session, people["vendor"], north)
    chief = people["admin"].user
    assert chief is not None
    token = add_token(session, "WRLD").uuid
    records: dict[tuple[str, bool], Values] = {}
    for own, project, maker in ((True, north, OWN), (False, south, "admin")):
        person = add_beneficiary(session, f"Sita of {project.name}", projects=[project])
        made_by = people[maker].user
        assert made_by is not None
        job = Job(kind="none", state="FAILED", created_by=made_by.id)
        session.add(job)
        session.flush()
        batch = stage(session, [["name", "phone"], ["Maya", f"98410000{own:02d}"]], created_by=made_by.id)
        records["beneficiaries", own] = records["erasing", own] = {"uuid": person.uuid}
        group = add_group(session, f"Group of {project.name}", [project])
        kept = SavedFilter(name="All", filter={}, beneficiary_group_id=group.uuid)
        session.add(kept)
        session.flush()
        records["groups", own] = {
            "uuid": group.uuid,
            "project_uuid": project.uuid,
            "filter_uuid": kept.uuid,
            "person_uuid": person.uuid,
        }
        shop = add_vendor(session, f"Shop of {project.name}", [project])
        records["vendors", own] = {"uuid": shop.uuid, "project_uuid": project.uuid}
        records["desk", own] = {"uuid": desk_payment}
        records["imports", own] = {"uuid": batch}
        calls = add_calls(session, project, looked_after, state="REVIEW", counts={"NEW": 0})
        records["intake", own] = {
            "project": str(project.uuid),
            "project_uuid": project.uuid,
            "uuid": calls,
            "file_uuid": uuid4(),
        }
        records["jobs", own] = {"uuid": job.uuid}
        records["bulk", own] = {"uuid": draft(session, Kind.VERIFY, PeopleFilter(), created_by=made_by.id)}
        twin = add_beneficiary(session, f"Seeta of {project.name}", projects=[project])
        records["duplicates", own] = {"uuid": add_pair(session, person, twin).uuid}
        payer = add_vendor(session, f"Bank of {project.name}", [project])
        paid = make_transaction(
            session, Payout(project.uuid, person.uuid, shop.uuid, Decimal(5), "NPR"), by=looked_after.id
        )
        records["transactions", own] = {"uuid": paid, "vendor_uuid": shop.uuid}
        case = add_case(session, project, looked_after)
        sent = Sent("letter.txt", b"What was said.")
        add_case_file(session, case.uuid, Teller(looked_after.id), sent, is_public=False)
        attached = select(GrievanceAttachment.uuid).where(GrievanceAttachment.grievance_id == case.uuid)
        records["grievances", own] = {"uuid": case.uuid, "file_uuid": session.scalars(attached).one()}
        own_calendar = GrievanceCalendar(project_id=project.uuid)
        rule = GrievanceRule(position=1, user_id=looked_after.id)
        session.add_all([own_calendar, rule])
        session.flush()
        records["grievances", own] = records.get(("grievances", own), {}) | {
            "category_uuid": session.scalars(select(GrievanceCategory.uuid).limit(1)).one(),
            "channel_uuid": session.scalars(select(GrievanceChannel.uuid).limit(1)).one(),
            "calendar_uuid": own_calendar.uuid,
            "rule_uuid": rule.uuid,
        }
        found, row = add_list(session, project, payer, [person, twin], looked_after)
        records["payouts", own] = {"uuid": found.uuid, "row_uuid": row.uuid, "currency": "USD"}
        over, _first = add_list(session, project, payer, [person], looked_after, title="Paid")
        paid_out(session, over, chief)
        file = add_file(session, over, looked_after)
        records["reconciliation", own] = {"uuid": file, "list_uuid": over.uuid}
        budget = ProjectBudget(project_id=project.uuid, currency="EUR", amount=1000)
        session.add(budget)
        session.flush()
        records["projects", own] = {"uuid": project.uuid, "budget_uuid": budget.uuid}
        records["staff", own] = {
            "project_uuid": project.uuid,
            "uuid": looked_after.uuid,
            "role_id": held,
            "session_uuid": _open(session, looked_after)[1],
        }
        records["users", own] = {"role_id": role.id}
        records["tokens", own] = {"uuid": token}
        provider = add_provider(session, f"Provider of {project.name}")
        request = add_request(session, provider, project, by=looked_after)
        proof, receipt = uuid4(), Proof("paid.txt", b"Paid.")
        attach_proof(session, request.uuid, by=looked_after.id, sent=receipt, event=proof)
        by_file = add_by_file(session, project, f"By file of {project.name}")
        records["offramp", own] = {
            "by_file_uuid": by_file.uuid,
            "file_uuid": add_payout_file(session, by_file).uuid,
            "provider_uuid": provider.uuid,
            "adapter": "sandbox",
            "token": "CUSD",
            "uuid": request.uuid,
            "event_uuid": proof,
            "list_uuid": over.uuid,
        }
        raise_attention(session, "STUCK", offramp=request.uuid)
        stated = add_statement(session, provider, looked_after)
        raised = select(OfframpAttention.uuid).where(OfframpAttention.offramp_id == request.uuid)
        records["offramp", own]["attention_uuid"] = session.scalars(raised).one()
        records["offramp", own]["statement_uuid"] = stated
        records["signups", own] = {"uuid": sign_up.uuid}
        records["messages", own] = {"uuid": message.uuid}
        records["audit", own] = {"table": "beneficiaries", "record": str(person.uuid)}
    open_sign_ups(session, True)
    session.commit()
    return World(people, records)


def _paid_at_own_shop(session: Session, vendor: Who, project: Project) -> UUID:
    """Make the vendor of the matrix a shop; a payment of it."""
    assert vendor.user is not None
    session.add(Vendor(uuid=vendor.user.uuid, name="Own shop"))
    session.flush()
    session.add(
        payment := Transaction(
            project_id=project.uuid,
            beneficiary_id=add_beneficiary(session, "Maya", projects=[project]).uuid,
            vendor_id=vendor.user.uuid,
            amount=5,
            currency="NPR",
        )
    )
    session.flush()
    return payment.uuid


def _person(session: Session, column: str, project: Project) -> Who:
    if column == "anonymous":
        return Who()
    if column in (OWN, OTHER):
        user = add_user(session, column.title(), f"{column}@example.org")
        session.add(Auth(user_id=user.id, service=Service.EMAIL, service_id=user.email))
        assign_role(session, user, "Officer", projects=[project.uuid])
        session.flush()
    else:
        user = add_user_with(session, column, column.title())
    token, session_uuid, method_id = _open(session, user)
    return Who(user, token, session_uuid, method_id)


def _open(session: Session, user: User) -> tuple[str, UUID, int]:
    """A session of theirs: its token, its name, and by which way they came."""
    auth_id = session.scalars(select(Auth.id).where(Auth.user_id == user.id)).one()
    token = start_session(session, auth_id, Visit("127.0.0.1", "Tests"))
    newest = (
        select(AuthSession.session_id).where(AuthSession.auth_id == auth_id).order_by(AuthSession.id.desc())
    )
    return token, session.scalars(newest.limit(1)).one(), auth_id
