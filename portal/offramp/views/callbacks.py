"""The door through which providers tell what became of orders: signed, stored, answered; applied a moment later."""

import datetime as dt
from uuid import UUID

from flask import Response, current_app, request

from portal.core.db import db
from portal.core.errors import NotFound
from portal.offramp.client.adapter import BadCallback, ProviderFault
from portal.offramp.client.callbacks import MOST_BYTES
from portal.offramp.queries.provider import provider_with
from portal.offramp.tasks.receiving import receive
from portal.offramp.views import bp
from portal.web.access import public
from portal.web.deeds import note_deed
from portal.web.rates import address, take

UNSIGNED_MOST, UNSIGNED_SECONDS = 60, 900
"""How many callbacks that nobody signed are answered, and put on record, from one place in a while."""


@bp.post("/callbacks/<uuid:provider_uuid>")
@public
def receive_callback(provider_uuid: UUID) -> Response:
    """Keep what a provider tells: 202 for a new event, 200 for one that is known, 401 for what it did not sign.

    Nobody is signed in here, and no form was filled: the signature over the body as it came is all that counts.
    """
    found = db.session.scalar(provider_with(provider_uuid))
    if found is None:
        raise NotFound
    if (request.content_length or 0) > MOST_BYTES:
        return _answer(413)
    body = request.get_data(cache=False)
    now = dt.datetime.now(dt.UTC)
    try:
        new = receive(db.session(), current_app.config, found, body, dict(request.headers), now)
    except BadCallback as bad:
        if bad.status == 401:
            _note_unsigned(provider_uuid)
        return _answer(bad.status)
    except ProviderFault:  # it is not set up, so nobody can say who is speaking; they may come again
        return _answer(503, {"Retry-After": "300"})
    return _answer(202 if new else 200)


def _note_unsigned(provider: UUID) -> None:
    take("offramp-callback", address(), UNSIGNED_MOST, UNSIGNED_SECONDS)
    note_deed(
        "DENIED",
        table_name="tbl_offramp_providers",
        record_id=str(provider),
        details={"endpoint": request.endpoint},
    )
    db.session.commit()


def _answer(status: int, headers: dict[str, str] | None = None) -> Response:
    return Response("", status, headers, mimetype="text/plain")
