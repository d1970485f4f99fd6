"""Signatures of callbacks: HMAC-SHA256 under a shared secret over the time, the event and the body, as it came.

The time and the event are signed along with the body: else who overheard a callback could send it again later, or as
another event. Two secrets are taken while one is exchanged for the next.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence

from portal.offramp.client.adapter import BadCallback

TIMESTAMP = "X-Offramp-Timestamp"
"""Header: seconds since 1970."""
EVENT = "X-Offramp-Event"
"""Header: the provider's name for the event; the same however often it is delivered."""
SIGNATURE = "X-Offramp-Signature"
"""Header: `sha256=` and 64 hexadecimal digits."""

LEEWAY = 300
"""Seconds by which the two clocks may differ."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_EVENT = re.compile(r"[!-~]{1,200}")


def sign(secret: str, body: bytes, at: dt.datetime, event_id: str) -> dict[str, str]:
    """The headers that go with a callback of this body."""
    timestamp = str(int(at.timestamp()))
    return {
        TIMESTAMP: timestamp,
        EVENT: event_id,
        SIGNATURE: f"sha256={_digest(secret, body, timestamp, event_id)}",
    }


def check_signature(
    secrets: Sequence[str | None], body: bytes, headers: Mapping[str, str], now: dt.datetime
) -> str:
    """The event's id. Raises BadCallback(401) for what no secret signed, and for what was signed too long ago."""
    timestamp, event_id = headers.get(TIMESTAMP) or "", headers.get(EVENT) or ""
    given = (headers.get(SIGNATURE) or "").encode("utf-8", "surrogatepass")
    if not _TIMESTAMP.fullmatch(timestamp) or not _EVENT.fullmatch(event_id):
        raise BadCallback(401, "no time or no event")
    # Each secret is tried whatever came of the one before: how long it takes tells nothing.
    matching = [
        hmac.compare_digest(f"sha256={_digest(secret, body, timestamp, event_id)}".encode(), given)
        for secret in secrets
        if secret
    ]
    if not any(matching):
        raise BadCallback(401, "not signed with a secret of ours")
    if abs(now.timestamp() - int(timestamp)) > LEEWAY:
        raise BadCallback(401, "signed at another time")
    return event_id


def _digest(secret: str, body: bytes, timestamp: str, event_id: str) -> str:
    return hmac.digest(secret.encode(), f"{timestamp}.{event_id}.".encode() + body, hashlib.sha256).hex()
