"""Asking the rules, from the last to the first."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Delete, Select, Update

from portal.core.abilities.compiling import compile_condition
from portal.core.abilities.guards import guard_of
from portal.core.abilities.limits import EVERYTHING, NOTHING, scope_of, together
from portal.core.abilities.matching import matches
from portal.core.abilities.rules import Node, Rule
from portal.core.abilities.subjects import model_named

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]] | Update | Delete)


class Ability:
    """What one person may do. It never changes: other rules are another ability."""

    def __init__(self, rules: Iterable[Rule], user: Mapping[str, Any] | None = None) -> None:
        """`rules` in order, the last wins; `user` holds what `${user.…}` stands for."""
        self._rules = tuple(rules)
        self._user = dict(user or {})
        self._scopes: dict[tuple[int, type[Any] | None], Node] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in order, the last wins."""
        return self._rules

    def can(self, action: str, subject: Any, row: Any = None) -> bool:
        """Whether `action` is allowed.

        `subject` is a record, or a name or model, which asks whether it is allowed for at least some record.
        With `row`, a row or mapping with the model's attributes, it asks for that one: so a list may pass
        what its SELECT returned.
        """
        rule = self.rule_for(action, subject, row)
        return rule is not None and not rule.inverted

    def why_not(self, action: str, subject: Any, row: Any = None) -> str | None:
        """The reason given by the rule that forbids; None when allowed, or when no rule gives a reason."""
        rule = self.rule_for(action, subject, row)
        return rule.reason if rule is not None and rule.inverted else None

    def rule_for(self, action: str, subject: Any, row: Any = None) -> Rule | None:
        """The rule that decides, allowing or forbidding; None when no rule matches, which forbids."""
        name, model, row = _subject(subject, row)
        rule = self._rule_for(action, name, model, row)
        guard = guard_of(model)
        if row is None or rule is None or rule.inverted or not guard or not matches(guard.within, row):
            return rule
        return self._rule_for("read", guard.subject, model, row)

    def _rule_for(self, action: str, name: str, model: type[Any] | None, row: Any) -> Rule | None:
        for position, rule in self._relevant(action, name):
            scope = self._scope(position, model)
            if row is not None:
                if matches(scope, row):
                    return rule
            elif scope is EVERYTHING or not (rule.inverted or scope is NOTHING):
                return rule
        return None

    def deciding(self, action: str, subject: str | type[Any]) -> list[Rule]:
        """The rules that together decide, the strongest first, down to one that speaks of every record."""
        name, model, _ = _subject(subject, None)
        found = []
        for position, rule in self._relevant(action, name):
            scope = self._scope(position, model)
            if scope is not NOTHING:
                found.append(rule)
            if scope is EVERYTHING:
                break
        return found

    def everywhere(self, action: str, subject: str | type[Any]) -> bool:
        """Whether `action` is allowed for every record there is and could be."""
        guard = guard_of(_subject(subject, None)[1])
        if guard and subject != guard.subject and not self.everywhere("read", guard.subject):
            return False
        for rule in self.deciding(action, subject):
            if rule.inverted:
                return False
            if rule.projects is None and rule.conditions in (None, {}):
                return True
        return False

    def condition(self, action: str, entity: Any) -> ColumnElement[bool]:
        """SQL that is true for the rows of `entity` (a model or an alias) on which `action` is allowed.

        May be null instead of false, so: in WHERE, CASE or FILTER, never under NOT.
        """
        model = sa.inspect(entity).mapper.class_
        allowed = self._condition(action, model.__name__, entity, model)
        guard = guard_of(model)
        if guard is None or self.everywhere("read", guard.subject):
            return allowed
        open_to_all = compile_condition(guard.within, entity, negated=True)
        return sa.and_(allowed, sa.or_(open_to_all, self._condition("read", guard.subject, entity, model)))

    def condition_on(self, action: str, subject: str, entity: Any) -> ColumnElement[bool]:
        """SQL that is true for the rows of `entity` of which `action` on another subject is allowed.

        For what a row holds that is a subject of its own, such as the personal data in a complaint: a rule that is
        limited to projects speaks of the rows in these. May be null instead of false.
        """
        return self._condition(action, subject, entity, sa.inspect(entity).mapper.class_)

    def _condition(self, action: str, name: str, entity: Any, model: type[Any]) -> ColumnElement[bool]:
        allowed: ColumnElement[bool] = sa.false()
        relevant = [rule for _, rule in self._relevant(action, name)]
        for rule in together(reversed(relevant)):
            scope = scope_of(rule, model, self._user)
            if rule.inverted:
                allowed = sa.and_(compile_condition(scope, entity, negated=True), allowed)
            else:
                allowed = sa.or_(compile_condition(scope, entity), allowed)
        return allowed

    def accessible(self, statement: Statement, action: str, entity: Any) -> Statement:
        """The statement, narrowed to the rows of `entity` on which `action` is allowed."""
        return cast(Statement, statement.where(self.condition(action, entity)))

    def _relevant(self, action: str, subject: str) -> Iterable[tuple[int, Rule]]:
        for position in range(len(self._rules) - 1, -1, -1):
            rule = self._rules[position]
            if rule.covers(action, subject):
                yield position, rule

    def _scope(self, position: int, model: type[Any] | None) -> Node:
        """The rows of a model that a rule speaks about."""
        key = (position, model)
        if key not in self._scopes:
            self._scopes[key] = scope_of(self._rules[position], model, self._user)
        return self._scopes[key]


def _subject(subject: Any, row: Any) -> tuple[str, type[Any] | None, Any]:
    """The subject's name, its model where one is known, and the row where one was given."""
    if isinstance(subject, str):
        if row is not None:
            raise TypeError("to ask about a row, name its model and not only the subject")
        return subject, model_named(subject), None
    if isinstance(subject, type):
        return subject.__name__, subject if sa.inspect(subject, raiseerr=False) else None, row
    return type(subject).__name__, type(subject), subject
