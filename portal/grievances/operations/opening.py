"""Opening a case: the one way in, for staff, vendors, the public form and files of a hotline alike."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.enums import GrievanceType, ProjectStatus
from portal.core.errors import Refusal
from portal.grievances.letters import tell_assignee
from portal.grievances.models import PRIORITIES, Grievance, GrievanceCategory, GrievanceChannel
from portal.grievances.operations import story
from portal.grievances.operations.assigning import assign_by_rule
from portal.grievances.operations.story import SYSTEM, Teller, tell
from portal.projects.queries.project import project_with


@dataclass(frozen=True)
class Complaint:
    """What somebody says is wrong, and in which project.

    It may be about a `person`, a `transaction`, a `vendor`, and may follow another case (`follows`), all by uuid. What
    it is about, in the organisation's own terms, is the `category`: one in use, whose priority it gets unless
    `priority` says another, and which may make it sensitive; `sensitive` makes it so in any case. `channel` is how it
    came: the uuid of one in use, or the key of one that the portal itself fills in. `language` is the person's own.
    `made_at` is when it was made, where that was before it is written down: both clocks count from then.
    """

    project: UUID
    title: str
    description: str
    type: GrievanceType = GrievanceType.NON_TECHNICAL
    transaction: UUID | None = None
    person: UUID | None = None
    vendor: UUID | None = None
    follows: UUID | None = None
    category: UUID | None = None
    channel: UUID | str | None = None
    priority: str | None = None
    sensitive: bool = False
    language: str | None = None
    made_at: dt.datetime | None = None


@dataclass(frozen=True)
class Reporter:
    """Who says so: their user's id, their name, and how to reach them. `pin_hash` is what they are known by later."""

    user: int
    name: str
    contact: str
    pin_hash: str | None = None


def open_grievance(
    session: Session, complaint: Complaint, reporter: Reporter, uuid: UUID, *, by: int | None = None
) -> bool:
    """Put a complaint on record under a uuid; whether it was new. The same uuid once more changes nothing.

    `by` is the user who writes it down for somebody else; without it the reporter did so themselves. Who gets it is
    found by the rules of assignment, and told. Raises Refusal for a project that is gone or closed, and at its field
    for a category, channel or priority that there is not, and for one that was made in the future.
    """
    if complaint.made_at is not None and complaint.made_at > dt.datetime.now(dt.UTC):
        raise Refusal("Nobody has complained yet who will do so in the future.")
    project = session.scalars(
        project_with(complaint.project).with_for_update(read=True).execution_options(populate_existing=True)
    ).one_or_none()
    if project is None or project.status == ProjectStatus.CLOSED:
        raise Refusal("This project is closed. Tell the organisation that runs it by another way.")
    category = _category(session, complaint.category)
    adding = (
        insert(Grievance)
        .values(
            uuid=uuid,
            reported_by=reporter.name,
            reporter_user_id=reporter.user,
            reporter_contact=reporter.contact,
            pin_hash=reporter.pin_hash,
            title=complaint.title,
            type=complaint.type,
            project_id=complaint.project,
            description=complaint.description,
            transaction_id=complaint.transaction,
            beneficiary_id=complaint.person,
            vendor_id=complaint.vendor,
            follows=complaint.follows,
            category_id=category.uuid if category else None,
            channel_id=_channel(session, complaint.channel),
            priority=_priority(complaint.priority, category),
            is_sensitive=complaint.sensitive or bool(category and category.is_sensitive),
            language=complaint.language,
            created_by=by,
            created_at=complaint.made_at or func.now(),
            updated_at=func.now(),
        )
        .on_conflict_do_nothing(index_elements=["uuid"])
        .returning(Grievance.id)
    )
    made = session.scalar(select(adding.cte().c.id))
    if made is None:
        return False
    case = session.get_one(Grievance, made)
    tell(session, uuid, story.OPENED, Teller(by, reporter=by is None), is_public=True)
    _assign(session, case)
    return True


def _assign(session: Session, case: Grievance) -> None:
    """Give a new case to whom the rules find."""
    user = assign_by_rule(session, case)
    if user is not None:
        case.assignee_id = user
        session.flush()
        tell(session, case.uuid, story.ASSIGNED, SYSTEM, facts={"from": None, "to": user})
        tell_assignee(session, case)


def _category(session: Session, uuid: UUID | None) -> GrievanceCategory | None:
    if uuid is None:
        return None
    found = session.get(GrievanceCategory, uuid)
    if found is None or not found.is_active:
        raise Refusal("Choose another category: this one is not in use.", field="category")
    return found


def _channel(session: Session, named: UUID | str | None) -> UUID | None:
    """The uuid of a channel in use; those of the portal itself are known by their keys and always there."""
    if named is None:
        return None
    if isinstance(named, str):
        return session.scalars(
            select(GrievanceChannel.uuid).where(GrievanceChannel.key == named)
        ).one_or_none()
    found = session.get(GrievanceChannel, named)
    if found is None or not found.is_active:
        raise Refusal("Choose another channel: this one is not in use.", field="channel")
    return found.uuid


def _priority(chosen: str | None, category: GrievanceCategory | None) -> str:
    if chosen and chosen not in PRIORITIES:
        raise Refusal("There is no such priority.", field="priority")
    return chosen or (category.priority if category else "NORMAL")
