"""Whole addresses of pages, for messages: what is read outside of the portal has to say where the portal is."""

from typing import Any

from flask import current_app, url_for


def outside(endpoint: str, **values: Any) -> str:
    """The whole address of a page, below PORTAL_URL.

    Where that is not set it begins with what the request calls this host. A request may call it anything, so an
    installation that others can reach should set it.
    """
    home = str(current_app.config.get("PORTAL_URL", "")).rstrip("/")
    if not home:
        return url_for(endpoint, _external=True, **values)
    return home + current_app.url_map.bind("").build(
        endpoint, values
    )  # needs no request, so jobs can do it too
