"""A deed for many cases, and what it can be told."""

from uuid import UUID

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from portal.grievances.many import GrievanceAction
from portal.grievances.models import GrievanceCategory
from portal.grievances.queries.options import Option


def action_with(uuid: UUID, maker: int) -> Select[GrievanceAction]:
    """The action of that uuid, of who made it."""
    return select(GrievanceAction).where(GrievanceAction.uuid == uuid, GrievanceAction.created_by == maker)


def categories_in_use(session: Session) -> list[Option]:
    """The categories that a case can get, by name, with their uuids."""
    statement = (
        select(cast(GrievanceCategory.uuid, Text), GrievanceCategory.name)
        .where(GrievanceCategory.is_active)
        .order_by(GrievanceCategory.name)
    )
    return [(key, name) for key, name in session.execute(statement)]
