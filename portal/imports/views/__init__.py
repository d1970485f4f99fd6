"""The pages of an import, in the order in which one walks through them."""

from flask import Blueprint

bp = Blueprint("imports", __name__, url_prefix="/imports")

from portal.imports.views import batches, columns, review, rows, work  # noqa: E402, F401 - they add routes to bp
