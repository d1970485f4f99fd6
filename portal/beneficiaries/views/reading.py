"""Reading the address of the list: which people, in which order; and what is said of it on the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.beneficiaries.forms import FilterForm
from portal.beneficiaries.queries.filters import PeopleFilter
from portal.beneficiaries.queries.options import groups_and_projects
from portal.beneficiaries.queries.people import NEWEST, PERSONAL_SORTS, SORTS, reads_all_personal_data
from portal.core.db import db
from portal.core.keyset import Sort
from portal.web.access import current_ability
from portal.web.lists import here, query_of


@dataclass(frozen=True)
class Reading:
    """What a request for the list asks for; a reading that is not valid has a form that says why."""

    form: FilterForm
    valid: bool
    sort: Sort
    query: dict[str, list[str]]

    @property
    def chosen(self) -> PeopleFilter:
        """The filter of a valid reading."""
        return self.form.chosen()

    @property
    def narrowing(self) -> dict[str, list[str]]:
        """The part of the address that leaves people out."""
        return {name: values for name, values in self.query.items() if name in self.form and values}

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
    ability = current_ability()
    # Without a script a form sends all its fields; an empty one asks for nothing.
    form = FilterForm(MultiDict([(name, value) for name, value in args.items(multi=True) if value]))
    form.offer(*groups_and_projects(db.session(), ability))
    sort = SORTS.get(args.get("sort", ""), NEWEST)
    if sort.name in PERSONAL_SORTS and not reads_all_personal_data(ability):
        sort = NEWEST
    return Reading(form, form.validate(), sort, query_of(args))
