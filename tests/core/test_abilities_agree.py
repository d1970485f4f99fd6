"""`can` and `accessible` give the same answer: generated rules, held against rows in a real PostgreSQL."""

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    NullPool,
    Numeric,
    Text,
    create_engine,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    mapped_column,
    relationship,
    selectinload,
)

from portal.core.abilities import Ability, Computed, Linked, Rule
from portal.core.embedded import Server

pytestmark = pytest.mark.database

ROWS = 80


class Colour(StrEnum):
    RED = "RED"
    GREEN = "GREEN"
    BLUE = "BLUE"


class Base(DeclarativeBase):
    pass


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    thing_id: Mapped[int] = mapped_column("thingId", ForeignKey("thing.id"))
    project_id: Mapped[UUID | None] = mapped_column("projectId")


class Thing(Base):
    __tablename__ = "thing"
    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: Part,
            value="project_id",
            on=lambda thing, part: part.thing_id == thing.id,
            of=lambda thing: [part.project_id for part in thing.parts],
        ),
        "letters": Computed(
            type=BigInteger(),
            expression=lambda thing: func.char_length(thing.name),
            of=lambda thing: None if thing.name is None else len(thing.name),
        ),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    colour: Mapped[Colour | None] = mapped_column(Enum(Colour, name="Colour"))
    age: Mapped[int | None]
    big: Mapped[int | None] = mapped_column(BigInteger)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(28, 8))
    latitude: Mapped[float | None] = mapped_column(Float)
    is_verified: Mapped[bool | None] = mapped_column("isVerified")
    owner_id: Mapped[UUID | None] = mapped_column("ownerId")
    created_at: Mapped[dt.datetime | None] = mapped_column("createdAt", DateTime(timezone=True))
    born: Mapped[dt.date | None] = mapped_column(Date)
    parts: Mapped[list[Part]] = relationship(lazy="raise")


PEOPLE = [UUID(int=number) for number in (1, 2, 3)]
TEXTS = ["", "a", "B", "b", "Ä", "ä", "नाम", "${user.uuid}", "10%", "_", "a b"]
MOMENTS = [dt.datetime(2026, month, 1, tzinfo=dt.UTC) for month in (1, 6)] + [
    dt.datetime(2026, 6, 1, 0, 0, 0, 1, tzinfo=dt.UTC)
]
VALUES: dict[str, list[Any]] = {
    "name": TEXTS,
    "colour": list(Colour),
    "age": [-1, 0, 17, 18],
    "big": [0, 18, 2**62],
    "amount": [Decimal("0.1"), Decimal(18), Decimal("18.00000001")],
    "latitude": [0.1, -0.0, 18.0, 27.7, float("nan"), float("inf")],
    "is_verified": [True, False],
    "owner_id": PEOPLE,
    "created_at": MOMENTS,
    "born": [dt.date(2000, 1, 1), dt.date(2000, 1, 2)],
}


def population() -> list[Thing]:
    """Things with every value of every column somewhere, and nulls all over."""
    dice = random.Random(7)
    things = []
    for number in range(ROWS):
        facts = {
            column: None if dice.random() < 0.25 else dice.choice(values) for column, values in VALUES.items()
        }
        projects = dice.choices([*PEOPLE, None], k=dice.choice([0, 0, 1, 2, 3]))
        things.append(Thing(id=number + 1, parts=[Part(project_id=project) for project in projects], **facts))
    return things


@pytest.fixture(scope="module")
def things(server: Server) -> Iterator[Session]:
    """A session on a database of its own, with the population in it."""
    name = f"abilities_{uuid4().hex}"
    with psycopg.connect(server.conninfo("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER portal")
        engine = create_engine(server.url(database=name), poolclass=NullPool)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add_all(population())
            session.commit()
            session.info["every"] = session.scalars(select(Thing).options(selectinload(Thing.parts))).all()
            session.expunge_all()
            yield session
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


FIELDS: dict[str, list[Any]] = {
    "name": [*TEXTS, "${user.name}"],
    "colour": [*(colour.value for colour in Colour), "PINK"],
    "age": [-1, 0, 17, 17.5, 18, 18.0, 10**12, 10**30],
    "big": [0, 18, 2**62, 2**70, 1.5],
    "amount": [0.1, 18, 18.00000001],
    "latitude": [0.1, 0, 18, 27.7],
    "isVerified": [True, False],
    "ownerId": [*map(str, PEOPLE), "${user.uuid}", "${user.nobody}"],
    "createdAt": [MOMENTS[0].isoformat(), "2026-06-01T02:00:00+02:00", "2026-06-01"],
    "born": ["2000-01-01", "1999-12-31"],
    "projectId": [*map(str, PEOPLE), "${user.uuid}"],
    "letters": [0, 1, 3],
    "unknown": [1],
}
KNOWN = [field for field in FIELDS if field != "unknown"]
LISTS = {"ownerId": "${user.projects}", "projectId": "${user.projects}"}


def _asked(field: str) -> st.SearchStrategy[dict[str, Any]]:
    """What is asked of a field."""
    value = st.sampled_from(FIELDS[field])
    maybe = st.one_of(value, value, value, st.none())
    listed = st.lists(maybe, max_size=3)
    if field in LISTS:
        listed = st.one_of(listed, st.just(LISTS[field]))
    operators = {
        "$eq": maybe,
        "$ne": maybe,
        "$in": listed,
        "$nin": listed,
        "$gt": value,
        "$gte": value,
        "$lt": value,
        "$lte": value,
        "$exists": st.booleans(),
        "$odd": value,
    }
    one = st.sampled_from([*list(operators)[:-1] * 4, "$odd"]).flatmap(
        lambda name: st.tuples(st.just(name), operators[name])
    )
    several = st.lists(one, min_size=1, max_size=2).map(dict)
    shapes = [maybe, several.map(lambda asked: {"$not": asked}), several, several, several, several]
    return st.one_of(shapes).map(lambda asked: {field: asked})


ASKED = {field: _asked(field) for field in FIELDS}
FIELD_CONDITIONS = st.sampled_from([*KNOWN * 4, "unknown"]).flatmap(ASKED.__getitem__)
"""One field and what is asked of it. Mostly sense, so that the answers differ; nonsense now and then."""


def together(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=1, max_size=3)
    return st.one_of(
        several.map(lambda parts: {"$and": parts}),
        several.map(lambda parts: {"$or": parts}),
        children.map(lambda part: {"$not": part}),
        several.map(lambda parts: {key: value for part in parts for key, value in part.items()}),
    )


CONDITIONS = st.one_of(st.none(), st.just({}), st.recursive(FIELD_CONDITIONS, together, max_leaves=5))
RULES = st.lists(
    st.builds(
        Rule,
        action=st.sampled_from(["read", "read", "read", "manage", "update"]),
        subject=st.sampled_from(["Thing", "Thing", "Thing", "all", "Part"]),
        inverted=st.sampled_from([False, False, True]),
        conditions=CONDITIONS,
    ),
    min_size=1,
    max_size=4,
)
USER = {"uuid": PEOPLE[0], "projects": PEOPLE[:2], "name": "B", "nobody": None}


@settings(
    max_examples=500,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(rules=RULES)
def test_C5_a_list_and_a_page_never_disagree(things: Session, rules: list[Rule]) -> None:
    """A thousand cases: the last rule that matches wins, so the same rules backwards are another one."""
    for ordered in (rules, rules[::-1]):
        ability = Ability(ordered, USER)
        may = {thing.id for thing in things.info["every"] if ability.can("read", thing)}
        listed = set(things.scalars(ability.accessible(select(Thing.id), "read", Thing)))
        assert listed == may
        if listed:
            assert ability.can("read", Thing)


def test_the_generated_rules_tell_rows_apart(things: Session) -> None:
    """The positive control: among the cases are enough that allow some rows and not others."""
    seen = {"none": 0, "some": 0, "all": 0}

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(rules=RULES)
    def count(rules: list[Rule]) -> None:
        ability = Ability(rules, USER)
        allowed = sum(ability.can("read", thing) for thing in things.info["every"])
        seen["none" if not allowed else "all" if allowed == ROWS else "some"] += 1

    count()
    assert min(seen.values()) >= 20


PROJECT = Rule("read", "Thing", conditions={"projectId": str(PEOPLE[0])})


def test_the_same_holds_for_an_alias(things: Session) -> None:
    other = aliased(Thing)
    ability = Ability([PROJECT, Rule("read", "Thing", True, {"age": {"$lt": 18}})])
    plain = set(things.scalars(ability.accessible(select(Thing.id), "read", Thing)))
    assert plain
    assert set(things.scalars(ability.accessible(select(other.id), "read", other))) == plain


def test_a_list_that_joins_the_links_itself_is_not_confused_by_the_rule(things: Session) -> None:
    joined = select(Thing.id).join(Part, Part.thing_id == Thing.id).where(Part.project_id == PEOPLE[1])
    found = set(things.scalars(Ability([PROJECT]).accessible(joined, "read", Thing)))
    expected = {
        thing.id
        for thing in things.info["every"]
        if {PEOPLE[0], PEOPLE[1]} <= {part.project_id for part in thing.parts}
    }
    assert expected
    assert found == expected


def test_bulk_changes_reach_only_what_is_allowed(things: Session) -> None:
    ability = Ability([PROJECT])
    allowed = set(things.scalars(ability.accessible(select(Thing.id), "read", Thing)))
    changed = things.scalars(
        ability.accessible(update(Thing).values(name="changed"), "read", Thing).returning(Thing.id)
    )
    assert set(changed) == allowed
    gone = things.scalars(ability.accessible(delete(Part), "read", Part).returning(Part.id))
    assert set(gone) == set()
    things.rollback()
