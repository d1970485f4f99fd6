"""Speaking HTTP to a provider on a short leash: not for long, not for much, and not to where it leads.

What went wrong is told apart by whether the provider may have heard what was asked. Nothing of what was sent, nor of
the key, gets into a fault, a log or a traceback.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.core.errors import sentence
from portal.core.values.money import plain_amount
from portal.offramp.client.adapter import ProviderFault, Trouble
from portal.offramp.client.hosts import Place, addresses_of

CONNECTING = 5.0
"""Seconds in which a connection must come about."""
MOST_BYTES = 262_144

UNREACHED = sentence("The provider could not be reached.")
NOT_PROVEN = sentence("The provider could not prove who it is.")
BROKE_OFF = sentence("The provider broke off before it had answered.")
TOO_SLOW = sentence("The provider did not answer in time.")
TOO_LONG = sentence("The provider's answer was too long.")
NO_KEY = sentence("The provider's key holds characters that no key has.")


@dataclass(frozen=True)
class Answer:
    """What came back: the status, and the body as it came."""

    status: int
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Line:
    """How to speak to one provider."""

    place: Place
    key: str = field(repr=False)
    seconds: float
    """For all of an answer, however many pieces it comes in."""
    loopback: bool = False

    def ask(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Answer:
        """Ask once. Raises ProviderFault: UNREACHED if it cannot have heard us, UNKNOWN if it may have.

        Redirects are answers like any other: nothing is sent to where they lead.
        """
        if not self.key.isascii() or not self.key.isprintable():
            raise ProviderFault(Trouble.UNREACHED, NO_KEY)
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {self.key}",
            "User-Agent": "Rahat-Portal",
        }
        body = None
        if content is not None:
            body, headers["Content-Type"] = written(content).encode(), "application/json"
        with _within(self._connected(), self.seconds) as (connection, overdue):
            try:
                connection.request(method, self.place.path + path, body, headers)
                response = connection.getresponse()
                said = response.read(MOST_BYTES + 1)
            except (OSError, http.client.HTTPException):
                words = TOO_SLOW if overdue.is_set() else BROKE_OFF
                raise ProviderFault(Trouble.UNKNOWN, words) from None
            # A body that ends where the line was cut looks like one that is over.
            if overdue.is_set():
                raise ProviderFault(Trouble.UNKNOWN, TOO_SLOW)
            if len(said) > MOST_BYTES:
                raise ProviderFault(Trouble.UNKNOWN, TOO_LONG)
            return Answer(response.status, said)

    def _connected(self) -> http.client.HTTPConnection:
        """A connection to an address of the host that was judged, and to no other."""
        trouble = UNREACHED
        for address in addresses_of(self.place, loopback=self.loopback):
            connection = http.client.HTTPConnection(self.place.host, self.place.port, timeout=self.seconds)
            try:
                line = socket.create_connection((address, self.place.port), timeout=CONNECTING)
                if self.place.encrypted:
                    line = ssl.create_default_context().wrap_socket(line, server_hostname=self.place.host)
                line.settimeout(self.seconds)
                connection.auto_open = 0  # it would connect anew by the name, to whatever that means by then
            except ssl.SSLError:
                trouble = NOT_PROVEN
            except OSError:
                trouble = UNREACHED
            else:
                connection.sock = line
                return connection
        raise ProviderFault(Trouble.UNREACHED, trouble)


def written(content: Any) -> str:
    """JSON with amounts as exact numbers, which a float would round."""
    if isinstance(content, Mapping):
        return "{" + ", ".join(f"{json.dumps(key)}: {written(value)}" for key, value in content.items()) + "}"
    return plain_amount(content) if isinstance(content, Decimal) else json.dumps(content)


@contextmanager
def _within(
    connection: http.client.HTTPConnection, seconds: float
) -> Iterator[tuple[http.client.HTTPConnection, threading.Event]]:
    """Cut the line when the time is over: limits of a socket begin anew with each byte that comes."""
    overdue = threading.Event()
    line = connection.sock

    def cut() -> None:
        overdue.set()
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield connection, overdue
    finally:
        timer.cancel()
        connection.close()
