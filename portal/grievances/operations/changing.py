"""What a deed for many does to cases: a set, changed by one statement together with its lines in their stories."""

from typing import Any

from sqlalchemy import ColumnElement, Text, cast, delete, func, literal, null, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Session

from portal.core.abilities import Ability
from portal.core.errors import Refusal
from portal.grievances.letters import tell_of_many
from portal.grievances.many import Kind
from portal.grievances.models import Grievance, GrievanceEvent, GrievanceWatcher
from portal.grievances.operations import story
from portal.grievances.queries.verdicts import Order, cases_to_change, may_look_after
from portal.users.models import User
from portal.users.queries.held import ability_of

NOTHING = cast(null(), Text)


def check_order(ability: Ability) -> None:
    """Raise Refusal unless whoever acts may change cases at all."""
    if not ability.can("update", "Grievance"):
        raise Refusal("You may not do this any more.")


def carry_out(session: Session, order: Order, ability: Ability, by: int) -> int:
    """Do it, in the session's transaction; how many cases changed. `by` is the id of the user who acts."""
    if order.kind is Kind.NOTE:
        noted = cases_to_change(session, order, ability).with_only_columns(Grievance.uuid).cte("found")
        return _told(session, noted, story.NOTE, by, body=literal(order.body or "", Text))
    if order.kind is Kind.PRIORITY:
        return _set(session, order, ability, by, story.PRIORITY, Grievance.priority, order.value)
    if order.kind is Kind.CATEGORY:
        return _categorise(session, order, ability, by)
    if order.kind is Kind.SENSITIVE:
        found = cases_to_change(session, order, ability).with_only_columns(Grievance.uuid)
        open_ones = list(session.scalars(found))
        _make_sensitive(session, open_ones, by)
        return len(open_ones)
    user = order.assignee
    given = _set(
        session, order, ability, by, story.ASSIGNED, Grievance.assignee_id, user.id if user else None
    )
    if user is not None and given and user.id != by:
        tell_of_many(session, user, given)
    return given


def _categorise(session: Session, order: Order, ability: Ability, by: int) -> int:
    category = order.category
    if category is None:
        raise Refusal("Choose a category.", field="category")
    opened = None
    if category.is_sensitive:
        found = cases_to_change(session, order, ability).with_only_columns(
            Grievance.uuid, Grievance.is_sensitive
        )
        opened = [row.uuid for row in session.execute(found) if not row.is_sensitive]
    changed = _set(session, order, ability, by, story.CATEGORY, Grievance.category_id, category.uuid)
    if opened:
        _make_sensitive(session, opened, by)
    return changed


def _make_sensitive(session: Session, cases: list[Any], by: int) -> None:
    """From now on only those know of these who may read sensitive ones: who else was in charge, or watched, no longer
    does."""
    these = Grievance.uuid.in_(cases)
    _lines(session, by, story.SENSITIVE, these, literal(False), literal(True))
    session.execute(update(Grievance).where(these).values(is_sensitive=True, updated_at=func.now()))
    in_charge = session.scalars(select(User).where(User.id.in_(select(Grievance.assignee_id).where(these))))
    for user in in_charge.all():
        unfit = these & (Grievance.assignee_id == user.id) & ~_surely(may_look_after(session, user))
        _lines(session, by, story.ASSIGNED, unfit, literal(user.id), null())
        session.execute(update(Grievance).where(unfit).values(assignee_id=None, updated_at=func.now()))
    watching = select(GrievanceWatcher.user_id).where(GrievanceWatcher.grievance_id.in_(cases))
    for user in session.scalars(select(User).where(User.id.in_(watching))).all():
        hidden = select(Grievance.uuid).where(
            these, ~_surely(ability_of(session, user).condition("read", Grievance))
        )
        session.execute(
            delete(GrievanceWatcher).where(
                GrievanceWatcher.user_id == user.id, GrievanceWatcher.grievance_id.in_(hidden)
            )
        )


def _surely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.coalesce(condition, literal(False))


def _set(
    session: Session, order: Order, ability: Ability, by: int, kind: str, column: Any, value: Any
) -> int:
    """Set a column of the cases, and tell of each what it was and is."""
    found = cases_to_change(session, order, ability).with_only_columns(Grievance.uuid, column.label("before"))
    held = found.cte("found")
    changed = (
        update(Grievance)
        .where(Grievance.uuid == held.c.uuid)
        .values({column: value, Grievance.updated_at: func.now()})
        .returning(Grievance.uuid, held.c.before)
        .cte("changed")
    )
    facts = _facts(changed.c.before, literal(value, column.type))
    return _told(session, changed, kind, by, facts=facts)


def _lines(session: Session, by: int, kind: str, which: Any, before: Any, after: Any) -> None:
    found = select(Grievance.uuid).where(which).cte("found")
    _told(session, found, kind, by, facts=_facts(before, after))


def _facts(before: Any, after: Any) -> ColumnElement[Any]:
    return func.jsonb_build_object("from", before, "to", after, type_=JSONB)


def _told(session: Session, cases: Any, kind: str, by: int, *, body: Any = NOTHING, facts: Any = None) -> int:
    """Add a line to the story of each of these cases; how many."""
    rows = select(
        cases.c.uuid, literal(kind), body, cast(null(), JSONB) if facts is None else facts, literal(by)
    )
    lines = (
        insert(GrievanceEvent.__table__)
        .from_select(["grievanceId", "kind", "body", "facts", "createdBy"], rows)
        .returning(GrievanceEvent.__table__.c.id)
        .cte("lines")
    )
    return session.scalar(select(func.count()).select_from(lines)) or 0
