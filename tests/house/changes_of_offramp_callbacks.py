"""The same of what providers tell of offramps."""

import datetime as dt

from flask import current_app
from werkzeug.test import TestResponse

from portal.offramp.client.registry import open_adapter
from portal.offramp.client.sandbox import Sandbox
from portal.offramp.client.signing import sign
from tests.house.ground import Calls, Ground
from tests.offramp.requests import add_provider

BODY = b'{"status": "PENDING", "referenceId": "rp-1"}'


def _tell(g: Ground) -> TestResponse:
    provider = add_provider(g.session)
    adapter = open_adapter(provider, current_app.config)
    assert isinstance(adapter, Sandbox)
    signed = sign(adapter.secret(), BODY, dt.datetime.now(dt.UTC), "e1")
    g.session.commit()
    return g.stranger().post(f"/offramps/callbacks/{provider.uuid}", data=BODY, headers=signed)


def tell_unsigned(g: Ground) -> TestResponse:
    """What nobody signed."""
    provider = add_provider(g.session)
    g.session.commit()
    return g.stranger().post(f"/offramps/callbacks/{provider.uuid}", data=BODY)


CALLS: Calls = {"offramp.receive_callback": ("INSERT tbl_offramp_callbacks", _tell)}
