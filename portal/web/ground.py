"""What lies under a map on which a place is picked.

The module of maps has the shapes of countries, and says at start-up where a browser finds them: so a field of any
form can have a map, and no module below that one need know it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True)
class Ground:
    """The address of the shapes, the part of the map to begin with ("south,west,north,east" in degrees; None: all of
    it), the address of tiles, and whom those are from."""

    shapes: str
    around: str | None = None
    tiles: str | None = None
    credit: str | None = None


def offer_ground(app: Flask, found: Callable[[], Ground]) -> None:
    """Let templates ask for it, in a request: `map_ground()`. Where nothing is offered there is no such name."""
    app.jinja_env.globals["map_ground"] = found
