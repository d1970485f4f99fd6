"""What the demo's vendor did at their desk: claimed a payment that waits, and said that another one is wrong."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.enums import TransactionStatus
from portal.demo.programme import FLOOD, named
from portal.grievances.operations.opening import Complaint, Reporter, open_grievance
from portal.transactions.models import Transaction
from portal.transactions.operations.making import Payout, make_transaction
from portal.users.models import User

STORE = "Inaruwa Grain Store"
"""Whose owner can sign in."""


def add_work_at_the_desk(session: Session) -> None:
    """A claim for somebody whom they served before, and a dispute about what they were paid last."""
    vendor = named("vendor", STORE)
    user = session.scalars(select(User).where(User.uuid == vendor)).one()
    last = session.scalars(
        select(Transaction)
        .where(
            Transaction.vendor_id == vendor,
            Transaction.project_id == named("project", FLOOD),
            Transaction.status == TransactionStatus.APPROVED,
        )
        .order_by(Transaction.created_at.desc(), Transaction.id)
        .limit(2)
    ).all()
    paid, before = last
    payout = Payout(before.project_id, before.beneficiary_id, vendor, before.amount, before.currency)
    make_transaction(session, payout, by=user.id)
    complaint = Complaint(
        paid.project_id,
        "The amount is wrong",
        "She took two sacks of rice and one of lentils that day. Only the rice was paid.",
        transaction=paid.uuid,
    )
    reporter = Reporter(user.id, user.name or STORE, user.phone or "")
    open_grievance(session, complaint, reporter, named("grievance", STORE))
