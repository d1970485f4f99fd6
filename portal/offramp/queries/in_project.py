"""The requests of a project that have not come to an end."""

from uuid import UUID

from sqlalchemy import Select, func, select

from portal.core.enums import OfframpStatus
from portal.offramp.models import OfframpRequest


def count_under_way(project: UUID) -> Select[int]:
    """SQL: how many requests in a project wait, or are under way with their providers."""
    return (
        select(func.count())
        .select_from(OfframpRequest)
        .where(
            OfframpRequest.project_id == project,
            OfframpRequest.status.in_((OfframpStatus.PENDING, OfframpStatus.PROCESSING)),
            OfframpRequest.deleted_at.is_(None),
        )
    )
