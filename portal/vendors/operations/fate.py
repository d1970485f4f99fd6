"""Vendors deleted and restored, with the user that they are."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.core.person import Person
from portal.projects.models import Project
from portal.staff.operations.standing import deactivate, restore
from portal.users import roles
from portal.users.models import User
from portal.users.operations.assignments import assign_role, remove_role
from portal.vendors.models import ProjectVendor, Vendor
from portal.vendors.operations.access import other_roles
from portal.vendors.operations.registry import wallet_of_one
from portal.vendors.queries.vendor import holds_vendor_role


def delete_vendor(session: Session, person: Person, user: User | None, vendor: Vendor, reason: str) -> None:
    """Take a vendor out of use. Their user is deactivated with them, unless it holds another role besides.

    The caller has locked the user's row and then the vendor's. Where they work stays, for their return. Raises Refusal
    for oneself and where they work in a project that the person does not see; Conflict where they are deleted already.
    """
    if person.uuid == vendor.uuid:
        raise Refusal("Somebody else has to delete you.")
    if vendor.deleted_at is not None:
        raise Conflict("This vendor is deleted already.")
    _check_sees_all(session, person, vendor)
    vendor.deleted_at = func.now()
    vendor.deleted_reason, vendor.deleted_by = reason, person.uuid
    vendor.version = Vendor.version + 1
    session.flush()
    if user is None or user.deleted_at is not None:
        return
    others = other_roles(session, user.id)
    if not others:
        deactivate(session, person, user, others, reason)
    elif holds_vendor_role(session, user.id):
        remove_role(session, user, roles.VENDOR)
    session.flush()


def restore_vendor(session: Session, person: Person, user: User | None, vendor: Vendor) -> None:
    """Bring a deleted vendor back, with their user, who gets their ways to sign in and their role again.

    The caller has locked as for `delete_vendor`. Raises Conflict where they are not deleted; Refusal where somebody
    else has their e-mail, phone or wallet by now.
    """
    if vendor.deleted_at is None:
        raise Conflict("This vendor is not deleted, or no longer.")
    if user is not None:
        if user.deleted_at is not None:
            restore(session, person, user, other_roles(session, user.id))
            session.flush()
        if not holds_vendor_role(session, user.id):
            assign_role(session, user, roles.VENDOR, by=person.id)
    with wallet_of_one(), session.begin_nested():
        vendor.deleted_at = None
        vendor.deleted_reason = vendor.deleted_by = None
        vendor.version = Vendor.version + 1


def _check_sees_all(session: Session, person: Person, vendor: Vendor) -> None:
    at_work = (
        select(Project.uuid)
        .join(ProjectVendor, ProjectVendor.project_id == Project.uuid)
        .where(
            ProjectVendor.vendor_id == vendor.uuid,
            ProjectVendor.deleted_at.is_(None),
            Project.deleted_at.is_(None),
        )
    )
    everywhere = set(session.scalars(at_work))
    seen = set(session.scalars(person.ability.accessible(at_work, "read", Project)))
    if everywhere - seen:
        raise Refusal(
            "They also work in a project that you do not see. Take them out of yours instead, or ask an administrator."
        )
