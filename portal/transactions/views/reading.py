"""Reading the address of the list: which transactions, in which order; and what is said of it on the page."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.keyset import Sort
from portal.transactions.forms import FilterForm
from portal.transactions.queries.filters import TransactionFilter
from portal.transactions.queries.listing import NEWEST, SORTS
from portal.transactions.queries.options import Options, name_of_person, options
from portal.web.access import current_ability
from portal.web.lists import here, query_of

FILTERS = frozenset(field.name for field in fields(TransactionFilter))


@dataclass
class Reading:
    """What a request for the list asks for; a reading that is not valid has a form that says why."""

    form: FilterForm
    sort: Sort
    query: dict[str, list[str]]
    options: Options
    valid: bool

    @cached_property
    def chosen(self) -> TransactionFilter:
        """The filter of a valid reading. Raises ValueError for another, which must not stand for everything."""
        if not self.valid:
            raise ValueError("this filter cannot be used")
        return self.form.chosen()

    @cached_property
    def narrowing(self) -> dict[str, list[str]]:
        """The part of the address that leaves transactions out."""
        return {name: values for name, values in self.query.items() if name in FILTERS}

    @cached_property
    def state(self) -> tuple[Any, ...]:
        """All that the filter and the drawing of it depend on."""
        return tuple((name, *values) for name, values in self.query.items()), self.options

    def chips(self) -> Iterator[dict[str, Any]]:
        """Each thing that narrows the list, in words, with the address that takes it away."""
        for name, values in self.narrowing.items():
            field = self.form[name]
            if name == "beneficiary" and field.uuid:
                field.words = name_of_person(db.session(), field.uuid, current_ability())
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
    query = query_of(args)
    form = FilterForm(MultiDict([(name, value) for name, values in query.items() for value in values]))
    offered = options(db.session(), current_ability())
    form.offer(offered)
    valid = not FILTERS & query.keys() or form.validate()
    return Reading(form, SORTS.get(args.get("sort", ""), NEWEST), query, offered, valid)
