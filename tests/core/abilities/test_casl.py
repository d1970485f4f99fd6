"""The same rules mean the same to the portal as to CASL, which they are written for.

To mend a failure after a change of `cases.py` or `package.json`: `python -m tests.core.abilities.casl` (needs Node).
"""

from typing import Any

import pytest
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from portal.core.abilities import Ability, Linked, Rule
from tests.core.abilities.cases import CASES, DIFFERENCES, SAME, USER, Case, cases, digest, known_case
from tests.core.abilities.casl import NoCasl, ask_casl, known_cases, recorded, versions


class Base(DeclarativeBase):
    pass


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column("thingId", ForeignKey("thing.id"))
    project: Mapped[str]


class Thing(Base):
    __tablename__ = "thing"
    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: Part,
            value="project",
            on=lambda thing, part: part.thing_id == thing.id,
            of=lambda row: row["projects"],
        )
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    age: Mapped[int | None]
    share: Mapped[float | None]
    is_verified: Mapped[bool | None] = mapped_column("isVerified")


def our_answers(case: Case) -> str:
    """What our engine says, written as `casl.mjs` writes CASL's answers."""
    ability = Ability(
        [
            Rule(rule["action"], rule["subject"], rule["inverted"], rule.get("conditions"))
            for rule in case["rules"]
        ],
        USER,
    )
    answers = [
        may
        for action in case["actions"]
        for may in (
            ability.can(action, Thing),
            *(ability.can(action, Thing, as_row(row)) for row in case["rows"]),
        )
    ]
    return "".join("1" if may else "0" for may in answers)


def as_row(row: dict[str, Any]) -> dict[str, Any]:
    facts = {name: row.get(name) for name in ("name", "age", "share")}
    return {**facts, "is_verified": row.get("isVerified"), "projects": row.get("projectId", [])}


def test_C5_a_thousand_cases_get_the_answers_that_casl_gave() -> None:
    answers, every = recorded(), cases()
    assert len(every) == len(answers["answers"]) == CASES == 1_000
    assert answers["cases"] == digest(every), "the recorded answers are to other cases"
    wrong = [
        (case, ours, theirs)
        for case, theirs in zip(every, answers["answers"], strict=True)
        if (ours := our_answers(case)) != theirs
    ]
    assert wrong == []


def test_the_cases_tell_engines_apart() -> None:
    """The positive control: answers of both kinds, mixed within most cases, and none an error."""
    answers = recorded()["answers"]
    together = "".join(answers)
    assert together.count("1") > 2_000
    assert together.count("0") > 2_000
    assert "e" not in together
    assert sum(len(set(answer)) == 2 for answer in answers) > 500


def test_C5_casl_itself_still_gives_the_recorded_answers() -> None:
    """Where Node is there: the record is CASL's own, of the versions that are pinned."""
    try:
        answers = ask_casl(cases())
    except NoCasl as reason:
        pytest.skip(f"{reason}: the recorded answers stand for it")
    assert answers == recorded()["answers"]
    assert ask_casl(known_cases()) == recorded()["known"]
    assert versions() == recorded()["versions"]


@pytest.mark.parametrize("at", range(len(DIFFERENCES)), ids=[known[0] for known in DIFFERENCES])
def test_C5_where_we_differ_from_casl_on_purpose_is_known(at: int) -> None:
    _, conditions, row, inverted, theirs, ours = DIFFERENCES[at]
    assert recorded()["known"][at][1] == {True: "1", False: "0", "error": "e"}[theirs]
    assert our_answers(known_case(conditions, row, inverted))[1] == ("1" if ours else "0")
    assert theirs is not ours


@pytest.mark.parametrize("at", range(len(SAME)), ids=[known[0] for known in SAME])
def test_C5_nonsense_that_both_deny(at: int) -> None:
    _, conditions, row, inverted = SAME[at]
    assert recorded()["known"][len(DIFFERENCES) + at][1] in "0e"
    assert our_answers(known_case(conditions, row, inverted))[1] == "0"
