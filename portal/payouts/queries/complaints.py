"""Of whom somebody complained who is in a list."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from portal.core.abilities import Ability
from portal.grievances.models import Grievance
from portal.grievances.queries.in_project import ANSWERED
from portal.payouts.models import PayoutRow
from portal.transactions.models import Transaction


def has_open_grievance(project: UUID, ability: Ability) -> ColumnElement[bool]:
    """SQL: a grievance of this project about the row's person, or about a payment of theirs, waits for an answer.

    Sensitive ones count for who may read them, and for nobody else: whoever approves a list need not be one of those
    who may know of them.
    """
    told = (
        Grievance.project_id == project,
        Grievance.status.not_in(ANSWERED),
        Grievance.deleted_at.is_(None),
        or_(Grievance.is_sensitive.is_(False), ability.condition("read", Grievance)),
    )
    about_them = select(Grievance.beneficiary_id).where(*told, Grievance.beneficiary_id.is_not(None))
    about_payments = (
        select(Transaction.beneficiary_id)
        .join(Grievance, Grievance.transaction_id == Transaction.uuid)
        .where(*told)
    )
    person = PayoutRow.beneficiary_id
    return or_(person.in_(about_them), person.in_(about_payments))
