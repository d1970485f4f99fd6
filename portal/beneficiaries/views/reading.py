"""Reading the address of the list: which people, in which order; and what is said of it on the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.beneficiaries.forms import FilterForm
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.options import Choices, choices_of_list
from portal.beneficiaries.queries.people import NEWEST, PERSONAL_SORTS, SORTS, reads_all_personal_data
from portal.core.db import db
from portal.web.access import current_ability
from portal.web.list_reading import Chip, ListReading
from portal.web.lists import PLACE, here, query_of

GROUPS = ("group", "also_in", "not_in")
"""Fields that name a group by its uuid."""

NAMED = ("groups", "project")
"""Fields in which a name, or a part of it, is typed."""
LONGEST_NAME = 200
"""Of what is typed of a name so much is looked for; the form refuses more."""
TICKS = "tick"
"""What of the list is ticked: `page`, all rows of the page; `all`, everybody whom the filter finds. It is no part of
the filter: whoever filters or sorts anew ticks anew."""


@dataclass
class Reading(ListReading[PeopleFilter, Choices]):
    """What a request for the list asks for."""

    form_type, filter_type = FilterForm, PeopleFilter

    args: MultiDict[str, str]

    @cached_property
    def options(self) -> Choices:
        """The groups and the projects that the reader can choose among."""
        given = (value for name in GROUPS for value in self.query.get(name, ()))
        typed, project = (next(iter(self.query.get(name, ())), "")[:LONGEST_NAME] for name in NAMED)
        return choices_of_list(db.session(), current_ability(), given, typed, project)

    def chips_of(self, name: str, field: Any, values: Sequence[str]) -> Iterator[Chip]:
        """Of people who were picked by hand one for all of them; of places one for each that was typed."""
        if name == "people":
            url = here(self.query, people=None)
            yield {"label": field.label.text, "value": len(field.data or ()), "url": url}
        elif name == "location":
            for place, rest in field.chips():
                yield {"label": field.label.text, "value": place, "url": here(self.query, location=rest)}
        else:
            yield from super().chips_of(name, field, values)


def read_list(args: MultiDict[str, str]) -> Reading:
    """Read filter and order from an address."""
    sort = SORTS.get(args.get("sort", ""), NEWEST)
    if sort.name in PERSONAL_SORTS and not reads_all_personal_data(current_ability()):
        sort = NEWEST
    return Reading(sort, query_of(args, (*PLACE, TICKS)), args)
