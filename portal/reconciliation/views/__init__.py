"""The pages of reconciliations."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.views.payout_list import offer_action
from portal.web.access import current_ability

bp = Blueprint("reconciliation", __name__, url_prefix="/reconciliations")


@offer_action
def reconcile(found: PayoutList) -> dict[str, Any] | None:
    """From the page of a list that was paid out to the provider's files on it."""
    if found.state != State.APPROVED or not current_ability().can("update", "Transaction"):
        return None
    url = url_for("reconciliation.list_files", list_uuid=found.uuid)
    return {"label": _("Reconcile"), "url": url, "picture": "list-checks", "often": True}


from portal.reconciliation import tasks  # noqa: E402, F401 - the worker finds its work by them
from portal.reconciliation.views import columns, files, review  # noqa: E402, F401 - they add their routes to bp
