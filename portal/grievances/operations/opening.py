"""Opening a grievance."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceType, ProjectStatus
from portal.core.errors import Refusal
from portal.grievances.models import Grievance
from portal.projects.queries.project import project_with


@dataclass(frozen=True)
class Complaint:
    """What somebody says is wrong, and in which project; `transaction` is the payment it is about, if it is one."""

    project: UUID
    title: str
    description: str
    type: GrievanceType = GrievanceType.NON_TECHNICAL
    transaction: UUID | None = None


@dataclass(frozen=True)
class Reporter:
    """Who says so: their user's id, their name, and how to reach them."""

    user: int
    name: str
    contact: str


def open_grievance(session: Session, complaint: Complaint, reporter: Reporter, uuid: UUID) -> bool:
    """Put a complaint on record under a uuid; whether it was new. The same uuid once more changes nothing.

    Raises Refusal for a project that is gone or closed.
    """
    project = session.scalars(
        project_with(complaint.project).with_for_update(read=True).execution_options(populate_existing=True)
    ).one_or_none()
    if project is None or project.status == ProjectStatus.CLOSED:
        raise Refusal("This project is closed. Tell the organisation that runs it by another way.")
    added = (
        insert(Grievance)
        .values(
            uuid=uuid,
            reported_by=reporter.name,
            reporter_user_id=reporter.user,
            reporter_contact=reporter.contact,
            title=complaint.title,
            type=complaint.type,
            project_id=complaint.project,
            description=complaint.description,
            transaction_id=complaint.transaction,
            updated_at=func.now(),
        )
        .on_conflict_do_nothing(index_elements=["uuid"])
        .returning(Grievance.id)
    )
    return session.scalar(select(added.cte().c.id)) is not None
