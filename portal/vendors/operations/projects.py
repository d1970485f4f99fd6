"""Vendors at work in projects: put in with dates, given other dates, taken out."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, NotFound, Refusal
from portal.projects.queries.project import hold_writable
from portal.vendors.models import ProjectVendor


def assign(
    session: Session,
    vendor: UUID,
    project: UUID,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> None:
    """Let a vendor work in a project from one day to another, both included; None is no such limit.

    The caller has looked whether the person sees both. Raises Refusal for days in the wrong order, Conflict for a
    closed project and where they work there already, NotFound for a project that is gone.
    """
    _check_order(starts_on, ends_on)
    hold_writable(session, project)
    days = {"starts_on": starts_on, "ends_on": ends_on}
    put = insert(ProjectVendor).values(project_id=project, vendor_id=vendor, **days)
    again: dict[str, Any] = {**days, "deleted_at": None, "created_at": func.now(), "updated_at": func.now()}
    came = session.scalar(
        put.on_conflict_do_update(
            index_elements=["projectId", "vendorId"],
            set_={getattr(ProjectVendor, name).expression: value for name, value in again.items()},
            where=ProjectVendor.deleted_at.is_not(None),
        ).returning(ProjectVendor.id)
    )
    if came is None:
        raise Conflict("They work in this project already.", field="project")


def change_days(
    session: Session,
    vendor: UUID,
    project: UUID,
    starts_on: dt.date | None,
    ends_on: dt.date | None,
    *,
    seen: tuple[dt.date | None, dt.date | None],
) -> None:
    """Give a vendor's work in a project other days.

    Raises Conflict where the days are no longer those that were `seen` and for a closed project, NotFound where they do
    not work there, Refusal for days in the wrong order.
    """
    _check_order(starts_on, ends_on)
    hold_writable(session, project)
    part = session.scalars(_part(vendor, project).with_for_update()).one_or_none()
    if part is None:
        raise NotFound
    if (part.starts_on, part.ends_on) != seen:
        raise Conflict("Somebody changed these days while you did.")
    part.starts_on, part.ends_on = starts_on, ends_on
    session.flush()


def take_out(session: Session, vendor: UUID, project: UUID) -> None:
    """Take a vendor out of a project; what they were paid there stays.

    Raises NotFound where they do not work there, Conflict for a closed project.
    """
    hold_writable(session, project)
    left = session.scalar(
        update(ProjectVendor)
        .where(
            ProjectVendor.vendor_id == vendor,
            ProjectVendor.project_id == project,
            ProjectVendor.deleted_at.is_(None),
        )
        .values(deleted_at=func.now(), updated_at=func.now())
        .returning(ProjectVendor.id)
        .execution_options(synchronize_session=False)
    )
    if left is None:
        raise NotFound


def _part(vendor: UUID, project: UUID) -> Any:
    return (
        select(ProjectVendor)
        .where(
            ProjectVendor.vendor_id == vendor,
            ProjectVendor.project_id == project,
            ProjectVendor.deleted_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def _check_order(starts_on: dt.date | None, ends_on: dt.date | None) -> None:
    if starts_on is not None and ends_on is not None and ends_on < starts_on:
        raise Refusal("The last day cannot be before the first.", field="ends_on")
