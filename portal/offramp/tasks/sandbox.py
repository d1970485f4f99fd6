"""The Sandbox's own time: settling what is due in its books, and calling back as a provider does."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy.orm import Session

from portal.core.db import db
from portal.jobs.tasks import every
from portal.offramp.client.adapter import ProviderFault
from portal.offramp.client.registry import open_adapter
from portal.offramp.client.sandbox import Sandbox
from portal.offramp.models import OfframpProvider
from portal.offramp.queries.sandbox import sandboxes_with_work
from portal.offramp.tasks.receiving import receive

log = structlog.get_logger()


@every(1, "offramp.sandbox")
def run_sandboxes(session: Session, config: Mapping[str, Any]) -> None:
    """Settle what is due, and tell of it; what is cut off in between is told again, and counts once."""
    for provider in sandboxes_with_work(session):
        try:
            adapter = open_adapter(provider, config)
        except ProviderFault as fault:
            log.warning("sandbox_not_set_up", provider=str(provider.uuid), why=fault.words)
            continue
        if isinstance(adapter, Sandbox):
            _run(provider, adapter, config)


def _run(provider: OfframpProvider, sandbox: Sandbox, config: Mapping[str, Any]) -> None:
    sandbox.settle_due()
    now = dt.datetime.now(dt.UTC)
    for callback in sandbox.callbacks_due(now):
        with Session(db.engine) as own:
            receive(own, config, provider, callback.body, callback.headers, now)
        sandbox.note_called_back(callback.reference_id)
