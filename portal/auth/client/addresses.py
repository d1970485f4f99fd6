"""Which addresses of other services are spoken to: HTTPS to a host with a name, or this very machine."""

import re
from urllib.parse import urlsplit

from portal.web.sessions import is_loopback

_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?")
"""A host's name with a dot in it. Its last part begins with a letter, so no number in any writing is one."""


def check_address(url: str) -> str:
    """The address, without the slash at its end.

    Raises ValueError for what is neither HTTPS to a named host nor this machine, and for one with a user name,
    a query or a fragment in it.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("an address of a service holds no user, query or fragment")
    if parts.port == 0:  # one that is too large is refused by looking at it
        raise ValueError("an address of a service has a port from 1 to 65535")
    if not (is_loopback(parts.netloc) and parts.scheme in {"http", "https"}) and not (
        parts.scheme == "https" and _NAME.fullmatch(host)
    ):
        raise ValueError("an address of a service begins with https:// and names a host")
    return url.rstrip("/")


def origin(url: str) -> str:
    """Scheme, host and port, as one compares them."""
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{parts.hostname}:{port}"
