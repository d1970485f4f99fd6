"""Whole addresses of pages, for messages: what is read outside of the portal has to say where the portal is."""

from typing import Any

from flask import current_app, request, url_for

from portal.core.errors import Refusal
from portal.web.sessions import is_loopback


def outside(endpoint: str, **values: Any) -> str:
    """The whole address of a page, below PORTAL_URL.

    Where that is not set it begins with what the request calls this host. A request may call it anything, so an
    installation that others can reach should set it.
    """
    home = str(current_app.config.get("PORTAL_URL", "")).rstrip("/")
    if not home:
        return url_for(endpoint, _external=True, **values)
    # Built from the map of addresses alone: jobs have no request.
    return home + current_app.url_map.bind("").build(endpoint, values)


def outside_for_others(endpoint: str, **values: Any) -> str:
    """The same for a message that anybody can have sent to somebody else.

    Raises Refusal where PORTAL_URL is not set and the request comes from another machine: whoever sends it may
    call this host what they like, and the link would lead its receiver there.
    """
    if not current_app.config.get("PORTAL_URL") and not is_loopback(request.host):
        raise Refusal("The portal does not know its own address. Ask whoever runs it to set PORTAL_URL.")
    return outside(endpoint, **values)
