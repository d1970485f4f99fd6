"""Who works in the demo: a user of every role, and one who may only see one project's people."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.auth.operations.accounts import add_email_account
from portal.core.abilities import Rule
from portal.users import roles
from portal.users.models import Permission, Role, User
from portal.users.operations.assignments import assign_role
from portal.users.operations.roles import ensure_system_roles
from portal.users.operations.users import add_user

KOSHI_OFFICER = "Officer, Koshi Flood Response"


@dataclass(frozen=True)
class Colleague:
    """A made-up user: the part of the e-mail address before @, the name, the role, and what to look for."""

    mailbox: str
    name: str
    role: str
    hint: str

    @property
    def email(self) -> str:
        """The address to sign in with; nobody can receive mail there."""
        return f"{self.mailbox}@example.org"


COLLEAGUES = (
    Colleague("admin", "Asha Demo", roles.ADMIN, "may do everything"),
    Colleague("manager", "Mikael Demo", roles.MANAGER, "runs projects and imports people"),
    Colleague("approver", "Abeba Demo", roles.APPROVER, "approves payouts"),
    Colleague("supervisor", "Sofía Demo", roles.SUPERVISOR, "follows up complaints"),
    Colleague("officer", "Olha Demo", roles.OFFICER, "registers and imports people"),
    Colleague("viewer", "Viết Demo", roles.VIEWER, "sees lists without personal data"),
    Colleague("koshi", "Kiran Demo", KOSHI_OFFICER, "sees the people of one project only"),
)
VENDOR_MAILBOX = "vendor"
"""The vendor who can sign in; the vendors themselves stand in `programme`."""


def add_colleagues(session: Session, password_hash: str) -> dict[str, int]:
    """The system roles, and everybody of `COLLEAGUES` but those of roles still to be made; ids by mailbox."""
    ensure_system_roles(session)
    return {
        one.mailbox: add_colleague(session, one, password_hash).id
        for one in COLLEAGUES
        if one.role in roles.SYSTEM_ROLES
    }


def add_colleague(session: Session, one: Colleague, password_hash: str) -> User:
    """One user with a role and a way to sign in."""
    user = add_user(session, one.name, one.email)
    assign_role(session, user, one.role)
    add_email_account(session, user, password_hash)
    return user


def add_limited_officer(session: Session, project: UUID, password_hash: str) -> None:
    """A role whose rules hold for one project only, and the user who has it."""
    role = session.scalar(select(Role).where(Role.name == KOSHI_OFFICER)) or Role(name=KOSHI_OFFICER)
    session.add(role)
    session.flush()
    session.execute(
        insert(Permission),
        [
            {
                "role_id": role.id,
                "action": rule.action,
                "subject": rule.subject,
                "conditions": rule.conditions,
            }
            for rule in rules_of_one_project(project)
        ],
    )
    officer = next(one for one in COLLEAGUES if one.role == KOSHI_OFFICER)
    add_colleague(session, officer, password_hash)


def rules_of_one_project(project: UUID) -> list[Rule]:
    """What an officer of one project may: read its groups and people, correct those, and import."""
    there = {"projectId": str(project)}
    return [
        Rule("read", "Project", conditions={"uuid": str(project)}),
        Rule("read", "BeneficiaryGroup", conditions=there),
        *(Rule(action, "Beneficiary", conditions=there) for action in ("read", "update")),
        *(Rule(action, "BeneficiaryPii", conditions=there) for action in ("read", "update", "reveal")),
        Rule("import", "Beneficiary"),
        *(
            Rule(action, "ImportBatch", conditions={"createdBy": "${user.id}"})
            for action in ("read", "create", "update", "delete")
        ),
        *(Rule(action, "Job", conditions={"createdBy": "${user.id}"}) for action in ("read", "update")),
    ]
