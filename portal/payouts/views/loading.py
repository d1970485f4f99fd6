"""The list of an address, for who may do this to it, and what every page of a list says."""

from typing import Any
from uuid import UUID

from flask import Response

from portal.core.db import db
from portal.payouts.models import PayoutList
from portal.payouts.queries.lists import list_with, told_of
from portal.payouts.wording import amount_words
from portal.web.access import load
from portal.web.htmx import page


def list_to(action: str, uuid: UUID) -> PayoutList:
    """The list, if the person may do `action` to it. Raises NotFound for one that they may not know of."""
    return load(list_with(uuid), action, PayoutList)


def page_of(template: str, found: PayoutList, *, status: int = 200, **context: Any) -> Response:
    """A page about one list, with what all of them need."""
    told = told_of(db.session(), found.uuid)
    return page(template, status=status, found=found, told=told, amount_words=amount_words, **context)
