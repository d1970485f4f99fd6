"""Rules of an assignment that is limited to projects: what of a subject lies within them.

A model says it in the words of conditions, with `${user.projects}` for the projects of the assignment:

    __ability_projects__ = {"projectId": {"$in": "${user.projects}"}}

Of a model that says nothing, nothing lies within any project: a limited rule neither allows nor forbids there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from portal.core.abilities.fields import bind
from portal.core.abilities.rules import BadCondition, Every, Node, Rule, Some, read_conditions

EVERYTHING = Every(())
NOTHING = Some(())
"""Compared by identity: what is said without looking at any row."""


def projects_of(limit: Any, inverted: bool) -> tuple[str, ...] | None:
    """The projects that an assignment's `conditions` name; None where it has no limit.

    What is not such a limit (the database keeps it out) is read so that the rule does no harm: an allowing
    rule then allows nothing, a forbidding one forbids everywhere.
    """
    if limit is None:
        return None
    projects = limit.get("projects") if isinstance(limit, dict) else None
    if isinstance(projects, list) and all(isinstance(project, str) for project in projects):
        return tuple(projects)
    return None if inverted else ()


def scope_of(rule: Rule, model: type[Any] | None, user: Mapping[str, Any]) -> Node:
    """The rows that a rule speaks about: those of its conditions, within the projects of its assignment.

    Without a model the fields stay unbound, and nothing is known to lie within a project. Conditions that
    nobody understands are about nothing, or on an inverted rule about everything.
    """
    if rule.projects is None:
        return _meant(rule, model, user)
    way = getattr(model, "__ability_projects__", None)
    if way is None:
        return NOTHING
    facts = {**user, "projects": rule.projects}
    within = bind(read_conditions(way, facts), model)
    meant = _meant(rule, model, facts)
    if meant is NOTHING:
        return NOTHING
    return within if meant is EVERYTHING else Every((within, meant))


def _meant(rule: Rule, model: type[Any] | None, user: Mapping[str, Any]) -> Node:
    if rule.conditions is None or rule.conditions == {}:
        return EVERYTHING
    try:
        tree = read_conditions(rule.conditions, user)
        return bind(tree, model) if model else tree
    except BadCondition:
        return EVERYTHING if rule.inverted else NOTHING


def together(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The same rules, those that follow one another and differ only in their projects made one.

    A person with one role here and another there then asks the database once and not twice for each row.
    """
    before: Rule | None = None
    for rule in rules:
        if before is not None and _differ_in_projects(before, rule):
            before = replace(
                before, projects=tuple(dict.fromkeys((before.projects or ()) + (rule.projects or ())))
            )
            continue
        if before is not None:
            yield before
        before = rule
    if before is not None:
        yield before


def _differ_in_projects(one: Rule, other: Rule) -> bool:
    return (
        one.projects is not None
        and other.projects is not None
        and not one.inverted
        and not other.inverted
        and one.conditions == other.conditions
        and "${user.projects}" not in str(one.conditions)
    )
