"""Sending the forms of the settings, as a browser does that opened them just now."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SETTINGS = "/grievances/settings"


def hidden(client: FlaskClient, url: str, name: str) -> str:
    """A hidden field of the form at an address."""
    page = client.get(url).get_data(as_text=True)
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page)
    assert found is not None, f"no {name} at {url}"
    return found[1]


def send(client: FlaskClient, url: str, **typed: Any) -> TestResponse:
    """What a browser sends that opened the form just now."""
    return client.post(url, data={"version": hidden(client, url, "version"), **typed})
