"""Taking what a provider tells unasked, by whichever way it comes in."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from portal.offramp.client.registry import open_adapter
from portal.offramp.models import OfframpProvider
from portal.offramp.operations.calling_back import store_callback


def receive(
    session: Session,
    config: Mapping[str, Any],
    provider: OfframpProvider,
    body: bytes,
    headers: Mapping[str, str],
    now: dt.datetime,
) -> bool:
    """Check who signed it, understand it and store it; False where this event is stored already. Commits.

    It is applied a moment later, by whoever comes first. Raises BadCallback, and ProviderFault where the provider is
    not set up.
    """
    told = open_adapter(provider, config).parse_callback(body, headers, now)
    new = store_callback(session, provider.uuid, told, body)
    session.commit()
    return new
