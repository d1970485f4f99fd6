"""Reading the address of the list and the board: which cases, in which order; and what is said of it on the page."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.keyset import Sort
from portal.grievances.forms.listing import FilterForm
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.listing import SOONEST, SORTS
from portal.grievances.queries.options import (
    Options,
    name_of_person,
    name_of_vendor,
    options,
    user_numbered,
)
from portal.web.access import current_ability, current_person
from portal.web.lists import here, query_of

FILTERS = frozenset(field.name for field in fields(CaseFilter)) - {"assignee", "unassigned", "watcher"} | {
    "who"
}
Given = tuple[tuple[str, ...], ...]
"""A query as something to look up by: each name with its values."""


@dataclass
class Reading:
    """What a request asks for; a reading that is not valid has a form that says why."""

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
        return self._found is not None

    @property
    def chosen(self) -> CaseFilter:
        """The filter of a valid reading. Raises ValueError for another, which must not stand for everything."""
        if self._found is None:
            raise ValueError("this filter cannot be used")
        return self._found

    @cached_property
    def _found(self) -> CaseFilter | None:
        if not self.narrowing:
            return CaseFilter()
        form = _form(*self.state)
        if not form.validate():
            return None
        colleague = user_numbered(db.session(), form.colleague) if form.colleague else None
        return form.chosen(current_person().id, colleague)

    @cached_property
    def narrowing(self) -> dict[str, list[str]]:
        """The part of the address that leaves cases out."""
        return {name: values for name, values in self.query.items() if name in FILTERS}

    @cached_property
    def state(self) -> tuple[Given, Options]:
        """All that the filter and the drawing of it depend on."""
        return tuple((name, *values) for name, values in self.query.items()), self.options

    @cached_property
    def about(self) -> str | None:
        """Whose cases the list is narrowed to, a person's or a vendor's, as this reader may know them."""
        if not self.valid:
            return None
        if self.chosen.beneficiary:
            return name_of_person(db.session(), self.chosen.beneficiary, current_ability())
        if self.chosen.vendor:
            return name_of_vendor(db.session(), self.chosen.vendor, current_ability())
        return None

    def chips(self) -> Iterator[dict[str, Any]]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name, values in self.narrowing.items():
            field = self.form[name]
            words = {str(key): said for key, said, *_more in getattr(field, "choices", None) or ()}
            for value in values:
                rest = [other for other in values if other != value]
                said = self.about if name in ("beneficiary", "vendor") else words.get(value)
                url = here(self.query, **{name: rest or None})
                yield {"label": field.label.text, "value": said or value, "url": url}


def _form(given: Given, options: Options) -> FilterForm:
    form = FilterForm(MultiDict([(name, value) for name, *values in given for value in values]))
    form.offer(options)
    return form


def read_list(args: MultiDict[str, str]) -> Reading:
    """Read filter and order from an address."""
    return Reading(SORTS.get(args.get("sort", ""), SOONEST), query_of(args))
