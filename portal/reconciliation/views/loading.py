"""The reconciliation of an address, for who may mark payments of its list."""

from uuid import UUID

from flask import Response, url_for

from portal.core.db import db
from portal.core.errors import NotFound
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.queries.lists import list_with
from portal.reconciliation.models import Reconciliation
from portal.reconciliation.queries import reconciliation_with
from portal.web.access import load
from portal.web.htmx import see_other

PAGES = {
    "UPLOADED": "reconciliation.show_columns",
    "CHECKING": "reconciliation.show_work",
    "REVIEW": "reconciliation.review_rows",
    "MARKING": "reconciliation.show_work",
    "DONE": "reconciliation.review_rows",
}
"""State → the page on which the work goes on."""


def paid_list(uuid: UUID) -> PayoutList:
    """The list, if it was paid out and the person may see it. Raises NotFound for any other."""
    found = load(list_with(uuid), "read", PayoutList)
    if found.state != State.APPROVED:
        raise NotFound
    return found


def file_and_list(uuid: UUID) -> tuple[Reconciliation, PayoutList]:
    """The reconciliation and its list, which the person may see. Raises NotFound for any other."""
    found = db.session.scalars(reconciliation_with(uuid)).one_or_none()
    if found is None:
        raise NotFound
    return found, paid_list(found.list_id)


def where_it_stands(found: Reconciliation) -> Response:
    """On to the page on which the work goes on."""
    return see_other(url_for(PAGES[found.state], uuid=found.uuid))
