"""What the demo's people take part in: projects, groups and the vendors at work there."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import insert
from sqlalchemy.orm import Session

from portal.auth.operations.accounts import add_email_account
from portal.beneficiaries.models import BeneficiaryGroup, BeneficiaryGroupProject
from portal.core.enums import GroupPurpose, ProjectStatus
from portal.demo.phones import fictitious
from portal.demo.staff import VENDOR_MAILBOX
from portal.projects.models import Project
from portal.users import roles
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from portal.vendors.models import ProjectVendor, Vendor
from portal.vendors.states import VendorState
from portal.wallets.operations import claim_one

SPACE = UUID("f6b7ab0c-4c51-4a06-8c5b-0e2b7f0a6d55")
"""Where the uuids of the demo are named."""


def named(kind: str, name: str) -> UUID:
    """The uuid of something in the demo: the same in every installation."""
    return uuid5(SPACE, f"{kind} {name}")


FLOOD, WINTER, WORK, CYCLONE, PILOT = (
    "Koshi Flood Response",
    "Winter Cash Assistance",
    "Cash for Work: Canals and Terraces",
    "Cyclone Recovery",
    "Digital Cash Pilot",
)
PROJECTS = (
    (
        FLOOD,
        ProjectStatus.ACTIVE,
        "AA",
        "Cash and warnings for families along the river before and after floods.",
    ),
    (
        WINTER,
        ProjectStatus.ACTIVE,
        "CVA",
        "One payment a household for heating and repairs before the frost.",
    ),
    (
        WORK,
        ProjectStatus.NOT_READY,
        "CFW",
        "Paid days of work on canals and terraces; crews are being registered.",
    ),
    (CYCLONE, ProjectStatus.CLOSED, "CVA", "Vouchers for roofing and tools. All of them were redeemed."),
    (
        PILOT,
        ProjectStatus.ACTIVE,
        "CVA",
        "Tokens that providers turn into mobile money, for people of all projects.",
    ),
)
"""Name, status, type and description."""


@dataclass(frozen=True)
class Group:
    """A group of the demo, the project it is assigned to, and how large a share of that project joins it."""

    name: str
    purpose: GroupPurpose | None
    project: str
    share: float


GROUPS = (
    Group("Koshi east bank, paid by bank", GroupPurpose.BANK_TRANSFER, FLOOD, 0.3),
    Group("Koshi west bank, mobile money", GroupPurpose.MOBILE_MONEY, FLOOD, 0.35),
    Group("Flood warnings by message", GroupPurpose.COMMUNICATION, FLOOD, 0.7),
    Group("Heating, paid by bank", GroupPurpose.BANK_TRANSFER, WINTER, 0.4),
    Group("Heating, mobile money", GroupPurpose.MOBILE_MONEY, WINTER, 0.4),
    Group("Canal crews", GroupPurpose.MOBILE_MONEY, WORK, 0.5),
    Group("Terrace crews", None, WORK, 0.3),
    Group("Roofing vouchers", GroupPurpose.COMMUNICATION, CYCLONE, 0.8),
)

VENDORS = (
    ("Inaruwa Grain Store", "Sunsari", (FLOOD,)),
    ("Biratnagar Cooperative Shop", "Morang", (FLOOD, CYCLONE)),
    ("Крамниця на розі", "Харківський район", (WINTER,)),
    ("Çarşı Bakkal", "Hatay", (WINTER,)),
    ("Dessie Tool Depot", "Dessie Zuria", (WORK,)),
    ("Ferretería Golfo", "Choluteca", (CYCLONE,)),
)
"""Name, place and projects; the first one can sign in."""

FIRST_PHONE = 40_000
"""The vendors' fictitious phones, apart from the people's."""


def add_programme(session: Session) -> None:
    """The projects and the groups assigned to them."""
    session.execute(
        insert(Project),
        [
            {
                "uuid": named("project", name),
                "name": name,
                # People come before it is closed: `demo.projects` does that.
                "status": ProjectStatus.ACTIVE if status == ProjectStatus.CLOSED else status,
                "type": type_,
                "description": description,
            }
            for name, status, type_, description in PROJECTS
        ],
    )
    session.execute(
        insert(BeneficiaryGroup),
        [
            {"uuid": named("group", group.name), "name": group.name, "group_purpose": group.purpose}
            for group in GROUPS
        ],
    )
    session.execute(
        insert(BeneficiaryGroupProject),
        [
            {
                "project_id": named("project", group.project),
                "beneficiary_group_id": named("group", group.name),
            }
            for group in GROUPS
        ],
    )


def add_vendors(session: Session, password_hash: str) -> None:
    """The vendors, each a user of the same uuid with the role Vendor, and where they work."""
    for number, (name, place, projects) in enumerate(VENDORS):
        uuid, phone = named("vendor", name), fictitious(FIRST_PHONE + number)
        email = f"{VENDOR_MAILBOX}@example.org" if number == 0 else None
        user = add_user(session, name, email, uuid=uuid, phone=phone)
        assign_role(session, user, roles.VENDOR)
        if email:
            add_email_account(session, user, password_hash)
        session.add(
            Vendor(
                uuid=uuid,
                name=name,
                email=email,
                phone=phone,
                location=place,
                wallet=claim_one(session),
                state=VendorState.APPROVED,
            )
        )
        session.flush()
        session.add_all(
            ProjectVendor(project_id=named("project", project), vendor_id=uuid) for project in projects
        )
