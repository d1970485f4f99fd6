"""Vendors for tests: a user and a vendor of one uuid, as `portal.vendors` makes them, without its checks."""

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from portal.projects.models import Project
from portal.users import roles
from portal.users.operations.assignments import assign_role
from portal.users.operations.users import add_user
from portal.vendors.models import ProjectVendor, Vendor
from portal.vendors.states import VendorState
from tests.factories import FIRST_DAY

_next = count(1)


def add_vendor(
    session: Session,
    name: str = "Inaruwa Grain Store",
    projects: Iterable[Project] = (),
    *,
    email: str | None = None,
    phone: str | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    **facts: Any,
) -> Vendor:
    """An approved vendor without a way to sign in, at work in projects; each came a minute after the one before."""
    number = next(_next)
    user = add_user(session, name, email, phone=phone or f"+97796{number:08d}")
    assign_role(session, user, roles.VENDOR)
    usual = {
        "state": VendorState.APPROVED,
        "wallet": f"0x{10**30 + number:040d}",
        "created_at": FIRST_DAY + dt.timedelta(minutes=number),
    }
    vendor = Vendor(**{"uuid": user.uuid, "name": name, **usual, **facts})
    session.add(vendor)
    session.flush()
    session.refresh(vendor)  # who they are comes from the user, by trigger
    for project in projects:
        session.add(
            ProjectVendor(
                project_id=project.uuid, vendor_id=vendor.uuid, starts_on=starts_on, ends_on=ends_on
            )
        )
    session.flush()
    return vendor
