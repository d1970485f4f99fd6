"""What a provider would pay out, asked before somebody makes a request, and carried along by their page sealed."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from flask import current_app

from portal.core.db import db
from portal.core.secrets import SealBroken, open_sealed, seal
from portal.core.values.money import plain_amount
from portal.offramp.client.adapter import ProviderFault, Quote, Wanted
from portal.offramp.client.registry import open_adapter
from portal.offramp.models import OfframpProvider
from portal.web import rates
from portal.web.access import current_person

MOST_QUOTES, QUOTE_SECONDS = 60, 600
"""So often in so long may one person ask what would be paid out: each time a provider has to answer."""


@dataclass(frozen=True)
class Quoted:
    """What came of asking: a quote; or none, since this provider gives none; or `fault`, why it gave no answer."""

    quote: Quote | None = None
    fault: str | None = None


def ask_quote(provider: OfframpProvider, wanted: Wanted) -> Quoted:
    """Ask a provider. The transaction ends before, so that nothing waits for a provider that is slow; 429 for who asks
    without end."""
    try:
        adapter = open_adapter(provider, current_app.config)
        db.session.rollback()
        rates.take("offramp-quote", str(current_person().id), MOST_QUOTES, QUOTE_SECONDS)
        return Quoted(adapter.quote(wanted))
    except ProviderFault as fault:
        return Quoted(fault=fault.words)


def sealed_quote(quote: Quote, about: str) -> str:
    """The quote as the page carries it along. `about` is the hash of what it was asked for."""
    told = {
        "about": about,
        "currency": quote.currency,
        "amount": plain_amount(quote.fiat_amount),
        "fee": plain_amount(quote.fee),
        "id": quote.quote_id,
        "expires": quote.expires_at.isoformat() if quote.expires_at else None,
    }
    return seal(_instance(), json.dumps(told))


def opened_quote(sealed: str | None, about: str, now: dt.datetime) -> Quote | None:
    """The quote that a page carried along; None where it was for something else, or does not hold any more."""
    try:
        told = json.loads(open_sealed(_instance(), sealed or ""))
    except (SealBroken, ValueError):
        return None
    expires = dt.datetime.fromisoformat(told["expires"]) if told["expires"] else None
    if told["about"] != about or (expires is not None and expires <= now):
        return None
    return Quote(told["currency"], Decimal(told["amount"]), Decimal(told["fee"]), told["id"], expires)


def _instance() -> Path:
    found: Path = current_app.config["PORTAL_INSTANCE"]
    return found
