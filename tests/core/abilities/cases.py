"""A thousand cases for two engines: rules, who asks, and records; the same ones each time.

A field is drawn in one of three ways, so that a case asks nothing of it in which the two are known to differ (these
are asked one by one, in `DIFFERENCES`): `full`, always with a value; `null`, sometimes null; `absent`, sometimes left
out. What a record has none of, it has none of in both engines.
"""

import hashlib
import json
import random
from typing import Any

CASES = 1_000
SEED = 20261122

VALUES: dict[str, list[Any]] = {
    "name": ["", "a", "B", "b", "Ä", "नाम", "${user.name}", "10%"],
    "age": [-1, 0, 17, 18, 2**40],
    "share": [0.1, 18, 18.5, -0.25],
    "isVerified": [True, False],
    "projectId": ["north", "south", "west"],
}
OPERANDS: dict[str, list[Any]] = {
    **VALUES,
    "name": ["", "a", "b", "Ä", "z", "${user.name}"],
    "age": [-1, 0, 17, 17.5, 18, "${user.age}"],
    "projectId": ["north", "south", "${user.home}"],
}
LISTS = {"projectId": "${user.projects}", "age": "${user.ages}"}
USER = {
    "name": "B",
    "age": 17,
    "home": "west",
    "projects": ["north", "west"],
    "ages": [0, 18],
    "nobody": None,
}
ORDER = ("$gt", "$gte", "$lt", "$lte")
Case = dict[str, Any]


def cases() -> list[Case]:
    """All cases, made anew and always alike."""
    dice = random.Random(SEED)
    return [_case(dice) for _ in range(CASES)]


def digest(of: list[Case]) -> str:
    """A short name of the cases: answers recorded for other cases are no answers."""
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()


def _case(dice: random.Random) -> Case:
    ways = {field: dice.choice(["full", "null", "absent"]) for field in VALUES}
    ways["projectId"] = dice.choice(["full", "absent"])  # a list of values is not null
    return {
        "rules": [_rule(dice, ways) for _ in range(dice.randint(1, 4))],
        "rows": [_row(dice, ways) for _ in range(6)],
        "actions": ["read", "update"],
    }


def _row(dice: random.Random, ways: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field, values in VALUES.items():
        if ways[field] != "full" and dice.random() < 0.3:
            if ways[field] == "null":
                row[field] = None
        elif field == "projectId":
            row[field] = dice.sample(values, dice.randint(1, 3))
        else:
            row[field] = dice.choice(values)
    return row


def _rule(dice: random.Random, ways: dict[str, str]) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "action": dice.choice(["read", "read", "read", "manage", "update"]),
        "subject": dice.choice(["Thing", "Thing", "Thing", "all", "Part"]),
        "inverted": dice.random() < 0.35,
    }
    if dice.random() < 0.85:
        rule["conditions"] = _document(dice, ways, 2) if dice.random() < 0.97 else {}
    return rule


def _document(dice: random.Random, ways: dict[str, str], depth: int) -> dict[str, Any]:
    if depth and dice.random() < 0.35:
        parts = [_document(dice, ways, depth - 1) for _ in range(dice.randint(1, 3))]
        return {dice.choice(["$and", "$or"]): parts}
    fields = dice.sample(sorted(VALUES), dice.choice([1, 1, 1, 2]))
    return {field: _asked(dice, field, ways[field]) for field in fields}


def _asked(dice: random.Random, field: str, way: str) -> Any:
    if dice.random() < 0.25:
        return _operand(dice, field, way)
    names = ["$eq", "$ne", "$in", "$nin"]
    if way == "full" and field != "isVerified":
        names += ORDER
    if way != "null":
        names.append("$exists")
    asked = {name: _argument(dice, name, field, way) for name in dice.sample(names, dice.choice([1, 1, 2]))}
    return {"$not": asked} if dice.random() < 0.2 else asked


def _argument(dice: random.Random, name: str, field: str, way: str) -> Any:
    if name == "$exists":
        return dice.random() < 0.5
    if name in ORDER:
        return dice.choice(OPERANDS[field])
    if name in ("$in", "$nin"):
        if field in LISTS and dice.random() < 0.3:
            return LISTS[field]
        return [_operand(dice, field, way) for _ in range(dice.randint(0, 3))]
    return _operand(dice, field, way)


def _operand(dice: random.Random, field: str, way: str) -> Any:
    return None if way == "null" and dice.random() < 0.2 else dice.choice(OPERANDS[field])


Known = tuple[str, Any, dict[str, Any], bool, Any, bool]
DIFFERENCES: list[Known] = [
    ("null is below nothing", {"age": {"$lt": 5}}, {"age": None}, False, True, False),
    ("null is above nothing", {"age": {"$gt": -5}}, {"age": None}, False, True, False),
    ("what is absent is below nothing", {"age": {"$lte": 5}}, {}, False, True, False),
    ("null does not exist", {"age": {"$exists": True}}, {"age": None}, False, True, False),
    ("null is as good as absent", {"age": {"$exists": False}}, {"age": None}, False, False, True),
    ("and absent as null", {"age": {"$in": [None]}}, {}, False, False, True),
    ("no links are no value", {"projectId": {"$exists": True}}, {"projectId": []}, False, True, False),
    ("$not around fields", {"$not": {"age": 5}}, {"age": 6}, False, "error", True),
    ("$not around $or", {"$not": {"$or": [{"age": 5}]}}, {"age": 6}, False, "error", True),
    ("an unknown operator forbids", {"age": {"$near": 5}}, {"age": 6}, True, True, False),
    ("an unknown field forbids", {"salary": 5}, {"age": 6}, True, True, False),
    ("another kind of value forbids", {"age": "five"}, {"age": 6}, True, True, False),
    ("an unknown fact forbids", {"name": "${user.nobody}"}, {"name": "a"}, True, True, False),
    ("a list is no condition", [], {"age": 6}, False, True, False),
    ("nor is a number", 5, {"age": 6}, False, True, False),
    ("$in without a list allows nothing", {"age": {"$in": 5}}, {"age": 5}, False, "error", False),
    ("and forbids all", {"age": {"$in": 5}}, {"age": 6}, True, "error", False),
    ("$exists takes a truth", {"age": {"$exists": 1}}, {"age": 5}, False, "error", False),
    ("$gt takes a value", {"age": {"$gt": None}}, {"age": 5}, False, "error", False),
]
"""What of, conditions, record, whether they stand on a forbidding rule after one that allows all; whether CASL then
allows reading ("error": it throws), and whether we do."""

SAME: list[tuple[str, Any, dict[str, Any], bool]] = [
    ("an unknown operator allows nothing", {"age": {"$near": 5}}, {"age": 5}, False),
    ("an unknown operator around fields", {"$nor": [{"age": 5}]}, {"age": 6}, False),
    ("an unknown field allows nothing", {"salary": 5}, {"age": 6}, False),
    ("another kind of value allows nothing", {"age": "5"}, {"age": 5}, False),
    ("a text is no condition", "age", {"age": 5}, False),
    ("no operator", {"age": {}}, {"age": 5}, False),
    ("$or of nothing", {"$or": []}, {"age": 5}, False),
]
"""Nonsense that both deny: what of, conditions, record, whether on a forbidding rule."""


def known_case(conditions: Any, row: dict[str, Any], inverted: bool) -> Case:
    """One of the cases above in the shape of the generated ones."""
    rules = [{"action": "read", "subject": "Thing", "inverted": False}] if inverted else []
    rules.append({"action": "read", "subject": "Thing", "inverted": inverted, "conditions": conditions})
    return {"rules": rules, "rows": [row], "actions": ["read"]}
