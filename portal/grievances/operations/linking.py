"""Saying what a case is about: a person, a payment, a vendor, another case that it goes on from.

The view has looked that whoever says so may see what they name.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Refusal
from portal.grievances.models import Grievance
from portal.grievances.operations import story
from portal.grievances.operations.holding import hold_case
from portal.grievances.operations.story import Teller, tell
from portal.transactions.models import Transaction


def link_person(session: Session, uuid: UUID, person: UUID | None, by: Teller) -> bool:
    """Say whom a case is about, or that it is about nobody in particular; whether that changed anything.

    Raises Refusal where the case is about a payment to somebody else, Conflict in a closed project.
    """
    case = hold_case(session, uuid)
    if person is not None and case.transaction_id is not None:
        paid = session.scalar(
            select(Transaction.beneficiary_id).where(Transaction.uuid == case.transaction_id)
        )
        if paid != person:
            raise Refusal("This case is about a payment to somebody else.")
    return _link(session, case, "beneficiary_id", person, by)


def link_vendor(session: Session, uuid: UUID, vendor: UUID | None, by: Teller) -> bool:
    """Say about which vendor a case is, or that it is about none; whether that changed anything.

    Raises Refusal at the field `vendor` where the case is about a payment by another, Conflict in a closed project.
    """
    case = hold_case(session, uuid)
    if vendor is not None and case.transaction_id is not None:
        payer = session.scalar(select(Transaction.vendor_id).where(Transaction.uuid == case.transaction_id))
        if payer != vendor:
            raise Refusal("This case is about a payment by another vendor.", field="vendor")
    return _link(session, case, "vendor_id", vendor, by)


def link_former_case(session: Session, uuid: UUID, former: UUID | None, by: Teller) -> bool:
    """Say from which other case this one goes on; whether that changed anything.

    Raises Refusal at the field `code` for the case itself and for one that goes on from this one; Conflict in a closed
    project.
    """
    case = hold_case(session, uuid)
    if former is not None and uuid in (former, *_before(session, former)):
        raise Refusal("A case cannot go on from itself.", field="code")
    return _link(session, case, "follows", former, by)


def _link(session: Session, case: Grievance, fact: str, value: UUID | None, by: Teller) -> bool:
    if getattr(case, fact) == value:
        return False
    setattr(case, fact, value)
    case.updated_at = func.now()
    session.flush()
    named = {"beneficiary_id": "beneficiary", "vendor_id": "vendor", "follows": "follows"}[fact]
    tell(session, case.uuid, story.LINKED, by, facts={named: str(value) if value else None, "what": named})
    return True


def _before(session: Session, case: UUID) -> list[UUID]:
    """The cases from which this one goes on, one after the other."""
    found = select(Grievance.follows).where(Grievance.uuid == case).cte(recursive=True)
    found = found.union(select(Grievance.follows).join(found, Grievance.uuid == found.c.follows))
    return [uuid for uuid in session.scalars(select(found.c.follows)) if uuid is not None]
