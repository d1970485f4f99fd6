"""The grievances about a project that wait for an answer."""

from uuid import UUID

from sqlalchemy import Select, func, select

from portal.core.enums import GrievanceStatus
from portal.grievances.models import Grievance

ANSWERED = (GrievanceStatus.RESOLVED, GrievanceStatus.CLOSED)


def count_waiting(project: UUID) -> Select[int]:
    """SQL: how many grievances about a project are neither resolved nor closed."""
    return (
        select(func.count())
        .select_from(Grievance)
        .where(
            Grievance.project_id == project,
            Grievance.status.not_in(ANSWERED),
            Grievance.deleted_at.is_(None),
        )
    )
