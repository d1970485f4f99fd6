"""The pages on offramps, and the door through which providers tell what became of them."""

from flask import Blueprint

bp = Blueprint("offramp", __name__, url_prefix="/offramps")

from portal.offramp.tasks import hands, proofs, sandbox, sealing  # noqa: E402, F401 - the worker does what is due by them
from portal.offramp.views import (  # noqa: E402, F401 - they add their routes to bp
    attention,
    callbacks,
    comparing,
    deeds,
    export,
    in_projects,
    limits,
    listing,
    lists,
    making,
    many,
    payout_files,
    proof,
    provider_forms,
    providers,
    receiver,
    request,
    statements,
    tabs,
)
