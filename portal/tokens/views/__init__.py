"""The pages of the registry of tokens."""

from flask import Blueprint

bp = Blueprint("tokens", __name__, url_prefix="/tokens")

from portal.tokens.views import changing, reading  # noqa: E402, F401 - they add their routes to bp
