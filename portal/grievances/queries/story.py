"""The story of a case, line by line, as much as its reader may know of it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, Select, Text, and_, bindparam, case, cast, func, null, or_, select
from sqlalchemy import Uuid as UuidType
from sqlalchemy.orm import Session, aliased

from portal.core.abilities import Ability
from portal.grievances.models import (
    Grievance,
    GrievanceAttachment,
    GrievanceCategory,
    GrievanceEvent,
    GrievanceWatcher,
)
from portal.grievances.queries.columns import knows_colleagues
from portal.grievances.queries.listing import REMEMBERED
from portal.users.models import User

Lines = Sequence[Row[*tuple[Any, ...]]]
OTHER_CASES = ("duplicateOf", "follows")
"""Facts of a line that name another case."""


def story_of(session: Session, case_uuid: UUID, ability: Ability) -> Lines:
    """The lines of a case's story, the oldest first, each with the name of `who` did it, of whom it was given `to`, the
    `category` chosen, and the code and uuid of another case it speaks of.

    Who only complained reads the public lines, and is told of no colleague. Lines that speak of a case which the
    reader may not see are left out.
    """
    return session.connection().execute(_story_statement(ability), {"case": case_uuid}).all()


@lru_cache(REMEMBERED)
def _story_statement(ability: Ability) -> Select[*tuple[Any, ...]]:
    insider = knows_colleagues(ability)
    facts = GrievanceEvent.facts
    who, getter, other = aliased(User), aliased(User), aliased(Grievance)
    is_user = GrievanceEvent.kind == "ASSIGNED"
    is_category = GrievanceEvent.kind == "CATEGORY"
    named = func.coalesce(*(facts[key].astext for key in OTHER_CASES))
    nobody = cast(null(), Text)
    statement = (
        select(
            *(column for column in GrievanceEvent.__table__.columns if column.name != "createdBy"),
            (func.coalesce(who.name, who.email, type_=Text) if insider else nobody).label("who"),
            (func.coalesce(getter.name, getter.email, type_=Text) if insider else nobody).label("to"),
            GrievanceCategory.name.label("category"),
            other.uuid.label("other_uuid"),
            other.code.label("other_code"),
            GrievanceAttachment.uuid.label("file_uuid"),
            GrievanceAttachment.name.label("file_name"),
            GrievanceAttachment.size.label("file_size"),
        )
        .outerjoin(who, who.id == GrievanceEvent.created_by)
        .outerjoin(getter, getter.id == case((is_user, cast(facts["to"].astext, Integer))))
        .outerjoin(
            GrievanceCategory,
            GrievanceCategory.uuid == case((is_category, cast(facts["to"].astext, UuidType))),
        )
        .outerjoin(
            other,
            and_(
                other.uuid == cast(named, UuidType),
                other.deleted_at.is_(None),
                ability.condition("read", other),
            ),
        )
        .outerjoin(GrievanceAttachment, GrievanceAttachment.event_id == GrievanceEvent.uuid)
        .where(
            GrievanceEvent.grievance_id == bindparam("case"),
            or_(named.is_(None), other.uuid.is_not(None)),
        )
        .order_by(GrievanceEvent.id)
    )
    return statement if insider else statement.where(GrievanceEvent.is_public)


def watchers_of(session: Session, case_uuid: UUID) -> Sequence[Row[int, str]]:
    """Who watches a case: `id` and `name`, by name."""
    return session.connection().execute(_WATCHERS, {"case": case_uuid}).all()


_NAME = func.coalesce(User.name, User.email, type_=Text).label("name")
_WATCHERS = (
    select(User.id, _NAME)
    .join(GrievanceWatcher, GrievanceWatcher.user_id == User.id)
    .where(GrievanceWatcher.grievance_id == bindparam("case"), User.deleted_at.is_(None))
    .order_by(_NAME, User.id)
)
