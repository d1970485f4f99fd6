"""Rows that a permission alone does not open: who may not read a further subject knows of none of them.

A model says which they are and by what subject they are opened:

    __ability_guarded__ = ("SensitiveGrievance", {"isSensitive": True})

Whatever somebody may do to the model's rows, they may do to these only where they may also read that subject. So no
list, count, search or export has to think of it, and no role that was made without thinking of it opens them.
"""

from dataclasses import dataclass
from typing import Any

from portal.core.abilities.fields import bind
from portal.core.abilities.rules import Node, read_conditions


@dataclass(frozen=True)
class Guard:
    """The rows of a model that are guarded, and the subject that opens them."""

    subject: str
    within: Node


_guards: dict[type[Any], Guard] = {}


def guard_of(model: type[Any] | None) -> Guard | None:
    """What is guarded of a model; None where nothing is."""
    declared = getattr(model, "__ability_guarded__", None)
    if model is None or declared is None:
        return None
    if model not in _guards:
        subject, conditions = declared
        _guards[model] = Guard(subject, bind(read_conditions(conditions, {}), model))
    return _guards[model]
