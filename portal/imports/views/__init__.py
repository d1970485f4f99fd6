"""The pages of an import, in the order in which one walks through them."""

from flask import Blueprint

bp = Blueprint("imports", __name__, url_prefix="/imports")

from portal.imports.views import (  # noqa: E402 - they add their routes to bp
    batches,  # noqa: F401
    columns,  # noqa: F401
    in_projects,  # noqa: F401
    leftovers,  # noqa: F401
    review,  # noqa: F401
    rows,  # noqa: F401
    work,  # noqa: F401
)
