"""Charts as shapes: where their bars stand. How they are coloured the style sheet says."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 180
_GAP = 0.3


@dataclass(frozen=True)
class Bar:
    """A bar, in the units of the picture, from its upper corner at the line's beginning."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Columns:
    """Two bars beside each other for each heading; `top` is the number at the upper edge."""

    outer: list[Bar]
    inner: list[Bar]
    top: int


def columns(outer: Sequence[int | None], inner: Sequence[int | None]) -> Columns:
    """Bars for two rows of numbers of the same headings; what is not shown has no height."""
    top = max([1, *(value or 0 for value in (*outer, *inner))])
    step = WIDTH / max(len(outer), 1)
    width = step * (1 - _GAP) / 2

    def bar(at: int, value: int | None, offset: float) -> Bar:
        height = HEIGHT * (value or 0) / top
        return Bar(
            round(at * step + step * _GAP / 2 + offset, 1),
            round(HEIGHT - height, 1),
            round(width, 1),
            round(height, 1),
        )

    return Columns(
        [bar(at, value, 0) for at, value in enumerate(outer)],
        [bar(at, value, width) for at, value in enumerate(inner)],
        top,
    )
