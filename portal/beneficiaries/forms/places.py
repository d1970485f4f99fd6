"""Several places as one filter: typed between commas, or as several values of one address."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

MOST, LONGEST = 20, 200
"""How many places one filter may name, and how many characters each of them may have."""
SEPARATORS = ",;،؛、，；"
"""What stands between two places, in the scripts that people write."""
QUOTES = '"“”„«»'
_PLACE = re.compile(f"[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]|([^{SEPARATORS}]+)")


def read_places(typed: str) -> tuple[str, ...]:
    """The places that a text names, each once. One in quotation marks is one, commas and all."""
    found = (whole if whole is not None else part for whole, part in _parts(typed))
    return tuple(dict.fromkeys(place.strip() for place in found if place.strip()))


def _parts(typed: str) -> Iterable[tuple[str | None, str]]:
    for match in _PLACE.finditer(typed):
        yield match.group(1), match.group(2) or ""


def write_places(places: Iterable[str]) -> str:
    """The places as one types them."""
    return ", ".join(_quoted(place) for place in places)


def _quoted(place: str) -> str:
    return f'"{place}"' if any(mark in place for mark in SEPARATORS) else place


class PlacesField(StringField):
    """Places that are looked for, any of them; `places` are those of a valid field."""

    places: tuple[str, ...] = ()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Each value may name several; all of them are shown as one text."""
        given = [place for value in valuelist for place in read_places(value)]
        self.places = tuple(dict.fromkeys(given))
        self.data = write_places(self.places)

    def pre_validate(self, form: Any) -> None:
        """Raises ValidationError for places that are too many or too long to look for."""
        if len(self.places) > MOST:
            raise ValidationError(_l("At most %(most)s places can be looked for at once.", most=MOST))
        if any(len(place) > LONGEST for place in self.places):
            raise ValidationError(_l("A place has at most %(most)s characters.", most=LONGEST))
        if any("\0" in place for place in self.places):
            raise ValidationError(_l("This text holds a character that cannot be stored."))

    def chips(self) -> list[tuple[str, str | None]]:
        """Each place, with what is left of the filter without it."""
        rest = {place: [other for other in self.places if other != place] for place in self.places}
        return [(place, write_places(others) or None) for place, others in rest.items()]
