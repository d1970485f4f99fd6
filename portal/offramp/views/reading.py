"""Reading the address of the list: which requests, in which order; and what is said of it on the page."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.keyset import Sort
from portal.offramp.forms.listing import FilterForm
from portal.offramp.queries.filters import RequestFilter
from portal.offramp.queries.listing import NEWEST, SORTS
from portal.offramp.queries.options import Options, name_of_person, options
from portal.web.access import current_ability
from portal.web.lists import here, query_of

FILTERS = frozenset(field.name for field in fields(RequestFilter))
Given = tuple[tuple[str, ...], ...]
"""A query as something to look up by: each name with its values."""


@dataclass
class Reading:
    """What a request for the list asks for; a reading that is not valid has a form that says why."""

    sort: Sort
    query: dict[str, list[str]]

    @cached_property
    def options(self) -> Options:
        """What the reader can choose among."""
        return options(db.session(), current_ability())

    @cached_property
    def form(self) -> FilterForm:
        """The filter as it was given, with what is wrong in it. Made only where it is drawn anew."""
        form = _form(*self.state)
        form.validate()
        return form

    @property
    def valid(self) -> bool:
        """Whether the filter can be used."""
        return not self.narrowing or _chosen(*self.state) is not None

    @property
    def chosen(self) -> RequestFilter:
        """The filter of a valid reading. Raises ValueError for another, which must not stand for everything."""
        chosen = _chosen(*self.state) if self.narrowing else RequestFilter()
        if chosen is None:
            raise ValueError("this filter cannot be used")
        return chosen

    @cached_property
    def narrowing(self) -> dict[str, list[str]]:
        """The part of the address that leaves requests out."""
        return {name: values for name, values in self.query.items() if name in FILTERS}

    @cached_property
    def state(self) -> tuple[Given, Options]:
        """All that the filter and the drawing of it depend on."""
        return tuple((name, *values) for name, values in self.query.items()), self.options

    @cached_property
    def person(self) -> str | None:
        """Whose requests the list is narrowed to, as this reader may know them."""
        if not self.valid or not self.chosen.beneficiary:
            return None
        return name_of_person(db.session(), self.chosen.beneficiary, current_ability())

    def chips(self) -> Iterator[dict[str, Any]]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name, values in self.narrowing.items():
            field = self.form[name]
            choices = self.form.lists if name == "payout_list" else getattr(field, "choices", None)
            words = {str(key): said for key, said, *_more in choices or ()}
            for value in values:
                rest = [other for other in values if other != value]
                said = self.person if name == "beneficiary" else words.get(value)
                url = here(self.query, **{name: rest or None})
                yield {"label": field.label.text, "value": said or value, "url": url}


def _form(given: Given, options: Options) -> FilterForm:
    form = FilterForm(MultiDict([(name, value) for name, *values in given for value in values]))
    form.offer(options)
    return form


@lru_cache(256)
def _chosen(given: Given, options: Options) -> RequestFilter | None:
    """The filter that was given, None where it cannot be used. The same few are read all day, page by page."""
    form = _form(given, options)
    return form.chosen() if form.validate() else None


def read_list(args: MultiDict[str, str]) -> Reading:
    """Read filter and order from an address."""
    return Reading(SORTS.get(args.get("sort", ""), NEWEST), query_of(args))
