"""The rules of a role, replaced by others with as few rows touched as their order allows."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.users.models import Permission, Role
from portal.users.queries.roles import in_order


def put_rules(session: Session, role: Role, rules: Sequence[Rule]) -> None:
    """Let the role, loaded with its permissions, have exactly these rules in this order.

    Rows keep their place by their id. What only goes or only comes at the end is a row less or more; what comes
    between others moves up those behind it. So the log tells what changed and not the whole role each time.
    """
    rows = in_order(role)
    kept = _kept(rows, rules)
    if [at for at, _ in kept] == list(range(len(kept))):
        stay = {row.id for _, row in kept}
        _remove(session, [row.id for row in rows if row.id not in stay])
        _add(session, role, rules[len(kept) :])
    else:
        for row, rule in zip(rows, rules, strict=False):
            if as_rule(row) != rule:
                session.execute(update(Permission).where(Permission.id == row.id).values(**_values(rule)))
        _remove(session, [row.id for row in rows[len(rules) :]])
        _add(session, role, rules[len(rows) :])
    session.flush()
    session.expire(role)


def as_rule(row: Permission) -> Rule:
    """A stored rule as the engine knows it."""
    return Rule(row.action, row.subject, row.inverted, row.conditions, row.reason)


def _kept(rows: Sequence[Permission], rules: Sequence[Rule]) -> list[tuple[int, Permission]]:
    """The rows that can stay as they are, each with its new position."""
    before, after = [repr(as_rule(row)) for row in rows], [repr(rule) for rule in rules]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return [(block.b + at, rows[block.a + at]) for block in blocks for at in range(block.size)]


def _remove(session: Session, ids: Sequence[int]) -> None:
    if ids:
        session.execute(delete(Permission).where(Permission.id.in_(ids)))


def _add(session: Session, role: Role, rules: Sequence[Rule]) -> None:
    if rules:
        session.execute(insert(Permission), [{"role_id": role.id, **_values(rule)} for rule in rules])


def _values(rule: Rule) -> dict[str, Any]:
    return {
        "action": rule.action,
        "subject": rule.subject,
        "inverted": rule.inverted,
        "conditions": rule.conditions,
        "reason": rule.reason,
    }
