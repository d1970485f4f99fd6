"""What a deed for many requests would be done to."""

from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.enums import ProjectStatus
from portal.core.errors import Refusal
from portal.offramp.models import OfframpRequest
from portal.offramp.queries.filters import RequestFilter
from portal.offramp.queries.listing import chosen_requests
from portal.projects.models import Project

MOST = 10_000
"""So many are done at once: while that lasts nobody else can move them."""


def meant(chosen: RequestFilter, ability: Ability, action: str, can: ColumnElement[bool]) -> Select[UUID]:
    """SQL: the uuids of what a filter finds, of that which the reader may do `action` to, in projects that are open,
    and to which it can be done."""
    open_projects = select(Project.uuid).where(Project.status == ProjectStatus.ACTIVE)
    statement = chosen_requests(chosen, ability).with_only_columns(OfframpRequest.uuid)
    in_time = OfframpRequest.project_id.in_(open_projects) | OfframpRequest.project_id.is_(None)
    return ability.accessible(statement, action, OfframpRequest).where(can, in_time)


def count_meant(session: Session, wanted: Select[UUID]) -> int:
    """How many these are."""
    return session.scalar(select(func.count()).select_from(wanted.subquery())) or 0


def check_number(session: Session, wanted: Select[UUID]) -> None:
    """Raises Refusal where these are more than are done at once."""
    if count_meant(session, wanted) > MOST:
        raise Refusal("At most %(most)s are done at once. Narrow the list.", most=MOST)


def sums_meant(session: Session, wanted: Select[UUID]) -> list[Row[str, int]]:
    """What they come to: each token with its amount."""
    found = wanted.with_only_columns(OfframpRequest.token, OfframpRequest.amount).subquery()
    by = found.c.token
    return list(session.execute(select(by, func.sum(found.c.amount)).group_by(by).order_by(by)))
