"""One vendor: their row, their user, how they sign in, where they work."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.auth.models import Auth
from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus, Service
from portal.projects.models import Project
from portal.projects.queries.choosing import open_projects
from portal.users import roles
from portal.users.models import Role, User, UserRole
from portal.vendors.models import ProjectVendor, Vendor
from portal.vendors.queries.at_work import project_day


@dataclass(frozen=True)
class Part:
    """A vendor's work in a project. `now` says whether today is within its days."""

    uuid: UUID
    name: str
    status: ProjectStatus
    starts_on: dt.date | None
    ends_on: dt.date | None
    since: dt.datetime
    now: bool


@dataclass(frozen=True)
class Access:
    """How a vendor gets in: by which services, and when last."""

    ways: frozenset[Service]
    last: dt.datetime | None


def vendor_with(uuid: UUID, *, also_deleted: bool = False, locked: bool = False) -> Select[Vendor]:
    """The vendor with this uuid; `locked` for whoever changes them, until the transaction ends."""
    statement = select(Vendor).where(Vendor.uuid == uuid)
    if not also_deleted:
        statement = statement.where(Vendor.deleted_at.is_(None))
    if locked:
        statement = statement.with_for_update(of=Vendor).execution_options(populate_existing=True)
    return statement


def user_of(session: Session, vendor: UUID, *, locked: bool = False) -> User | None:
    """The user that a vendor is; None for one of old who has none. Whoever locks both locks the user first."""
    statement = select(User).where(User.uuid == vendor)
    if locked:
        statement = statement.with_for_update(of=User).execution_options(populate_existing=True)
    return session.scalars(statement).one_or_none()


def signs_in_by(session: Session, user_id: int) -> frozenset[Service]:
    """The kinds of ways by which a user signs in."""
    return frozenset(session.scalars(select(Auth.service).where(Auth.user_id == user_id)))


def access_of(session: Session, vendor: UUID) -> Access:
    """How a vendor gets in; no way where they have no user or cannot sign in."""
    rows = session.execute(
        select(Auth.service, Auth.last_login_at)
        .join(User, User.id == Auth.user_id)
        .where(User.uuid == vendor)
    ).all()
    return Access(
        frozenset(row.service for row in rows),
        max((row.last_login_at for row in rows if row.last_login_at), default=None),
    )


def holds_vendor_role(session: Session, user_id: int) -> bool:
    """Whether the user holds the role Vendor."""
    held = exists().where(UserRole.user_id == user_id, UserRole.role_id == Role.id, Role.name == roles.VENDOR)
    return bool(session.scalar(select(held)))


def name_of_uuid(session: Session, uuid: UUID | None) -> str | None:
    """What the user of a uuid is called."""
    return session.scalar(select(User.name).where(User.uuid == uuid)) if uuid is not None else None


def parts_of(session: Session, vendor: UUID, ability: Ability) -> Sequence[Part]:
    """Where a vendor works, of the projects that the reader may see, by name."""
    today = project_day()
    now = func.coalesce(
        or_(ProjectVendor.starts_on.is_(None), ProjectVendor.starts_on <= today)
        & or_(ProjectVendor.ends_on.is_(None), ProjectVendor.ends_on >= today),
        False,
    )
    statement = (
        select(
            Project.uuid,
            Project.name,
            Project.status,
            ProjectVendor.starts_on,
            ProjectVendor.ends_on,
            ProjectVendor.created_at,
            now,
        )
        .join(ProjectVendor, ProjectVendor.project_id == Project.uuid)
        .where(
            ProjectVendor.vendor_id == vendor,
            ProjectVendor.deleted_at.is_(None),
            Project.deleted_at.is_(None),
        )
        .order_by(Project.name, Project.id)
    )
    return [Part(*row) for row in session.execute(ability.accessible(statement, "read", Project))]


def projects_to_join(ability: Ability, vendor: UUID) -> Select[UUID, str]:
    """The open projects that the reader sees and in which the vendor does not work yet."""
    there = exists().where(
        ProjectVendor.project_id == Project.uuid,
        ProjectVendor.vendor_id == vendor,
        ProjectVendor.deleted_at.is_(None),
    )
    return open_projects(ability).where(~there)
