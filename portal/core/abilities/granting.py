"""Whether somebody's own rules cover rules that they want to give to others.

The answer errs towards no: whether one condition implies another is not worked out. A rule is covered by one of
the giver's that allows the same without conditions, or under the very same ones, as long as nothing of the
giver's forbids a part of it afterwards that the given rules do not forbid as well.
"""

from collections.abc import Sequence

from portal.core.abilities.rules import Rule


def uncovered(
    own: Sequence[Rule], given: Sequence[Rule], projects: Sequence[str] | None = None
) -> list[Rule]:
    """Those of the `given` rules that allow more than the giver's `own` ones do.

    Both in order, the last wins; `projects` limits the assignment that gives them (None: everywhere).
    """
    return [
        rule
        for at, rule in enumerate(given)
        if not rule.inverted and not _is_covered(own, rule, given[at + 1 :], projects)
    ]


def _is_covered(
    own: Sequence[Rule], rule: Rule, after: Sequence[Rule], projects: Sequence[str] | None
) -> bool:
    kept = {_what_is_forbidden(one) for one in after if one.inverted}
    for mine in reversed(own):
        if not _overlap(mine, rule):
            continue
        if mine.inverted:
            if _what_is_forbidden(mine) not in kept:
                return False
        elif _allows_all_of(mine, rule, projects):
            return True
    return False


def _allows_all_of(mine: Rule, rule: Rule, projects: Sequence[str] | None) -> bool:
    if not mine.covers(rule.action, rule.subject):
        return False
    if mine.projects is not None and (projects is None or not set(projects) <= set(mine.projects)):
        return False
    if mine.conditions is None:
        return True
    return mine.conditions == rule.conditions and not (
        mine.projects is None and "${user.projects}" in str(mine.conditions)
    )


def _overlap(one: Rule, other: Rule) -> bool:
    return _meet(one.action, other.action, "manage") and _meet(one.subject, other.subject, "all")


def _meet(one: str, other: str, every: str) -> bool:
    return one == other or every in (one, other)


def _what_is_forbidden(rule: Rule) -> tuple[str, str, str]:
    return rule.action, rule.subject, repr(rule.conditions)
