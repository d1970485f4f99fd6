"""Reading the address of the list: which people, in which order; and what is said of it on the page."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.beneficiaries.forms import FilterForm
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.options import Option, groups_and_projects
from portal.beneficiaries.queries.people import NEWEST, PERSONAL_SORTS, SORTS, reads_all_personal_data
from portal.core.db import db
from portal.core.keyset import Sort
from portal.web.access import current_ability
from portal.web.lists import here, query_of

FILTERS = frozenset(field.name for field in fields(PeopleFilter))


@dataclass
class Reading:
    """What a request for the list asks for; a reading that is not valid has a form that says why."""

    args: MultiDict[str, str]
    sort: Sort
    query: dict[str, list[str]]

    @cached_property
    def options(self) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
        """The groups and the projects that the reader can choose among. Asked for only where a filter is drawn or
        read: who turns the pages of everybody does neither."""
        return groups_and_projects(db.session(), current_ability())

    @cached_property
    def form(self) -> FilterForm:
        """The filter as it was given. Without a script a form sends all its fields; an empty one asks for nothing."""
        form = FilterForm(MultiDict([(name, value) for name, value in self.args.items(multi=True) if value]))
        form.offer(*self.options)
        return form

    @cached_property
    def valid(self) -> bool:
        """Whether the filter can be used. One that leaves nobody out needs no form to say so."""
        return not self.narrowing or self.form.validate()

    @cached_property
    def chosen(self) -> PeopleFilter:
        """The filter of a valid reading."""
        return self.form.chosen() if self.narrowing else PeopleFilter()

    @cached_property
    def narrowing(self) -> dict[str, list[str]]:
        """The part of the address that leaves people out."""
        return {name: values for name, values in self.query.items() if name in FILTERS and values}

    @property
    def state(self) -> Hashable:
        """All that the drawing of the filter depends on."""
        return tuple((name, *values) for name, values in self.query.items()), self.options

    def chips(self) -> Iterator[dict[str, Any]]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name, values in self.narrowing.items():
            field = self.form[name]
            words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
            for value in values:
                rest = [other for other in values if other != value]
                yield {
                    "label": field.label.text,
                    "value": words.get(value, value),
                    "url": here(self.query, **{name: rest or None}),
                }


def read_list(args: MultiDict[str, str]) -> Reading:
    """Read filter and order from an address."""
    sort = SORTS.get(args.get("sort", ""), NEWEST)
    if sort.name in PERSONAL_SORTS and not reads_all_personal_data(current_ability()):
        sort = NEWEST
    return Reading(args, sort, query_of(args))
