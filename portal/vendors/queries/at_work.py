"""Who may be paid something new: approved vendors, in a project, within their dates there."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, cast, func, or_, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.errors import Refusal, sentence
from portal.projects.models import Project
from portal.vendors.models import ProjectVendor, Vendor
from portal.vendors.states import VendorState

UNKNOWN = sentence("There is no such vendor.")
NOT_IN_PROJECT = sentence("%(name)s does not work in this project.")
NOT_YET = sentence("%(name)s works in this project from %(day)s on.")
NO_LONGER = sentence("%(name)s worked in this project until %(day)s.")
STANDING = {
    VendorState.PENDING: sentence("%(name)s is not approved yet."),
    VendorState.SUSPENDED: sentence("%(name)s is suspended."),
}
"""Why a vendor in some state gets nothing new."""


def project_day() -> ColumnElement[dt.date]:
    """SQL: the day that it is now where the project is; for statements that join Project."""
    return cast(func.timezone(func.coalesce(Project.time_zone, "UTC"), func.now()), Date)


def the_vendor_at_work(session: Session, vendor: UUID, project: UUID, *, lock: bool = True) -> Vendor:
    """The vendor, who may get something new in the project today.

    Raises Refusal at the field `vendor` where there is none, they are not approved, do not work in the project, or
    today is not within their dates there. With `lock` it stays so until the transaction ends: who suspends them or
    takes them out of the project waits, or is waited for. Whether the project is active is asked of projects.
    """
    statement = (
        select(Vendor, ProjectVendor, project_day().label("today"))
        .outerjoin(
            ProjectVendor,
            (ProjectVendor.vendor_id == Vendor.uuid)
            & (ProjectVendor.project_id == project)
            & ProjectVendor.deleted_at.is_(None),
        )
        .outerjoin(Project, Project.uuid == ProjectVendor.project_id)
        .where(Vendor.uuid == vendor, Vendor.deleted_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if lock:
        hold(session, vendor, project)
    found = session.execute(statement).one_or_none()
    if found is None:
        raise Refusal(UNKNOWN, field="vendor")
    shop, part, today = found
    why = STANDING.get(VendorState(shop.state))
    if why is not None:
        raise Refusal(why, field="vendor", name=shop.name)
    _check_days(shop, part, today)
    return shop


def hold(session: Session, vendor: UUID, project: UUID) -> None:
    """Keep the vendor and their part in the project as they are until the transaction ends."""
    session.execute(select(Vendor.id).where(Vendor.uuid == vendor).with_for_update(read=True))
    part = select(ProjectVendor.id).where(
        ProjectVendor.vendor_id == vendor, ProjectVendor.project_id == project
    )
    session.execute(part.with_for_update(read=True))


def _check_days(shop: Vendor, part: ProjectVendor | None, today: dt.date) -> None:
    if part is None:
        raise Refusal(NOT_IN_PROJECT, field="vendor", name=shop.name)
    if part.starts_on is not None and today < part.starts_on:
        raise Refusal(NOT_YET, field="vendor", name=shop.name, day=part.starts_on.isoformat())
    if part.ends_on is not None and today > part.ends_on:
        raise Refusal(NO_LONGER, field="vendor", name=shop.name, day=part.ends_on.isoformat())


def vendors_to_choose(ability: Ability, project: UUID) -> Select[UUID, str]:
    """The vendors whom the reader sees and who may get something new in the project."""
    today = project_day()
    at_work = (
        select(Vendor.uuid, Vendor.name)
        .join(ProjectVendor, ProjectVendor.vendor_id == Vendor.uuid)
        .join(Project, Project.uuid == ProjectVendor.project_id)
        .where(
            ProjectVendor.project_id == project,
            ProjectVendor.deleted_at.is_(None),
            Vendor.deleted_at.is_(None),
            Vendor.state == VendorState.APPROVED,
            or_(ProjectVendor.starts_on.is_(None), ProjectVendor.starts_on <= today),
            or_(ProjectVendor.ends_on.is_(None), ProjectVendor.ends_on >= today),
        )
    )
    return ability.accessible(at_work, "read", Vendor)


def vendors_to_see(ability: Ability) -> Select[UUID, str]:
    """The vendors whom the reader sees."""
    vendors = select(Vendor.uuid, Vendor.name).where(Vendor.deleted_at.is_(None))
    return ability.accessible(vendors, "read", Vendor)
