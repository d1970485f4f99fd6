"""Checking conditions before they become a rule: the same reading as the engine's, with an answer for people."""

import json
import math
from typing import Any

from portal.core.abilities.fields import bind
from portal.core.abilities.rules import BadCondition, Path, read_conditions
from portal.core.abilities.subjects import model_named

FACTS: dict[str, Any] = {
    "id": 1,
    "uuid": "00000000-0000-0000-0000-000000000001",
    "name": "name",
    "email": "name@example.org",
    "phone": "+9779800000000",
    "wallet": "0x0",
    "projects": ["00000000-0000-0000-0000-000000000001"],
}
"""What `${user.…}` may stand for, each with a value of its kind. `projects` are those of a limited assignment."""

LONGEST = 5_000


def read_json(text: str) -> Any:
    """The conditions that somebody typed; None for nothing. Raises BadCondition for what is no JSON."""
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise BadCondition("These conditions are too long: at most %(most)s characters.", most=LONGEST)
    try:
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_once_each)
    except json.JSONDecodeError as error:
        raise BadCondition(
            "This is not JSON: look at line %(line)s, character %(column)s.",
            line=error.lineno,
            column=error.colno,
        ) from error
    except RecursionError as error:
        raise BadCondition("This is nested too deeply.") from error
    _check_storable(found, ())
    return found


def check_conditions(conditions: Any, subject: str) -> None:
    """Raise BadCondition unless the engine understands the conditions for this subject.

    For `all` the fields cannot be checked: a subject that lacks one is then denied.
    """
    if conditions is None:
        return
    tree = read_conditions(conditions, FACTS)
    model = model_named(subject)
    if model is not None:
        bind(tree, model)


def _no_number(_word: str) -> Any:
    raise BadCondition("NaN and Infinity are no values to compare with.")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON lets a name stand twice, and the first would be lost unseen."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadCondition("%(field)s stands here twice. Put both into a list for $and.", field=twice)
    return found


def _check_storable(value: Any, path: Path) -> None:
    """The database keeps no NUL, no half of a character and no number without end."""
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_storable(name, path)
            _check_storable(inner, (*path, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            _check_storable(inner, (*path, at))
    elif isinstance(value, float) and not math.isfinite(value):
        raise BadCondition("This number is too large.", path)
    elif isinstance(value, str) and ("\0" in value or (not value.isascii() and not _is_whole(value))):
        raise BadCondition("This holds a character that cannot be stored.", path)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
