"""A callback understood: its signature first, then what it says."""

import datetime as dt
from collections.abc import Mapping, Sequence

from portal.offramp.client.adapter import BadCallback, Told
from portal.offramp.client.answers import NotUnderstood, heart_of, name_in, object_of, report_of
from portal.offramp.client.signing import check_signature

MOST_BYTES = 65_536


def understood(
    secrets: Sequence[str | None], body: bytes, headers: Mapping[str, str], now: dt.datetime
) -> Told:
    """What a callback tells, signed with one of these secrets. Raises BadCallback: 401, or 400 for nonsense."""
    if len(body) > MOST_BYTES:
        raise BadCallback(400, "too long")
    event_id = check_signature(secrets, body, headers, now)
    try:
        content = object_of(body)
        heart = heart_of(content)
        return Told(
            event_id=event_id,
            reference_id=name_in(heart, "referenceId"),
            request_id=name_in(heart, "requestId"),
            report=report_of(content),
            tx_hash=name_in(heart, "transactionHash", "txHash"),
        )
    except NotUnderstood as why:
        raise BadCallback(400, str(why)) from None
