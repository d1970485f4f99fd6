"""How a vendor stands: approved, suspended, approved again. Of two who decide at once, one does."""

from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.core.person import Person
from portal.vendors.models import Vendor
from portal.vendors.states import VendorState

BEFORE = {
    VendorState.APPROVED: (VendorState.PENDING, VendorState.SUSPENDED),
    VendorState.SUSPENDED: (VendorState.APPROVED,),
}
"""State → from which a vendor can come to it. The database's trigger says the same."""


def approve(session: Session, person: Person, vendor: UUID) -> None:
    """Let a vendor be paid, for the first time or again.

    Raises Conflict where they are approved already or were deleted, Refusal for oneself.
    """
    _move(session, person, vendor, VendorState.APPROVED, None)


def suspend(session: Session, person: Person, vendor: UUID, reason: str) -> None:
    """Let a vendor get nothing new until somebody approves them again; what they have stays.

    Raises Conflict where they are not approved, Refusal for oneself and without a reason.
    """
    if not reason.strip():
        raise Refusal("Say why.", field="reason")
    _move(session, person, vendor, VendorState.SUSPENDED, reason)


def _move(session: Session, person: Person, vendor: UUID, to: VendorState, reason: str | None) -> None:
    if person.uuid == vendor:
        raise Refusal("Somebody else has to decide about you.")
    moved = session.scalar(
        update(Vendor)
        .where(Vendor.uuid == vendor, Vendor.deleted_at.is_(None), Vendor.state.in_(BEFORE[to]))
        .values(
            state=to,
            state_reason=reason,
            state_by=person.id,
            state_at=func.now(),
            version=Vendor.version + 1,
            updated_at=func.now(),
        )
        .returning(Vendor.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict("Somebody has decided about this vendor already.")
