"""How a role's rules are laid out for editing: ticks for what is simply allowed, rows for the rest.

The order of rules matters only where one forbids. So what comes before the first that forbids and allows without
conditions is a tick, wherever it stands; all others are rows, in their order. Ticks first, then rows, mean the same
as the rules did.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.abilities import Rule
from portal.users.subjects import EVERYTHING, SUBJECTS, actions_on

MOST_ROWS = 100
"""How many rules a role may have beside its ticks."""


@dataclass(frozen=True)
class Layout:
    """The ticks as pairs of action and subject, and the rules that need a row."""

    ticks: list[str]
    rows: list[Rule]

    @property
    def simply(self) -> list[tuple[str, list[str]]]:
        """What the ticks allow: each subject of which there is one, with its actions."""
        allowed = (
            (subject, [action for action in actions_on(subject) if pair_of(action, subject) in self.ticks])
            for subject in (EVERYTHING, *SUBJECTS)
        )
        return [(subject, actions) for subject, actions in allowed if actions]


def pair_of(action: str, subject: str) -> str:
    """How a tick is named in the form."""
    return f"{action}:{subject}"


def laid_out(rules: Sequence[Rule]) -> Layout:
    """The rules of a role as ticks and rows."""
    ticks: list[str] = []
    rows: list[Rule] = []
    forbidden = False
    for rule in rules:
        forbidden = forbidden or rule.inverted
        pair = pair_of(rule.action, rule.subject)
        if not forbidden and _is_simple(rule) and pair not in ticks:
            ticks.append(pair)
        else:
            rows.append(rule)
    return Layout(ticks, rows)


def _is_simple(rule: Rule) -> bool:
    known = rule.subject == EVERYTHING or rule.subject in SUBJECTS
    return (
        known
        and rule.action in actions_on(rule.subject)
        and rule.conditions is None
        and rule.reason is None
        and not rule.inverted
    )


def moved(rows: list[dict[str, object]], do: str) -> list[dict[str, object]]:
    """The rows after a press of a button: `add`, or `up-2`, `down-2`, `remove-2` with the row's place from 0."""
    word, _, place = do.partition("-")
    if word == "add" and len(rows) < MOST_ROWS:
        return [*rows, {"effect": "may", "action": "read", "subject": next(iter(SUBJECTS))}]
    if not (place.isascii() and place.isdecimal()) or int(place[:4]) >= len(rows):
        return rows
    at = int(place[:4])
    if word == "remove":
        return rows[:at] + rows[at + 1 :]
    other = at - 1 if word == "up" else at + 1
    if word not in ("up", "down") or not 0 <= other < len(rows):
        return rows
    changed = list(rows)
    changed[at], changed[other] = changed[other], changed[at]
    return changed
