"""Reading the address of the list: which people, in which order; and what is said of it on the page."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.beneficiaries.forms import FilterForm
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.options import Choices, choices_of_list
from portal.beneficiaries.queries.people import NEWEST, PERSONAL_SORTS, SORTS, reads_all_personal_data
from portal.core.db import db
from portal.core.keyset import Sort
from portal.web.access import current_ability
from portal.web.lists import PLACE, here, query_of

Given = tuple[tuple[str, ...], ...]
"""A query as something to look up by: each name with its values."""
GROUPS = ("group", "also_in", "not_in")
"""Fields that name a group by its uuid."""

LONGEST_NAME = 200
"""Of what is typed of a group's name so much is looked for; the form refuses more."""
FILTERS = frozenset(field.name for field in fields(PeopleFilter))
TICKS = "tick"
"""What of the list is ticked: `page`, all rows of the page; `all`, everybody whom the filter finds. It is no part of
the filter: whoever filters or sorts anew ticks anew."""


@dataclass
class Reading:
    """What a request for the list asks for; a reading that is not valid has a form that says why."""

    args: MultiDict[str, str]
    sort: Sort
    query: dict[str, list[str]]

    @cached_property
    def options(self) -> Choices:
        """The groups and the projects that the reader can choose among. Asked for only where a filter is drawn or
        read: who turns the pages of everybody does neither."""
        given = (value for name in GROUPS for value in self.query.get(name, ()))
        typed = next(iter(self.query.get("groups", ())), "")[:LONGEST_NAME]
        return choices_of_list(db.session(), current_ability(), given, typed)

    @cached_property
    def form(self) -> FilterForm:
        """The filter as it was given, with what is wrong in it."""
        form = _form(*self.state)
        form.validate()
        return form

    @property
    def valid(self) -> bool:
        """Whether the filter can be used. One that leaves nobody out needs no form to say so."""
        return not self.narrowing or _chosen(*self.state) is not None

    @property
    def chosen(self) -> PeopleFilter:
        """The filter of a valid reading. Raises ValueError for another, which must not stand for everybody."""
        if not self.narrowing:
            return PeopleFilter()
        chosen = _chosen(*self.state)
        if chosen is None:
            raise ValueError("this filter cannot be used")
        return chosen

    @cached_property
    def narrowing(self) -> dict[str, list[str]]:
        """The part of the address that leaves people out."""
        return {name: values for name, values in self.query.items() if name in FILTERS and values}

    @cached_property
    def state(self) -> tuple[Given, Choices]:
        """All that the filter, its chips and the drawing of both depend on."""
        return tuple((name, *values) for name, values in self.query.items()), self.options

    def chips(self) -> Iterator[dict[str, Any]]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name, values in self.narrowing.items():
            field = self.form[name]
            if name == "people":  # picked by hand: one chip for all of them
                url = here(self.query, people=None)
                yield {"label": field.label.text, "value": len(field.data or ()), "url": url}
                continue
            if name == "location":
                for place, rest in field.chips():
                    yield {"label": field.label.text, "value": place, "url": here(self.query, location=rest)}
                continue
            words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
            for value in values:
                rest = [other for other in values if other != value]
                yield {
                    "label": field.label.text,
                    "value": words.get(value, value),
                    "url": here(self.query, **{name: rest or None}),
                }


def _form(given: Given, options: Choices) -> FilterForm:
    form = FilterForm(MultiDict([(name, value) for name, *values in given for value in values]))
    form.offer(options)
    return form


@lru_cache(256)
def _chosen(given: Given, options: Choices) -> PeopleFilter | None:
    """The filter that was given, None where it cannot be used. The same few are read all day, page by page."""
    form = _form(given, options)
    return form.chosen() if form.validate() else None


def read_list(args: MultiDict[str, str]) -> Reading:
    """Read filter and order from an address."""
    sort = SORTS.get(args.get("sort", ""), NEWEST)
    if sort.name in PERSONAL_SORTS and not reads_all_personal_data(current_ability()):
        sort = NEWEST
    return Reading(args, sort, query_of(args, (*PLACE, TICKS)))
