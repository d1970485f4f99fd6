"""The rules by which new cases find somebody: added, put before others, taken away."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from portal.core.errors import NotFound, Refusal
from portal.grievances.models import GrievanceCategory, GrievanceRule
from portal.grievances.queries.rules import IN_ORDER
from portal.projects.queries.project import project_with
from portal.users.models import Role, User

TURN = "portal.grievances.rules"


def add_rule(
    session: Session,
    uuid: UUID,
    *,
    project: UUID | None,
    category: UUID | None,
    user: int | None,
    role: int | None,
) -> None:
    """Add a rule behind all others, for cases of a project and category, or of any: a user gets them, or a role.

    The same uuid once more changes nothing. Raises Refusal at the field of what there is not, and where not exactly one
    of user and role is named.
    """
    if (user is None) == (role is None):
        raise Refusal("Choose a person or a role, and not both.", field="user")
    named = {
        "project": project and session.scalars(project_with(project)).one_or_none(),
        "category": category and session.get(GrievanceCategory, category),
        "user": user
        and session.scalars(select(User).where(User.id == user, User.deleted_at.is_(None))).one_or_none(),
        "role": role and session.get(Role, role),
    }
    for field, wanted in (("project", project), ("category", category), ("user", user), ("role", role)):
        if wanted is not None and named[field] is None:
            raise Refusal("This is no longer there. Choose another one.", field=field)
    _take_turn(session)
    last = select(func.coalesce(func.max(GrievanceRule.position), 0) + 1).scalar_subquery()
    session.execute(
        insert(GrievanceRule)
        .values(
            uuid=uuid, position=last, project_id=project, category_id=category, user_id=user, role_id=role
        )
        .on_conflict_do_nothing(index_elements=["uuid"])
    )


def raise_rule(session: Session, uuid: UUID) -> None:
    """Ask a rule before the one that was asked before it. Raises NotFound where there is none; the first stays."""
    _take_turn(session)
    rules = list(session.scalars(select(GrievanceRule).order_by(*IN_ORDER)))
    at = next((number for number, rule in enumerate(rules) if rule.uuid == uuid), None)
    if at is None:
        raise NotFound
    if at:
        rules[at - 1], rules[at] = rules[at], rules[at - 1]
    for number, rule in enumerate(rules, 1):
        rule.position = number
    session.flush()


def remove_rule(session: Session, uuid: UUID) -> None:
    """Take a rule away. Cases that it gave to somebody stay with them. Raises NotFound where there is none."""
    gone = delete(GrievanceRule).where(GrievanceRule.uuid == uuid).returning(GrievanceRule.uuid)
    if session.scalar(gone) is None:
        raise NotFound


def _take_turn(session: Session) -> None:
    """Of two who change the order at once, the second finds what the first left."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(TURN))))
