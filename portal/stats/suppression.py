"""Small numbers that are not shown to who may not know whom they are about."""

from dataclasses import fields, replace

from portal.stats.queries.grievances import FEWEST, Cell, Figures, Times

_PARTS = ("acknowledged", "acknowledged_in_time", "resolved", "resolved_in_time", "reopened")


def without_small(figures: Figures) -> Figures:
    """The figures with every number taken out that tells of fewer than five cases, or lets one find such a number by
    taking others from their sum."""
    return Figures(_shown(figures.total), {name: hide_small(cells) for name, cells in figures.by.items()})


def hide_small(cells: list[Cell]) -> list[Cell]:
    """The same for the parts of one sum, which everybody sees."""
    hidden = {at for at, cell in enumerate(cells) if 0 < (cell.received or 0) < FEWEST}
    if (hidden and sum(cells[at].received or 0 for at in hidden) < FEWEST) or len(hidden) == 1:
        # What is missing could be told by the sum: the smallest of the others goes as well.
        others = [at for at, cell in enumerate(cells) if at not in hidden and cell.received]
        if others:
            hidden.add(min(others, key=lambda at: cells[at].received or 0))
    return [_nothing(cell) if at in hidden else _shown(cell) for at, cell in enumerate(cells)]


def _nothing(cell: Cell) -> Cell:
    numbers = {item.name: None for item in fields(cell) if isinstance(getattr(cell, item.name), int)}
    return replace(cell, **{**numbers, "key": cell.key, "acknowledging": Times(), "resolving": Times()})


def _shown(cell: Cell) -> Cell:
    """A cell that is shown, without those of its parts that are small or leave a small rest."""
    received = cell.received or 0
    if 0 < received < FEWEST:
        return _nothing(cell)
    small = {
        name: None
        for name in _PARTS
        if 0 < (getattr(cell, name) or 0) < FEWEST or 0 < received - (getattr(cell, name) or 0) < FEWEST
    }
    return replace(
        cell, **small, acknowledging=_enough(cell.acknowledging), resolving=_enough(cell.resolving)
    )


def _enough(times: Times) -> Times:
    return times if times.cases >= FEWEST else Times()
