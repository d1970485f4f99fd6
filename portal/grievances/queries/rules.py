"""The rules by which new cases find somebody."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.grievances.models import Grievance, GrievanceRule

IN_ORDER = (GrievanceRule.position, GrievanceRule.created_at, GrievanceRule.uuid)


def rules_for(session: Session, case: Grievance) -> Sequence[GrievanceRule]:
    """The rules that fit a case's project and category, in the order in which they are asked."""
    return session.scalars(
        select(GrievanceRule)
        .where(
            or_(GrievanceRule.project_id.is_(None), GrievanceRule.project_id == case.project_id),
            or_(GrievanceRule.category_id.is_(None), GrievanceRule.category_id == case.category_id),
        )
        .order_by(*IN_ORDER)
    ).all()
