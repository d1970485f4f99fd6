"""Paging by key: every row once, in both directions, whatever the order, the ties and the tokens."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    insert,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from portal.core.keyset import (
    FIRST,
    LAST,
    Page,
    Position,
    Sort,
    count_up_to,
    page_of,
    read_position,
)

pytestmark = pytest.mark.database

EVERY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MOMENT = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text),
    Column("at", DateTime(timezone=True)),
    Column("mark", Uuid),
    prefixes=["TEMPORARY"],
)
id_, name, at, mark = things.c.id, things.c.name, things.c["at"], things.c.mark
SORTS = [
    Sort("id", (id_,)),
    Sort("-id", (id_,), descending=True),
    Sort("name", (name, id_)),
    Sort("-name", (name, id_), descending=True),
    Sort("at", (at, id_)),
    Sort("-at", (at, mark), descending=True),
    Sort("privately", (name, id_), private=True),
    Sort("-privately", (name, id_), descending=True, private=True),
]
BY_NAME, NEWEST = SORTS[2], SORTS[5]
ALL: Select[Any] = select(id_)
TIERS = (name == "a", name == "b", name.not_in(("a", "b")))


@pytest.fixture
def table(session: Session) -> Table:
    things.create(session.connection(), checkfirst=False)
    return things


def fill(session: Session, names: list[str]) -> None:
    session.execute(things.delete())
    if names:
        session.execute(
            insert(things),
            [
                {"id": number, "name": each, "at": MOMENT + dt.timedelta(days=len(each)), "mark": uuid4()}
                for number, each in enumerate(names, 1)
            ],
        )


def in_order(session: Session, sort: Sort, tiers: Any = ()) -> list[int]:
    """All rows as one plain SELECT puts them."""
    keys = [key.desc() if sort.descending else key.asc() for key in sort.keys]
    parts = [session.scalars(ALL.where(tier).order_by(*keys)).all() for tier in tiers]
    return [one for part in parts for one in part] if tiers else list(session.scalars(ALL.order_by(*keys)))


def walk(session: Session, sort: Sort, size: int, tiers: Any = (), back: bool = False) -> Iterator[Page]:
    """All pages, from the first to the last or from the last to the first, each through its token."""
    token: str | None = (LAST if back else FIRST).token()
    for _ in range(200):
        page = page_of(session, ALL, sort, read_position(token, sort), size, tiers)
        yield page
        token = page.previous if back else page.next
        if token is None:
            return
    raise AssertionError("the walk does not end")


def ids(pages: list[Page]) -> list[int]:
    return [row.id for page in pages for row in page.rows]


names_with_ties = st.lists(st.sampled_from(["a", "b", "c", "", "ab", "राम", "李", "x\\'%", "é"]), max_size=23)


@EVERY
@given(names=names_with_ties, size=st.integers(1, 7), sort=st.sampled_from(SORTS), ranked=st.booleans())
def test_every_row_comes_once_forward_and_back_in_every_order_over_ties_and_ranks(
    session: Session, table: Table, names: list[str], size: int, sort: Sort, ranked: bool
) -> None:
    fill(session, names)
    tiers = TIERS if ranked else ()
    expected = in_order(session, sort, tiers)
    forward = list(walk(session, sort, size, tiers))
    backward = list(walk(session, sort, size, tiers, back=True))[::-1]
    assert ids(forward) == expected
    assert ids(backward) == expected
    assert all(len(page.rows) == size for page in [*forward[:-1], *backward[1:]])
    seen = 0
    for page in forward:
        assert page.ordinal == seen + 1
        seen += len(page.rows)


@EVERY
@given(
    names=names_with_ties, size=st.integers(1, 7), sort=st.sampled_from(SORTS), turns=st.lists(st.booleans())
)
def test_turning_round_anywhere_leads_back_to_the_rows_one_came_from(
    session: Session, table: Table, names: list[str], size: int, sort: Sort, turns: list[bool]
) -> None:
    fill(session, names)
    expected = in_order(session, sort)
    page, at_row = page_of(session, ALL, sort, FIRST, size), 0
    for forward in turns:
        token = page.next if forward else page.previous
        if token is None:
            assert at_row + len(page.rows) == len(expected) if forward else at_row == 0
            continue
        page = page_of(session, ALL, sort, read_position(token, sort), size)
        at_row += size if forward else -size
        assert [row.id for row in page.rows] == expected[at_row : at_row + size]
        assert page.ordinal == at_row + 1


def test_a_position_in_a_private_order_names_the_row_alone(session: Session, table: Table) -> None:
    fill(session, ["secret one", "secret two", "secret three"])
    private = SORTS[6]
    page = page_of(session, ALL, private, FIRST, 1)
    assert read_position(page.next, private).values == (1,)
    session.execute(things.delete().where(id_ == 1))
    assert page_of(session, ALL, private, read_position(page.next, private), 1).rows[0].id == 2


def test_the_first_page_has_no_page_before_it_and_the_last_none_after_it(
    session: Session, table: Table
) -> None:
    fill(session, ["a"] * 5)
    first = page_of(session, ALL, BY_NAME, FIRST, 2)
    last = page_of(session, ALL, BY_NAME, LAST, 2)
    assert (first.previous, first.first) == (None, None)
    assert (last.next, last.last) == (None, None)
    assert first.next
    assert first.last == LAST.token()
    assert last.previous
    assert last.first == FIRST.token()


def test_a_page_that_holds_all_has_no_neighbours_and_begins_at_one(session: Session, table: Table) -> None:
    fill(session, ["a", "b"])
    for end in (FIRST, LAST):
        page = page_of(session, ALL, BY_NAME, end, 2)
        assert (page.previous, page.next, page.ordinal) == (None, None, 1)


def test_an_empty_list_has_an_empty_page(session: Session, table: Table) -> None:
    page = page_of(session, ALL, BY_NAME)
    assert (page.rows, page.previous, page.next) == ([], None, None)


def test_reached_from_the_end_the_first_page_knows_that_it_begins_at_one(
    session: Session, table: Table
) -> None:
    fill(session, list("abcde"))
    pages = list(walk(session, BY_NAME, 2, back=True))
    assert [page.ordinal for page in pages] == [None, None, 1]


def test_rows_that_come_or_go_meanwhile_shift_nothing(session: Session, table: Table) -> None:
    fill(session, list("bcdefg"))
    page = page_of(session, ALL, BY_NAME, FIRST, 2)
    session.execute(insert(things), [{"id": 100, "name": "a", "at": MOMENT, "mark": uuid4()}])
    session.execute(things.delete().where(name == "c"))
    following = page_of(session, ALL, BY_NAME, read_position(page.next, BY_NAME), 2)
    assert [row.id for row in following.rows] == [3, 4]


@pytest.mark.parametrize("kind", ["after", "before"])
def test_where_all_rows_beyond_are_gone_the_nearest_end_is_shown(
    session: Session, table: Table, kind: Any
) -> None:
    fill(session, list("bcdef"))
    position = Position(kind, "name", ("z" if kind == "after" else "a", 1))
    page = page_of(session, ALL, BY_NAME, position, 2)
    assert [row.id for row in page.rows] == ([4, 5] if kind == "after" else [1, 2])


def test_a_position_in_a_rank_that_this_list_has_not_is_the_first_page(
    session: Session, table: Table
) -> None:
    fill(session, list("abc"))
    page = page_of(session, ALL, BY_NAME, Position("after", "name", ("b", 2), 2, 3), 2)
    assert ([row.id for row in page.rows], page.previous, page.ordinal) == ([1, 2], None, 1)


def test_a_page_costs_one_statement_and_reads_one_row_more_than_it_shows(
    session: Session, table: Table
) -> None:
    from tests.auth.people import statements

    fill(session, ["a"] * 9)
    with statements() as seen:
        page_of(session, ALL, BY_NAME, FIRST, 4, TIERS)
    assert len(seen) == 1
    assert seen[0].count("LIMIT") == len(TIERS) + 1


@pytest.mark.parametrize(
    ("rows", "number", "more"), [(0, 0, False), (9, 9, False), (10, 10, False), (11, 10, True)]
)
def test_a_count_is_exact_up_to_its_limit_and_says_so_beyond(
    session: Session, table: Table, rows: int, number: int, more: bool
) -> None:
    fill(session, ["a"] * rows)
    count = count_up_to(session, ALL.order_by(literal_column("1")), limit=10)
    assert (count.number, count.more) == (number, more)
