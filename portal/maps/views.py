"""The map's page, its figures, and what is drawn under them."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.beneficiaries.compass import area_words
from portal.beneficiaries.queries.places import MILLION, Area
from portal.beneficiaries.views.reading import Reading, read_list
from portal.core.db import db
from portal.maps.atlas import country, edition, geojson
from portal.maps.grid import LEAST_COARSE, SIZES, SMALL, Cell, Grid, extent, view_from, whole_cells
from portal.maps.picture import draw, margins
from portal.maps.queries import closer, locates, overview
from portal.web.access import current_ability, public, requires
from portal.web.filters import compact, number
from portal.web.ground import Ground, offer_ground
from portal.web.htmx import page
from portal.web.phrases import listed
from portal.web.reading import home_region

bp = Blueprint("maps", __name__, url_prefix="/beneficiaries/map")

ACROSS = (8, 2, 24)
"""Cells side by side in a view: where none are asked for, and within which limits they are."""
SHAPES = 5 * MILLION
"""Shapes are asked for by areas of whole five degrees, so that the same few are asked for."""
YEAR = 31_536_000


@bp.record_once
def _offer(state: Any) -> None:
    offer_ground(state.app, ground)


def ground() -> Ground:
    """What lies under each map of the portal: shapes, and tiles where they are configured."""
    config = current_app.config
    return Ground(
        url_for("maps.read_shapes", digest=edition()),
        str(box) if (box := country(home_region())) else None,
        config.get("PORTAL_TILES_URL"),
        config.get("PORTAL_TILES_CREDIT"),
    )


@bp.get("")
@requires("read", "Beneficiary")
def show_map() -> Response:
    """Where the people are whom the list's filter finds: a map, and the same figures as a table."""
    reading = read_list(request.args)
    if not reading.valid:
        return page("maps/show_map.html", status=422, reading=reading, grid=None)
    ability = current_ability()
    grid = overview(db.session(), reading.chosen, ability)
    around = extent(cell.area for cell in grid.cells)
    least = (SIZES[0] if locates(ability) else LEAST_COARSE) / MILLION
    return page(
        "maps/show_map.html",
        reading=reading,
        grid=grid,
        rows=[_row(reading, cell, least) for cell in grid.cells],
        bounds=around and _unrolled(around),
        least=least,
        few_below=SMALL,
        query=reading.narrowing,
        ground=ground(),
    )


@bp.get("/cells")
@requires("read", "Beneficiary")
def count_cells() -> Response:
    """The people within a view of the map, by cells; without a view all of them, as the page's table has them."""
    reading, asked = read_list(request.args), request.args.get("view")
    view = view_from(asked) if asked else None
    if not reading.valid or (asked and view is None):
        refused = jsonify(error=_("This filter cannot be used"))
        refused.status_code = 422
        return refused
    session, ability = db.session(), current_ability()
    if view is None:
        grid = overview(session, reading.chosen, ability)
    else:
        usual, least, most = ACROSS
        across = min(max(request.args.get("across", usual, type=int), least), most)
        grid = closer(session, reading.chosen, ability, view, across)
    return jsonify(cells=[_told(reading, cell) for cell in grid.cells], said=_said(grid))


@bp.get("/shapes/<digest>")
@public
def read_shapes(digest: str) -> Response:
    """The shapes of countries in a view, as GeoJSON: the same for everybody, and kept by browsers."""
    view = view_from(request.args.get("view", "-90,-180,90,180"))
    if view is None:
        abort(404)
    response = Response(geojson(whole_cells(view, SHAPES)), mimetype="application/json")
    response.cache_control.public = True
    response.cache_control.max_age = YEAR if digest == edition() else 60
    response.cache_control.immutable = digest == edition()
    return response


@bp.get("/picture")
@requires("read", "Beneficiary")
def draw_map() -> Response:
    """The map as a picture, for browsers without JavaScript."""
    reading = read_list(request.args)
    if not reading.valid:
        abort(422)
    cells = overview(db.session(), reading.chosen, current_ability()).cells
    around = extent(cell.area for cell in cells) or Area(-90, -180, 90, 180)
    return Response(draw(margins(around), cells), mimetype="image/svg+xml")


def _row(reading: Reading, cell: Cell, least: float) -> dict[str, Any]:
    """A cell as the table shows it; what can be divided further has a map of its own."""
    query: dict[str, Any] = {**reading.narrowing, "area": str(cell.area)}
    return {
        "where": area_words(cell.area),
        "people": cell.people,
        "list_url": url_for("beneficiaries.list_beneficiaries", **query),
        "map_url": url_for("maps.show_map", **query) if _width(cell.area) > least * 1.5 else None,
    }


def _told(reading: Reading, cell: Cell) -> dict[str, Any]:
    """A cell as the script draws it, in the reader's words."""
    query: dict[str, Any] = {**reading.narrowing, "area": str(cell.area)}
    said = ngettext("%(num)s person", "%(num)s people", cell.people)
    return {
        "area": list(cell.area),
        "people": cell.people,
        "short": compact(cell.people).replace("\u00a0", " "),
        "said": said,
        "where": area_words(cell.area),
        "name": listed([said, area_words(cell.area)]),
        "list": url_for("beneficiaries.list_beneficiaries", **query),
    }


def _said(grid: Grid) -> str:
    """What the map says aloud of a view."""
    shown = sum(cell.people for cell in grid.cells)
    said = ngettext(
        "%(num)s person on this part of the map.",
        "%(num)s people on this part of the map.",
        shown,
    )
    if grid.few:
        said += " " + _(
            "%(people)s more in places of fewer than %(few)s.", people=number(grid.few), few=SMALL
        )
    return str(said)


def _width(area: Area) -> float:
    return (area.east - area.west) % 360 or 360.0


def _unrolled(area: Area) -> str:
    """An area for the script: an east that lies beyond the 180th meridian is told as more than 180."""
    return str(area._replace(east=area.west + _width(area)))
