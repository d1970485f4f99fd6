"""People who are registered twice, made up for measuring: copies of a crowd's people with what clerks get wrong.

Each copy differs in its phone and in one to three more facts. Of each it is known whom it doubles, so that one can
count what a scan finds. The same seed plants the same copies.
"""

import datetime as dt
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

SEED = 4_711
PEOPLE = """
SELECT b.id, p.name, p.phone, p.extras ->> 'govtIDNumber', b.gender::text, (b."birthDate" AT TIME ZONE 'UTC')::date,
    b.age, b.location, b."createdAt"
FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
WHERE b."deletedAt" IS NULL AND p.name IS NOT NULL AND (b."birthDate" IS NOT NULL OR b.age IS NOT NULL)
ORDER BY md5(b.id::text || 'planted') LIMIT %s
"""
HEARD_ALIKE = [
    ("sh", "s"), ("th", "t"), ("ee", "i"), ("i", "ee"), ("oo", "u"), ("u", "oo"), ("v", "b"), ("ksh", "x"),
    ("ph", "f"), ("a", "aa"), ("ch", "chh"), ("k", "kh"), ("ो", "ौ"), ("ि", "ी"), ("ी", "ि"), ("ु", "ू"), ("श", "स"),
    ("أ", "ا"), ("ي", "ى"), ("ة", "ه"), ("m", "mm"), ("y", "i"), ("z", "j"),
]  # fmt: skip


@dataclass(frozen=True)
class Copy:
    """A second registration: the facts as they were written this time."""

    of: int
    name: str
    phone: str | None
    shared: str | None
    govt_id: str | None
    gender: str
    born: dt.date | None
    age: int | None
    place: str | None
    created: dt.datetime


def plant(connection: psycopg.Connection[Any], number: int) -> set[tuple[int, int]]:
    """Register `number` people a second time; the ids of each pair, in the connection's transaction."""
    chance = Random(SEED)
    rows = connection.execute(PEOPLE, [number]).fetchall()
    first = connection.execute("SELECT max(id) + 1 FROM tbl_beneficiaries").fetchone()
    assert first
    copies = [_copy(chance, row) for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(
            """INSERT INTO tbl_beneficiaries
                (id, "walletAddress", gender, "birthDate", age, location, extras, "createdAt")
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
            [
                (
                    first[0] + at, f"0xd{at:039x}", one.gender, _midnight(one.born), one.age, one.place,
                    Jsonb({"shared phone": one.shared}) if one.shared else None, one.created,
                )
                for at, one in enumerate(copies)
            ],
        )  # fmt: skip
        cursor.executemany(
            """INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", name, phone, extras)
            VALUES (%s, %s, %s, %s)""",
            [
                (
                    first[0] + at,
                    one.name,
                    one.phone or f"none:{at}",
                    Jsonb({"govtIDNumber": one.govt_id}) if one.govt_id else None,
                )
                for at, one in enumerate(copies)
            ],
        )
    return {(one.of, first[0] + at) for at, one in enumerate(copies)}


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) if day else None


def _copy(chance: Random, row: tuple[Any, ...]) -> Copy:
    number, name, phone, govt_id, gender, born, age, place, created = row
    one = Copy(number, name, None, None, None, gender, born, None if born else age, place, created)
    one = _phoned(chance, one, phone)
    if govt_id and chance.random() < 0.4:
        one = replace(
            one, govt_id=chance.choice([govt_id, govt_id.replace("-", ""), govt_id.replace("-", " ")])
        )
    same_line = (one.phone or "").endswith(phone[2:]) or one.shared == phone
    sure = same_line or one.govt_id is not None
    harms = [_misheard, _mistyped, _turned, _shortened, _born_wrong, _moved, _unsure]
    # Without phone and id there is less left to be known by: then it is one thing that went wrong.
    for harm in chance.sample(harms, chance.randint(1, 3) if sure else 1):
        one = harm(chance, one)
    return one


def _phoned(chance: Random, one: Copy, phone: str) -> Copy:
    """The line written for another country, kept as shared with who had it first, another one, or none."""
    way = chance.random()
    if phone.startswith("none:") or way < 0.3:
        return one
    if way < 0.5:
        return replace(one, phone=f"+977{phone[2:]}")
    if way < 0.7:
        return replace(one, shared=phone)
    return replace(one, phone=f"+97797{one.of:08d}")


def _misheard(chance: Random, one: Copy) -> Copy:
    known = [(heard, written) for heard, written in HEARD_ALIKE if heard in one.name.lower()[1:]]
    if not known:
        return one
    heard, written = chance.choice(known)
    return replace(one, name=one.name[0] + one.name[1:].replace(heard, written, 1))


def _mistyped(chance: Random, one: Copy) -> Copy:
    at = chance.randrange(1, max(2, len(one.name) - 1))
    slip = chance.choice(["lost", "twice", "swapped"])
    before, letter, after = one.name[:at], one.name[at : at + 1], one.name[at + 1 :]
    name = {
        "lost": before + after,
        "twice": before + letter * 2 + after,
        "swapped": before + after[:1] + letter + after[1:],
    }
    return replace(one, name=name[slip])


def _turned(_chance: Random, one: Copy) -> Copy:
    first, *rest = one.name.split()
    return replace(one, name=" ".join([*rest, first]))


def _shortened(_chance: Random, one: Copy) -> Copy:
    words = one.name.split()
    return (
        replace(one, name=f"{words[0]} {words[-1]}")
        if len(words) > 2
        else replace(one, name=one.name.upper())
    )


def _born_wrong(chance: Random, one: Copy) -> Copy:
    """A year off, day and month turned, only the year known, or an age in the place of a date."""
    if one.born is None:
        return replace(one, age=max(0, (one.age or 0) + chance.choice([-1, 1])))
    born = one.born
    way = chance.choice(["year", "turned", "january", "age"])
    if way == "year":
        leap = (born.month, born.day) == (2, 29)
        return replace(
            one, born=born.replace(year=born.year + chance.choice([-1, 1]), day=28 if leap else born.day)
        )
    if way == "turned":
        return replace(one, born=born.replace(month=born.day, day=born.month) if born.day <= 12 else born)
    if way == "january":
        return replace(one, born=born.replace(month=1, day=1))
    return replace(one, born=None, age=max(0, one.created.year - born.year))


def _moved(chance: Random, one: Copy) -> Copy:
    return replace(one, place=chance.choice([None, "Elsewhere"]))


def _unsure(_chance: Random, one: Copy) -> Copy:
    return replace(one, gender="UNKNOWN")
