"""The demo's outbox: what its messages say, so that whoever tries the portal out can read their codes."""

from ipaddress import ip_address

from flask import Response, abort, current_app, request, url_for

from portal.core.db import db
from portal.core.places import instance_directory
from portal.core.secrets import SealBroken, open_sealed
from portal.messages.client.gateways import is_demo
from portal.messages.models import Message
from portal.messages.purposes import title_of
from portal.messages.queries.messages import latest_with_bodies
from portal.messages.tasks import SHOWN_FOR
from portal.messages.views import bp
from portal.web.access import current_ability, public
from portal.web.htmx import page
from portal.web.sessions import is_loopback


@bp.get("/demo-outbox")
@public
def show_demo_outbox() -> Response:
    """The latest messages with their words. Only in the demo, and there only on its own machine, or for admins."""
    if not _may_look():
        abort(404)
    return page("messages/show_demo_outbox.html", messages=_readable(), title_of=title_of)


def _may_look() -> bool:
    return is_demo(current_app.config) and (_from_this_machine() or current_ability().can("read", "Message"))


def _from_this_machine() -> bool:
    """Whether a browser of this very machine asks, by a name of the machine itself: not one that another site gave
    to it, nor the public one of a proxy that stands here."""
    try:
        return is_loopback(request.host) and ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _readable() -> list[tuple[Message, str]]:
    """The messages and what they say; those sealed with another key are left out."""
    found = []
    for message in latest_with_bodies(db.session(), SHOWN_FOR):
        try:
            found.append((message, open_sealed(instance_directory(), message.body or "")))
        except SealBroken:
            continue
    return found


@bp.app_template_global("demo_outbox_url")
def demo_outbox_url() -> str | None:
    """Where this visitor reads the demo's messages; None where they may not, which is everywhere but in the demo."""
    return url_for("messages.show_demo_outbox") if _may_look() else None
