"""What rules mean, by hand: CASL's own examples, and what happens to rules that make no sense."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ForeignKey, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from portal.core.abilities import Ability, Linked, Rule

OWN, OTHER = UUID(int=1), UUID(int=2)


class Base(DeclarativeBase):
    pass


class Link(Base):
    __tablename__ = "links"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column("personId", ForeignKey("people.id"))
    project_id: Mapped[UUID | None] = mapped_column("projectId")


class Person(Base):
    __tablename__ = "people"
    __ability_fields__ = {
        "projectId": Linked(
            link=lambda: Link,
            value="project_id",
            on=lambda person, link: link.person_id == person.id,
            of=lambda person: [link.project_id for link in person.links],
        ),
        "namesakeAge": Linked(
            link=lambda: Person,
            value="age",
            on=lambda person, other: other.name == person.name,
            of=lambda person: [person.age],
        ),
    }
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    age: Mapped[int | None]
    is_verified: Mapped[bool | None] = mapped_column("isVerified")
    owner_id: Mapped[UUID | None] = mapped_column("ownerId")
    links: Mapped[list[Link]] = relationship()


def ability(*rules: Rule, **user: Any) -> Ability:
    return Ability(rules, {"uuid": OWN, "projects": [OWN, OTHER], **user})


def sql_of(ability: Ability) -> str:
    statement = ability.accessible(select(Person.id), "read", Person)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    compiled = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return " ".join(str(compiled).split())


def test_without_rules_nothing_is_allowed() -> None:
    assert not ability().can("read", "Person")
    assert not ability().can("read", Person(age=1))
    assert "WHERE false" in sql_of(ability())


def test_a_rule_allows_its_action_on_its_subject_and_nothing_else() -> None:
    may_read = ability(Rule("read", "Person"))
    assert may_read.can("read", "Person")
    assert may_read.can("read", Person())
    assert not may_read.can("update", "Person")
    assert not may_read.can("read", "Link")
    assert not may_read.can("manage", "Person")
    assert not may_read.can("read", "all")
    assert "WHERE" not in sql_of(may_read) or "WHERE true" in sql_of(may_read)


def test_manage_is_every_action_and_all_every_subject() -> None:
    assert ability(Rule("manage", "Person")).can("reveal", "Person")
    assert not ability(Rule("manage", "Person")).can("reveal", "Link")
    assert ability(Rule("read", "all")).can("read", "Link")
    assert not ability(Rule("read", "all")).can("update", "Link")
    assert ability(Rule("manage", "all")).can("anything", "Whatever")


def test_C5_an_inverted_rule_beats_an_allow_before_it() -> None:
    rules = ability(Rule("manage", "all"), Rule("delete", "Person", inverted=True, reason="People stay."))
    assert not rules.can("delete", "Person")
    assert rules.why_not("delete", "Person") == "People stay."
    assert rules.can("read", "Person")
    assert rules.why_not("read", "Person") is None


def test_C5_the_last_rule_that_matches_wins() -> None:
    rules = ability(
        Rule("read", "Person"),
        Rule("read", "Person", inverted=True, conditions={"age": {"$lt": 18}}, reason="Minors"),
        Rule("read", "Person", conditions={"ownerId": "${user.uuid}"}),
    )
    assert rules.can("read", Person(age=40))
    assert not rules.can("read", Person(age=10, owner_id=OTHER))
    assert rules.why_not("read", Person(age=10, owner_id=OTHER)) == "Minors"
    assert rules.can("read", Person(age=10, owner_id=OWN))


def test_a_name_asks_whether_some_record_may_be_meant() -> None:
    some = Rule("read", "Person", conditions={"age": 1})
    assert ability(some).can("read", "Person")
    assert ability(some).can("read", Person)
    assert ability(some, Rule("read", "Person", inverted=True, conditions={"age": 2})).can("read", Person)
    assert not ability(some, Rule("read", "Person", inverted=True)).can("read", Person)


def test_a_row_of_a_select_is_asked_about_by_its_model() -> None:
    rules = ability(Rule("read", "Person", conditions={"ownerId": "${user.uuid}"}))
    assert rules.can("read", Person, {"owner_id": OWN})
    assert not rules.can("read", Person, {"owner_id": OTHER})
    with pytest.raises(TypeError, match="name its model"):
        rules.can("read", "Person", {"owner_id": OWN})


@pytest.mark.parametrize(
    ("conditions", "age", "expected"),
    [
        ({"age": 5}, 5, True),
        ({"age": 5}, 6, False),
        ({"age": 5}, None, False),
        ({"age": None}, None, True),
        ({"age": None}, 5, False),
        ({"age": {"$eq": 5}}, 5, True),
        ({"age": {"$ne": 5}}, 5, False),
        ({"age": {"$ne": 5}}, None, True),
        ({"age": {"$ne": None}}, None, False),
        ({"age": {"$ne": None}}, 5, True),
        ({"age": {"$in": [4, 5]}}, 5, True),
        ({"age": {"$in": [4, None]}}, None, True),
        ({"age": {"$in": []}}, 5, False),
        ({"age": {"$nin": [4, 5]}}, 5, False),
        ({"age": {"$nin": [4, 5]}}, None, True),
        ({"age": {"$nin": []}}, None, True),
        ({"age": {"$gt": 5}}, 5, False),
        ({"age": {"$gt": 4.5}}, 5, True),
        ({"age": {"$gte": 5}}, 5, True),
        ({"age": {"$lt": 5}}, 5, False),
        ({"age": {"$lt": 5}}, None, False),
        ({"age": {"$lte": 5}}, 5, True),
        ({"age": {"$gt": 1, "$lt": 9}}, 5, True),
        ({"age": {"$gt": 1, "$lt": 5}}, 5, False),
        ({"age": {"$exists": True}}, 5, True),
        ({"age": {"$exists": True}}, None, False),
        ({"age": {"$exists": False}}, None, True),
        ({"age": {"$not": {"$gt": 4}}}, 5, False),
        ({"age": {"$not": {"$gt": 4}}}, None, True),
        ({"$and": [{"age": {"$gt": 1}}, {"age": {"$lt": 9}}]}, 5, True),
        ({"$or": [{"age": 1}, {"age": 5}]}, 5, True),
        ({"$or": [{"age": 1}, {"age": 2}]}, 5, False),
        ({"$not": {"age": 5}}, 5, False),
        ({"$not": {"$or": [{"age": 1}, {"name": "x"}]}}, 5, True),
        ({"age": 5, "name": "x"}, 5, False),
        ({}, None, True),
    ],
)
def test_C5_operators_mean_what_they_mean_in_casl(conditions: Any, age: int | None, expected: bool) -> None:
    assert ability(Rule("read", "Person", conditions=conditions)).can("read", Person(age=age)) is expected


NONSENSE: list[Any] = [
    [],
    "age",
    5,
    True,
    {"age": {"$regex": "5"}},
    {"age": {"$where": "1"}},
    {"age": {"gt": 5}},
    {"age": {}},
    {"age": [5]},
    {"age": {"$eq": [5]}},
    {"age": {"$in": 5}},
    {"age": {"$in": [[5]]}},
    {"age": {"$gt": None}},
    {"age": {"$exists": 1}},
    {"age": {"$not": 5}},
    {"age": "five"},
    {"age": True},
    {"isVerified": 1},
    {"name": 5},
    {"name": "nul\0"},
    {"ownerId": "not a uuid"},
    {"owner_id": str(OWN)},
    {"salary": 5},
    {"links": 5},
    {"$nor": [{"age": 5}]},
    {"$and": {"age": 5}},
    {"$or": []},
    {"$not": [{"age": 5}]},
    {"ownerId": "${user.nobody}"},
    {"ownerId": "${user.missing}"},
    {"ownerId": "x${user.uuid}"},
    {"ownerId": "${user.projects}"},
    {"ownerId": {"$in": "${user.uuid}"}},
    {"ownerId": {"$in": ["${user.projects}"]}},
    {"ownerId": "${system.uuid}"},
]


def nested(depth: int) -> dict[str, Any]:
    return {"$not": nested(depth - 1)} if depth else {"age": 1}


@pytest.mark.parametrize("conditions", [*NONSENSE, nested(50)], ids=str)
def test_C5_conditions_nobody_understands_allow_nothing_and_forbid_all(conditions: Any) -> None:
    person = Person(age=5, name="x", owner_id=OWN, is_verified=True)
    allowing = ability(Rule("read", "Person", conditions=conditions), nobody=None)
    assert not allowing.can("read", person)
    assert not allowing.can("read", Person)
    assert "WHERE false" in sql_of(allowing)
    forbidding = ability(
        Rule("read", "Person"), Rule("read", "Person", inverted=True, conditions=conditions), nobody=None
    )
    assert not forbidding.can("read", person)
    assert not forbidding.can("read", Person)
    assert "WHERE false" in sql_of(forbidding)


def test_nonsense_does_not_shut_out_what_another_rule_allows() -> None:
    rules = ability(Rule("read", "Person", conditions={"age": 5}), Rule("read", "Person", conditions=[]))
    assert rules.can("read", Person(age=5))


def test_a_placeholder_stands_for_a_fact_about_the_person_who_asks() -> None:
    own = ability(Rule("read", "Person", conditions={"ownerId": "${user.uuid}"}))
    listed = ability(Rule("read", "Person", conditions={"ownerId": {"$in": ["${user.uuid}"]}}))
    many = ability(Rule("read", "Person", conditions={"ownerId": {"$in": "${user.projects}"}}))
    assert own.can("read", Person(owner_id=OWN))
    assert not own.can("read", Person(owner_id=OTHER))
    assert listed.can("read", Person(owner_id=OWN))
    assert many.can("read", Person(owner_id=OTHER))


def test_a_fact_that_looks_like_a_placeholder_is_only_a_text() -> None:
    rules = ability(Rule("read", "Person", conditions={"name": "${user.name}"}), name="${user.uuid}")
    assert rules.can("read", Person(name="${user.uuid}"))


def test_a_linked_field_is_met_when_one_of_its_values_meets_it() -> None:
    of_project = ability(Rule("read", "Person", conditions={"projectId": str(OWN)}))
    not_of_project = ability(Rule("read", "Person", conditions={"projectId": {"$ne": str(OWN)}}))
    in_any = ability(Rule("read", "Person", conditions={"projectId": {"$exists": True}}))
    both = Person(links=[Link(project_id=OWN), Link(project_id=OTHER)])
    none = Person(links=[])
    assert of_project.can("read", both)
    assert not of_project.can("read", none)
    assert not not_of_project.can("read", both)
    assert not_of_project.can("read", none)
    assert in_any.can("read", both)
    assert not in_any.can("read", none)


def test_a_field_may_be_linked_to_rows_of_the_same_table() -> None:
    statement = sql_of(ability(Rule("read", "Person", conditions={"namesakeAge": 5})))
    assert "FROM people AS people_1 WHERE people_1.name = people.name AND people_1.age = 5" in statement


def test_a_plain_comparison_stays_plain_in_sql_so_that_an_index_can_serve_it() -> None:
    rules = ability(Rule("read", "Person", conditions={"ownerId": "${user.uuid}"}))
    assert sql_of(rules).endswith(f"\"ownerId\" = '{OWN}'")
