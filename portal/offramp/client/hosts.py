"""Where adapters may speak: named hosts by HTTPS, at addresses of the public internet.

An address is judged where it is used: a name is resolved once, every address it has is judged, and the connection is
made to one of those that were, so that the name cannot mean another machine a moment later. An address of a private
network that is written as a name (`2130706433`, `0x7f.1`, `::ffff:127.0.0.1`) is what it resolves to.
"""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from portal.core.errors import sentence
from portal.offramp.client.adapter import ProviderFault, Trouble

NO_ADDRESS = sentence("The provider's address is none that the portal can use.")
NOT_HTTPS = sentence("The provider's address must begin with https://.")
NOT_LISTED = sentence(
    "The provider's host is not one of those that the portal may speak to. PORTAL_OFFRAMP_HOSTS names them."
)
INSIDE = sentence(
    "The provider's host is inside a private network, where the portal does not speak to anybody."
)
NOT_FOUND = sentence("The provider's host could not be found.")

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_TRANSLATED = "0064:ff9b:"
"""How IPv6 addresses begin that a network turns into IPv4 ones."""


@dataclass(frozen=True)
class Place:
    """A provider's address taken apart: whom to speak to, and below which path."""

    host: str
    port: int
    path: str
    encrypted: bool


def place_of(url: str, hosts: Iterable[str], known: Iterable[str], *, loopback: bool = False) -> Place:
    """The place at an https address whose host is one of `hosts`, or of `known` ones where `hosts` names none.

    With `loopback` it may be this very machine, by http too. Raises ProviderFault(UNREACHED).
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ProviderFault(Trouble.UNREACHED, NO_ADDRESS) from None
    path = parts.path.rstrip("/")
    odd = parts.username or parts.query or parts.fragment or not re.fullmatch(r"[!-~]*", path)
    if parts.scheme not in {"http", "https"} or not host or odd:
        raise ProviderFault(Trouble.UNREACHED, NO_ADDRESS)
    own = loopback and is_loopback(host)
    if parts.scheme != "https" and not own:
        raise ProviderFault(Trouble.UNREACHED, NOT_HTTPS)
    if not own and host not in (frozenset(hosts) or frozenset(known)):
        raise ProviderFault(Trouble.UNREACHED, NOT_LISTED)
    if not own and not _NAME.fullmatch(host):
        raise ProviderFault(Trouble.UNREACHED, INSIDE if ":" in host else NO_ADDRESS)
    encrypted = parts.scheme == "https"
    return Place(host, port or (443 if encrypted else 80), path, encrypted)


def addresses_of(place: Place, *, loopback: bool = False) -> list[str]:
    """The addresses of a host, each of them judged. Raises ProviderFault(UNREACHED) if one of them is not public."""
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ProviderFault(Trouble.UNREACHED, NOT_FOUND) from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    allowed = is_loopback if loopback and is_loopback(place.host) else is_public
    if not addresses or not all(allowed(address) for address in addresses):
        raise ProviderFault(Trouble.UNREACHED, INSIDE)
    return addresses


def is_public(address: str) -> bool:
    """Whether this is an address of the public internet, and stands for no other one."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        stands_for_another = found.ipv4_mapped or found.sixtofour or found.teredo
        if stands_for_another or found.is_site_local or found.exploded.startswith(_TRANSLATED):
            return False
    return found.is_global and not found.is_multicast


def is_loopback(host: str) -> bool:
    """Whether this names this very machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
