"""How much working time the clock that runs has left."""

import math

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.grievances.models import Grievance


def minutes_left(session: Session, case: Grievance) -> int | None:
    """Working minutes, begun ones whole, until the case's running clock runs out; None where none runs or it has."""
    left = session.scalar(
        select(
            func.portal_working_between(
                func.now(), Grievance.due_at, func.portal_calendar_of(Grievance.project_id)
            )
        ).where(Grievance.uuid == case.uuid, Grievance.due_at > func.now())
    )
    return None if left is None else math.ceil(left)
