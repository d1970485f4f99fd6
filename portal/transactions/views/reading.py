"""Reading the address of the list: which transactions, in which order; and what is said of it on the page."""

from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.beneficiaries.queries.person import name_of_person
from portal.core.db import db
from portal.transactions.forms import FilterForm
from portal.transactions.queries.filters import TransactionFilter
from portal.transactions.queries.listing import NEWEST, SORTS
from portal.transactions.queries.options import Options, options
from portal.web.access import current_ability
from portal.web.list_reading import ListReading
from portal.web.lists import query_of

SUGGESTED = ("project", "vendor", "payout_list")
"""What is chosen by its name where there is much of it."""
LONGEST_NAME = 200
"""So much of a name that is typed is looked for."""


class Reading(ListReading[TransactionFilter, Options]):
    """What a request for the list asks for."""

    form_type, filter_type = FilterForm, TransactionFilter

    @cached_property
    def options(self) -> Options:
        """What the reader can choose among."""
        typed = {name: next(iter(self.query.get(name, ())), "")[:LONGEST_NAME] for name in SUGGESTED}
        return options(db.session(), current_ability(), **typed)

    @cached_property
    def person(self) -> str | None:
        """Whose transactions the list is narrowed to, as this reader may know them."""
        if not self.valid or not self.chosen.beneficiary:
            return None
        return name_of_person(db.session(), self.chosen.beneficiary, current_ability())

    def said(self, name: str, field: Any, value: str) -> Any:
        """A person by their name."""
        return self.person if name == "beneficiary" else super().said(name, field, value)


def read_list(args: MultiDict[str, str]) -> Reading:
    """Read filter and order from an address."""
    return Reading(SORTS.get(args.get("sort", ""), NEWEST), query_of(args))
