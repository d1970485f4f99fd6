"""Figures of grievances, read from what is kept ready."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Row, Select, func, select, true, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FromClause

from portal.core.enums import GrievanceType
from portal.grievances.models import GrievanceCategory, GrievanceChannel
from portal.projects.models import Project
from portal.stats.models import GrievanceFigure as Figure
from portal.stats.models import GrievancePlace as Place
from portal.stats.reach import Reach

DIMENSIONS = {
    "month": Figure.month,
    "project": Figure.project_id,
    "type": Figure.type,
    "category": Figure.category_id,
    "channel": Figure.channel_id,
}
"""What cases are told apart by."""

FEWEST = 5
"""Fewer cases than this are not told to who may not know the cases: in a village with two complaints everybody knows
whose they are."""

MOST_PLACES = 30
_MIDDLE, _HIGH = 0.5, 0.9


@dataclass(frozen=True)
class FigureFilter:
    """Which cases are counted: those that came from one month to another (first days, both included), of one kind."""

    since: dt.date
    until: dt.date
    project: UUID | None = None
    type: GrievanceType | None = None
    category: UUID | None = None
    channel: UUID | None = None


@dataclass(frozen=True)
class Times:
    """How long a clock ran: the median and the 90th percentile, in working minutes, of how many cases."""

    middle: int | None = None
    high: int | None = None
    cases: int = 0


@dataclass(frozen=True)
class Cell:
    """What came in under one heading and what became of it. `None` stands for a number that is not shown."""

    key: Any
    received: int | None = 0
    acknowledged: int | None = 0
    acknowledged_in_time: int | None = 0
    resolved: int | None = 0
    resolved_in_time: int | None = 0
    reopened: int | None = 0
    acknowledging: Times = field(default_factory=Times)
    resolving: Times = field(default_factory=Times)


@dataclass(frozen=True)
class Figures:
    """The whole, and the same by each dimension: months in their order, the others from the most to the fewest."""

    total: Cell
    by: dict[str, list[Cell]]


@dataclass(frozen=True)
class Options:
    """What a reader can narrow figures to: uuids with names."""

    projects: Sequence[tuple[UUID, str]]
    categories: Sequence[tuple[UUID, str]]
    channels: Sequence[tuple[UUID, str]]


def options(session: Session, reach: Reach) -> Options:
    """The projects within reach, and all categories and channels."""
    projects = select(Project.uuid, Project.name).where(Project.deleted_at.is_(None)).order_by(Project.name)
    if reach.figures is not None:
        projects = projects.where(Project.uuid.in_(reach.figures))
    return Options(
        _pairs(session, projects),
        _pairs(
            session, select(GrievanceCategory.uuid, GrievanceCategory.name).order_by(GrievanceCategory.name)
        ),
        _pairs(session, select(GrievanceChannel.uuid, GrievanceChannel.name).order_by(GrievanceChannel.name)),
    )


def _pairs(session: Session, statement: Select[UUID, str]) -> list[tuple[UUID, str]]:
    return [(row[0], row[1]) for row in session.execute(statement)]


def figures(session: Session, chosen: FigureFilter, reach: Reach) -> Figures:
    """All figures of a filter, as far as the reader's reach goes. Three statements, however many cases there are."""
    cells = {(name, cell.key): cell for name, cell in _counted(session, chosen, reach)}
    for where, times in _timed(session, chosen, reach, Figure.acknowledge_took):
        cells[where] = replace(cells[where], acknowledging=times)
    for where, times in _timed(session, chosen, reach, Figure.resolve_took):
        cells[where] = replace(cells[where], resolving=times)
    by: dict[str, list[Cell]] = {name: [] for name in DIMENSIONS}
    for (name, _key), cell in cells.items():
        if name:
            by[name].append(cell)
    for name, found in by.items():
        found.sort(key=lambda cell: cell.key if name == "month" else (-(cell.received or 0), str(cell.key)))
    return Figures(cells.get(("", None), Cell(None)), by)


def _counted(session: Session, chosen: FigureFilter, reach: Reach) -> Iterator[tuple[str, Cell]]:
    sums = [
        func.coalesce(func.sum(getattr(Figure, name)), 0).cast(Integer).label(name)
        for name in (
            *("received", "acknowledged", "acknowledged_in_time"),
            *("resolved", "resolved_in_time", "reopened"),
        )
    ]
    for row in session.execute(_grouped(select(*sums), Figure.__table__, chosen, reach)):
        name, key = _heading(row)
        yield name, Cell(key, *row[: len(sums)])


def _timed(
    session: Session, chosen: FigureFilter, reach: Reach, minutes: Any
) -> Iterator[tuple[tuple[str, Any], Times]]:
    took = func.unnest(minutes).table_valued("took").render_derived().lateral()
    ranks = [func.percentile_disc(share).within_group(took.c.took) for share in (_MIDDLE, _HIGH)]
    statement = select(*ranks, func.count(took.c.took))
    for row in session.execute(_grouped(statement, took, chosen, reach)):
        if row[2]:
            yield _heading(row), Times(*row[:3])


def _grouped(
    statement: Select[*tuple[Any, ...]], source: FromClause, chosen: FigureFilter, reach: Reach
) -> Select[*tuple[Any, ...]]:
    """The same for the whole and by each dimension, with what tells them apart behind the statement's own columns."""
    keys = tuple(DIMENSIONS.values())
    sets = func.grouping_sets(tuple_(), *(tuple_(key) for key in keys))
    narrowed = statement.add_columns(func.grouping(*keys).label("heading"), *keys).where(
        *_narrowing(chosen, reach)
    )
    if source is not Figure.__table__:
        narrowed = narrowed.select_from(Figure).join(source, onclause=true())
    return narrowed.group_by(sets)


def _narrowing(chosen: FigureFilter, reach: Reach) -> Iterator[ColumnElement[bool]]:
    yield Figure.month.between(chosen.since, chosen.until)
    yield reach.within(Figure)
    for column, value in (
        (Figure.project_id, chosen.project),
        (Figure.type, chosen.type),
        (Figure.category_id, chosen.category),
        (Figure.channel_id, chosen.channel),
    ):
        if value is not None:
            yield column == value


_WHOLE = 2 ** len(DIMENSIONS) - 1


def _heading(row: Row[*tuple[Any, ...]]) -> tuple[str, Any]:
    """Under which heading a grouped row stands: a bit of GROUPING is off for the column it is grouped by."""
    if row.heading == _WHOLE:
        return "", None
    for place, name in enumerate(reversed(DIMENSIONS)):
        if not row.heading >> place & 1:
            return name, row[-1 - place]
    raise ValueError(f"no heading for {row.heading}")


def places(session: Session, chosen: FigureFilter, reach: Reach) -> list[Cell]:
    """The places that the most cases were about, by where the people live; no more than 30."""
    received = func.sum(Place.received)
    statement = (
        select(func.min(Place.place), received.cast(Integer), func.sum(Place.resolved).cast(Integer))
        .where(Place.month.between(chosen.since, chosen.until), reach.within(Place))
        .group_by(func.lower(Place.place))
        .order_by(received.desc(), func.min(Place.place))
        .limit(MOST_PLACES)
    )
    if chosen.project:
        statement = statement.where(Place.project_id == chosen.project)
    return [Cell(row[0], row[1], resolved=row[2]) for row in session.execute(statement)]
