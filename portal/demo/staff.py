"""Who works in the demo: a user of every role, and one who may only see one project's people."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from portal.auth.operations.accounts import add_email_account
from portal.users import roles
from portal.users.models import User
from portal.users.operations.assignments import assign_role
from portal.users.operations.roles import ensure_system_roles
from portal.users.operations.users import add_user


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
)
LIMITED_OFFICER = Colleague(
    "koshi", "Kiran Demo", roles.OFFICER, "works in one project and sees its people only"
)
VENDOR_MAILBOX = "vendor"
"""The vendor who can sign in; the vendors themselves stand in `programme`."""


def add_colleagues(session: Session, password_hash: str) -> dict[str, int]:
    """The system roles, and everybody of `COLLEAGUES`; ids by mailbox."""
    ensure_system_roles(session)
    return {one.mailbox: add_colleague(session, one, password_hash).id for one in COLLEAGUES}


def add_colleague(
    session: Session, one: Colleague, password_hash: str, projects: Sequence[UUID] | None = None
) -> User:
    """One user with a role, in some projects or everywhere, and a way to sign in."""
    user = add_user(session, one.name, one.email)
    assign_role(session, user, one.role, projects=projects)
    add_email_account(session, user, password_hash)
    return user


def add_limited_officer(session: Session, project: UUID, password_hash: str) -> None:
    """The officer who works in one project only."""
    add_colleague(session, LIMITED_OFFICER, password_hash, [project])
