"""Reading the address of the list and the board: which cases, in which order; and what is said of it on the page."""

from dataclasses import fields
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.beneficiaries.queries.person import name_of_person
from portal.core.db import db
from portal.grievances.forms.listing import FilterForm
from portal.grievances.queries.filters import CaseFilter
from portal.grievances.queries.listing import SOONEST, SORTS
from portal.grievances.queries.options import (
    Options,
    name_of_vendor,
    options,
    user_numbered,
)
from portal.web.access import current_ability, current_person
from portal.web.list_reading import ListReading
from portal.web.lists import query_of

OF_FILTER = frozenset(field.name for field in fields(CaseFilter))
LONGEST_NAME = 200
"""So much of a name that is typed is looked for."""


class Reading(ListReading[CaseFilter, Options]):
    """What a request asks for."""

    form_type, filter_type = FilterForm, CaseFilter
    names = OF_FILTER - {"assignee", "unassigned", "watcher"} | {"who"}

    @cached_property
    def options(self) -> Options:
        """What the reader can choose among."""
        typed = {name: next(iter(self.query.get(name, ())), "")[:LONGEST_NAME] for name in ("project", "who")}
        return options(db.session(), current_ability(), **typed)

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

    def said(self, name: str, field: Any, value: str) -> Any:
        """A person and a vendor by their names."""
        return self.about if name in ("beneficiary", "vendor") else super().said(name, field, value)

    def read(self) -> CaseFilter | None:
        """The filter, in which “I am” in charge is the reader and a colleague's uuid is that colleague."""
        if self.form.errors:
            return None
        colleague = user_numbered(db.session(), self.form.colleague) if self.form.colleague else None
        chosen: CaseFilter = self.form.chosen(current_person().id, colleague)
        return chosen


def read_list(args: MultiDict[str, str]) -> Reading:
    """Read filter and order from an address."""
    return Reading(SORTS.get(args.get("sort", ""), SOONEST), query_of(args))
