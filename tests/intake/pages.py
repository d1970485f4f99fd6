"""Filling in public pages as a browser without a script does: what stands in the form goes along."""

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page, by name."""
    found = {}
    for field in HIDDEN.findall(page):
        name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
        if name:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def fill_in(client: FlaskClient, address: str, **typed: str) -> TestResponse:
    """Open a form and send it."""
    return client.post(address, data={**hidden(client.get(address).text), **typed})


def keys(page: TestResponse) -> tuple[str, str]:
    """Code and PIN of a page that shows them."""
    code, pin = re.findall(r'<dd><bdi dir="ltr">([^<]+)</bdi></dd>', page.text)
    return code.replace(" ", ""), pin.replace(" ", "")


def follow(client: FlaskClient, code: str, pin: str, **more: str) -> TestResponse:
    """Ask for a case by code and PIN."""
    return fill_in(client, "/complain/status", code=code, pin=pin, **more)


def say(client: FlaskClient, page: TestResponse, what: str, **typed: str) -> TestResponse:
    """Send one of the forms on the page of a case: `words`, `accept` or `decline`."""
    carried = {name: value for name, value in hidden(page.text).items() if name in {"ticket", "shown"}}
    return client.post(f"/complain/status/{what}", data={**carried, **typed})
