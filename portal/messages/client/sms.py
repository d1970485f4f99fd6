"""SMS by an HTTP gateway: one POST with JSON, as most providers take it or a small relay translates it."""

import http.client
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from portal.messages.client.mail import is_this_machine
from portal.messages.client.parcels import Misconfigured, NotTaken, Parcel

TIMEOUT = 20.0
"""Seconds to connect, and seconds between two pieces of the answer."""
LONGEST_ANSWER = 65_536


@dataclass(frozen=True)
class SmsGateway:
    """Where SMS are handed over. `key` proves who we are, `sender` is the name or number they come from."""

    encrypted: bool
    host: str
    port: int | None
    path: str = field(repr=False)
    key: str | None = field(repr=False)
    sender: str | None


def sms_gateway(url: str, key: str | None, sender: str | None) -> SmsGateway:
    """The gateway at an https address; plain http only on this very machine. Raises Misconfigured for others."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misconfigured("PORTAL_SMS_URL is not an address.") from error
    if not parts.hostname or parts.username:
        raise Misconfigured("PORTAL_SMS_URL must name a host; the key goes into PORTAL_SMS_KEY.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(parts.hostname)):
        raise Misconfigured("PORTAL_SMS_URL must begin with https://.")
    if key is not None and (not key.isascii() or not key.isprintable()):
        raise Misconfigured("PORTAL_SMS_KEY holds characters that no key has.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or not path.isprintable() or " " in path:
        raise Misconfigured("PORTAL_SMS_URL is not an address.")
    return SmsGateway(parts.scheme == "https", parts.hostname, port, path, key, sender)


def send_sms(gateway: SmsGateway, parcel: Parcel) -> None:
    """Hand an SMS over: `{"to", "text", "from"}`, the key as Bearer, the message's uuid as Idempotency-Key.

    Raises NotTaken. Redirects are not followed.
    """
    content = {"to": parcel.to, "text": parcel.body}
    if gateway.sender:
        content["from"] = gateway.sender
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": str(parcel.uuid),
    }
    if gateway.key:
        headers["Authorization"] = f"Bearer {gateway.key}"
    kind = http.client.HTTPSConnection if gateway.encrypted else http.client.HTTPConnection
    connection = kind(gateway.host, gateway.port, timeout=TIMEOUT)
    try:
        connection.request("POST", gateway.path, json.dumps(content).encode(), headers)
        answer = connection.getresponse()
        status = answer.status
        answer.read(LONGEST_ANSWER)
    except TimeoutError:
        raise NotTaken("The SMS gateway took too long.") from None
    except (OSError, http.client.HTTPException):
        raise NotTaken("The SMS gateway could not be reached, or broke off.") from None
    finally:
        connection.close()
    _judge(status)


def _judge(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotTaken(
            "The SMS gateway points elsewhere, which is not followed. Correct PORTAL_SMS_URL.", status
        )
    if status in {401, 403, 407}:
        raise NotTaken("The SMS gateway does not accept the portal's key.", status)
    if status in {408, 425, 429} or status >= 500:
        raise NotTaken("The SMS gateway cannot take messages just now.", status)
    raise NotTaken("The SMS gateway refuses this message.", status, permanent=True)
