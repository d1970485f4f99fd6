"""The columns that a list of cases can show and an export can hold, each with the SQL that gives it.

Who complained is masked here, in the database, for who may not read personal data in the case's project. Names of
colleagues are for those who work with cases, and not for who merely complained.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, SQLColumnExpression, Text, case, cast, func, null, select
from sqlalchemy.orm import InstrumentedAttribute

from portal.beneficiaries.queries.columns import masked_words
from portal.core.abilities import Ability
from portal.grievances.models import Grievance, GrievanceCategory, GrievanceChannel
from portal.grievances.queries.filters import reads_reporter
from portal.projects.models import Project
from portal.users.models import User

DEFAULT = ("title", "status", "clock", "priority", "category", "project", "assignee", "created")
COLLEAGUES = ("update", "export")
"""Who may do one of these with grievances works with them."""
CLOCK = ("status", "waiting_since", "risk_at", "due_at", "now")
"""What a row needs to say how its clock stands, and to what moment."""


def knows_colleagues(ability: Ability) -> bool:
    """Whether this reader is told who looks after a case."""
    return any(ability.can(action, "Grievance") for action in COLLEAGUES)


def joined() -> FromClause:
    """Cases with their projects, categories and channels, for columns of theirs; each has at most one of each."""
    source: FromClause = (
        Grievance.__table__.outerjoin(Project, Project.uuid == Grievance.project_id)
        .outerjoin(GrievanceCategory, GrievanceCategory.uuid == Grievance.category_id)
        .outerjoin(GrievanceChannel, GrievanceChannel.uuid == Grievance.channel_id)
    )
    return source


def columns(ability: Ability, wanted: Sequence[str]) -> dict[str, SQLColumnExpression[Any]]:
    """The `wanted` columns by their names in URLs and settings."""
    makers = _makers(ability)
    return {name: makers[name]() for name in wanted}


def _makers(ability: Ability) -> Mapping[str, Callable[[], SQLColumnExpression[Any]]]:
    colleague = _user_name if knows_colleagues(ability) else _nobody
    plain = reads_reporter(ability)
    contact = Grievance.reporter_contact
    masked_contact = case((contact == "", ""), else_="•••")
    return {
        "title": lambda: Grievance.title,
        "code": lambda: Grievance.code,
        "status": lambda: Grievance.status,
        "waiting_since": lambda: Grievance.waiting_since,
        "risk_at": lambda: Grievance.risk_at,
        "due_at": lambda: Grievance.due_at,
        "priority": lambda: Grievance.priority,
        "category": lambda: GrievanceCategory.name,
        "channel": lambda: GrievanceChannel.name,
        "type": lambda: Grievance.type,
        "project": lambda: Project.name,
        "assignee": lambda: colleague(Grievance.assignee_id),
        "reporter": lambda: case((plain, Grievance.reported_by), else_=masked_words(Grievance.reported_by)),
        "contact": lambda: case((plain, contact), else_=masked_contact),
        "sensitive": lambda: Grievance.is_sensitive,
        "created": lambda: Grievance.created_at,
        "moved": lambda: Grievance.status_at,
        "acknowledged": lambda: Grievance.acknowledged_at,
        "acknowledge_by": lambda: Grievance.acknowledge_by,
        "acknowledge_took": lambda: Grievance.acknowledge_took,
        "resolved": lambda: Grievance.resolved_at,
        "resolve_by": lambda: Grievance.resolve_by,
        "resolve_took": lambda: Grievance.resolve_took,
        "closed": lambda: Grievance.closed_at,
        "reopened": lambda: Grievance.reopened,
        "description": lambda: Grievance.description,
        "reason": lambda: Grievance.status_reason,
        "uuid": lambda: Grievance.uuid,
        "now": lambda: func.now(),
    }


def _user_name(user: InstrumentedAttribute[Any]) -> SQLColumnExpression[Any]:
    name = func.coalesce(User.name, User.email, type_=Text)
    return select(name).where(User.id == user).correlate(Grievance).scalar_subquery()


def _nobody(_user: InstrumentedAttribute[Any]) -> SQLColumnExpression[Any]:
    return cast(null(), Text)
