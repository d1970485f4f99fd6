"""Files of a case."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.errors import NotFound
from portal.grievances.models import Grievance, GrievanceAttachment
from portal.grievances.queries.columns import knows_colleagues


def file_of(session: Session, case: Grievance, uuid: UUID, ability: Ability) -> GrievanceAttachment:
    """A file of a case that the reader may see; who only complained sees the public ones.

    Raises NotFound for one of another case, and where there is none.
    """
    statement = select(GrievanceAttachment).where(
        GrievanceAttachment.uuid == uuid, GrievanceAttachment.grievance_id == case.uuid
    )
    if not knows_colleagues(ability):
        statement = statement.where(GrievanceAttachment.is_public)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found
