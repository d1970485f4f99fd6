"""People counted by the cells of the map's grid."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Double, Select, func, literal_column
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.people import chosen_people, personal_data
from portal.beneficiaries.queries.places import Area, millionths, within
from portal.core.abilities import Ability
from portal.core.unchanged import while_unchanged
from portal.maps.grid import OVERVIEW, Grid, around_earth, grid_of, merged, size_for, whole_cells

ACROSS = 16
"""Cells side by side where a page names an area."""
REMEMBERED = 256


def locates(ability: Ability) -> bool:
    """Whether this reader may know exactly where everybody is."""
    return personal_data(ability).locates


def overview(session: Session, chosen: PeopleFilter, ability: Ability) -> Grid:
    """Everybody whom a filter finds, in cells large enough to be listed."""
    exact = locates(ability)
    size = size_for(Area(*chosen.area), ACROSS, exact=exact) if chosen.area else OVERVIEW
    return _counted(session, chosen, ability, size, None, merge=True)


def closer(session: Session, chosen: PeopleFilter, ability: Ability, view: Area, across: int) -> Grid:
    """Of the people whom a filter finds those within a view, which has some `across` cells side by side."""
    size = size_for(view, across, exact=locates(ability))
    return _counted(session, chosen, ability, size, whole_cells(view, size), merge=False)


def _counted(
    session: Session, chosen: PeopleFilter, ability: Ability, size: int, view: Area | None, *, merge: bool
) -> Grid:
    """One statement, or none where nobody wrote anything since it was asked before."""
    exact = locates(ability)

    def ask() -> Grid:
        remembered = _statement if chosen.needle is None else _statement.__wrapped__
        statement = remembered(chosen, ability, size, view)
        placed, unplaced = [], 0
        for row, column, people in session.connection().execute(statement):
            if row is None or column is None:
                unplaced += people
            else:
                placed.append((int(row), int(column), people))
        counts = around_earth(placed, size)
        shown, width = merged(counts, size) if merge else (counts, size)
        return grid_of(shown, width, unplaced, exact=exact)

    return while_unchanged(session, ("cells", chosen, ability, size, view, merge), ask)


@lru_cache(REMEMBERED)
def _statement(
    chosen: PeopleFilter, ability: Ability, size: int, view: Area | None
) -> Select[*tuple[Any, ...]]:
    exact = locates(ability)
    # A constant of ours in the text: the same value bound twice would be two values to GROUP BY.
    unit = literal_column(f"{size}::float8", Double)
    cell = [
        func.floor(millionths(side, exact=exact).op("/")(unit))
        for side in (Beneficiary.latitude, Beneficiary.longitude)
    ]
    statement = chosen_people(chosen, ability, counting=True).with_only_columns(*cell, func.count())
    if view is not None:
        statement = statement.where(within(view, exact=exact))
    return statement.group_by(*cell)
