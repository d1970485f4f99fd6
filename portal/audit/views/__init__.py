"""The pages of the audit log."""

from typing import cast

from flask import Blueprint, Flask
from flask.blueprints import BlueprintSetupState

from portal.audit import tasks  # noqa: F401 - what the worker does each minute
from portal.audit.operations import record
from portal.web.deeds import keep_deeds

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.record_once
def _open(state: BlueprintSetupState) -> None:
    """Tell `web` how deeds are written down."""
    keep_deeds(cast(Flask, state.app), record)


from portal.audit.views import entries, records  # noqa: E402, F401 - they add their routes to bp
