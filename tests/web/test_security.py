"""What a request may weigh, and what every answer tells the browser."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.database

MIB = 2**20


def test_D8_a_body_over_twenty_mebibytes_is_refused_in_a_page(client: FlaskClient) -> None:
    heavy = client.post(
        "/sign-in", data={"email": "a@example.org", "file": (BytesIO(bytes(20 * MIB)), "people.csv")}
    )
    light = client.post(
        "/sign-in", data={"email": "a@example.org", "file": (BytesIO(bytes(MIB)), "people.csv")}
    )

    assert (heavy.status_code, light.status_code) == (413, 422)
    assert "<h1" in heavy.text


def test_D8_fields_that_weigh_too_much_or_are_too_many_are_refused(client: FlaskClient) -> None:
    heavy = {"email": "a" * 500_001, "file": (BytesIO(b""), "people.csv")}
    assert client.post("/sign-in", data=heavy).status_code == 413
    # Some more than the limit: where two pieces of the body meet, Werkzeug now and then takes an empty part for
    # the end of the one before.
    many = {f"field-{n}": (BytesIO(b"x"), "f") for n in range(1_010)}
    assert client.post("/sign-in", data=many).status_code == 413


@pytest.mark.parametrize("path", ["/sign-in", "/no-such-page", "/beneficiaries", "/healthz"])
def test_D3_D4_every_answer_says_what_the_browser_may_do(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    for rule in (
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in headers


def test_D4_over_https_the_browser_is_told_to_stay_there(client: FlaskClient) -> None:
    told = client.get("/sign-in", base_url="https://portal.example.org").headers["Strict-Transport-Security"]

    assert told == "max-age=31536000; includeSubDomains"
