"""The pages on messages: for admins what was sent and what waits, and for the demo what was said."""

from flask import Blueprint

bp = Blueprint("messages", __name__, url_prefix="/messages")

from portal.messages import tasks  # noqa: E402, F401 - the web names jobs by it
from portal.messages.views import demo, messages  # noqa: E402, F401 - they add their routes to bp
