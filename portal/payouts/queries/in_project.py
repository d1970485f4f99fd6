"""The payout lists of a project that are not through."""

from uuid import UUID

from sqlalchemy import Select, func, select

from portal.payouts.models import PayoutList
from portal.payouts.moves import OPEN


def count_open(project: UUID) -> Select[int]:
    """SQL: how many lists of a project are neither approved nor given up."""
    return (
        select(func.count())
        .select_from(PayoutList)
        .where(PayoutList.project_id == project, PayoutList.state.in_(sorted(OPEN)))
    )
