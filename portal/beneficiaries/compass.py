"""Parts of the map in a reader's words: "27.5–28° N, 85–85.5° E"."""

from flask_babel import format_decimal
from flask_babel import gettext as _

from portal.beneficiaries.queries.places import Area


def area_words(area: Area) -> str:
    """An area by its degrees, the lesser number of a side first."""
    return str(_("%(latitudes)s, %(longitudes)s", latitudes=_latitudes(area), longitudes=_longitudes(area)))


def _latitudes(area: Area) -> str:
    if area.south >= 0:
        return str(_("%(least)s–%(most)s° N", least=_degrees(area.south), most=_degrees(area.north)))
    if area.north <= 0:
        return str(_("%(least)s–%(most)s° S", least=_degrees(-area.north), most=_degrees(-area.south)))
    return str(_("%(south)s° S – %(north)s° N", south=_degrees(-area.south), north=_degrees(area.north)))


def _longitudes(area: Area) -> str:
    if 0 <= area.west < area.east:
        return str(_("%(least)s–%(most)s° E", least=_degrees(area.west), most=_degrees(area.east)))
    if area.west < area.east <= 0:
        return str(_("%(least)s–%(most)s° W", least=_degrees(-area.east), most=_degrees(-area.west)))
    return str(_("%(west)s to %(east)s", west=_longitude(area.west), east=_longitude(area.east)))


def _longitude(degrees: float) -> str:
    if degrees < 0:
        return str(_("%(number)s° W", number=_degrees(-degrees)))
    return str(_("%(number)s° E", number=_degrees(degrees)))


def _degrees(number: float) -> str:
    return str(format_decimal(number, format="#,##0.######"))
