"""The same of what providers tell of offramps, and of the limits above which somebody else lets one go."""

import datetime as dt

from flask import current_app
from werkzeug.test import TestResponse

from portal.offramp.client.registry import open_adapter
from portal.offramp.client.sandbox import Sandbox
from portal.offramp.client.signing import sign
from tests.house.ground import Calls, Ground
from tests.offramp.requests import add_provider, add_token

LIMITS = "/offramps/release-limits"
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


def _limited(g: Ground) -> TestResponse:
    token = add_token(g.session, "LIMITED").symbol
    g.session.commit()
    return g.post(LIMITS, others="500", token=token, most="40")


CALLS: Calls = {
    "offramp.receive_callback": ("INSERT tbl_offramp_callbacks", _tell),
    "offramp.edit_limits": ("INSERT tbl_settings", _limited),
    "offramp.delete_limit": (
        "UPDATE tbl_settings",
        lambda g: (_limited(g), g.post(f"{LIMITS}/LIMITED/delete"))[1],
    ),
}
