"""One transaction's page: what it says, its story, and what may be done with it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response

from portal.core.db import db
from portal.core.enums import ProjectStatus, TransactionStatus
from portal.transactions.queries.columns import knows_colleagues
from portal.transactions.queries.transaction import transaction
from portal.transactions.views import bp
from portal.web.access import current_ability, current_person, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page


@dataclass(frozen=True)
class Offers:
    """What the reader can do with a transaction now. `own`: they could decide on it, had they not made it."""

    decide: bool = False
    own: bool = False
    fail: bool = False
    retry: bool = False


@bp.get("/<uuid:uuid>")
@requires("read", "Transaction")
def show_transaction(uuid: UUID) -> Response:
    """All about one transaction."""
    return show(uuid)


def show(uuid: UUID, refused: PortalForm | None = None, status: int = 200) -> Response:
    """The page; `refused` says why something was not done."""
    found = transaction(db.session(), uuid, current_ability())
    return page(
        "transactions/show_transaction.html",
        status=status,
        transaction=found,
        offers=offers_on(found),
        colleagues=knows_colleagues(current_ability()),
        refused=refused.form_errors if refused else (),
    )


def offers_on(found: Any) -> Offers:
    """What the rules, the state and the project leave to do for this reader."""
    if found.project_status != ProjectStatus.ACTIVE:
        return Offers()
    own = found.createdBy == current_person().id
    decides = found.may_approve and found.status == TransactionStatus.PENDING
    failed = found.status == TransactionStatus.FAILED
    return Offers(
        decide=decides and not own,
        own=decides and own,
        fail=found.may_update and found.status == TransactionStatus.APPROVED,
        retry=found.may_update and failed and found.retried_by is None,
    )
