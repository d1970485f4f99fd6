"""SMS to a real HTTP listener: what it gets, and how its answers are read."""

import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest

from portal.messages.client import sms
from portal.messages.client.parcels import Misconfigured, NotTaken, Parcel
from portal.messages.client.sms import send_sms, sms_gateway
from tests.messages.post import Gateway

UUID = uuid4()
PARCEL = Parcel(UUID, "+9779812345678", None, "तपाईंको कोड 482913 हो।")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A gateway on this machine."""
    running = Gateway()
    yield running
    running.close()


def test_an_sms_arrives_as_it_was_written_with_the_key_and_its_own_name(gateway: Gateway) -> None:
    send_sms(sms_gateway(gateway.url, "key-7f3a", "RAHAT"), PARCEL)
    [(path, headers, body)] = gateway.requests
    assert path == "/v1/send?account=7"
    assert headers["Authorization"] == "Bearer key-7f3a"
    assert headers["Idempotency-Key"] == str(UUID)
    assert headers["Content-Type"] == "application/json"
    assert body == {"to": "+9779812345678", "text": "तपाईंको कोड 482913 हो।", "from": "RAHAT"}


def test_without_key_and_sender_neither_is_sent(gateway: Gateway) -> None:
    send_sms(sms_gateway(gateway.url, None, None), PARCEL)
    [(_path, headers, body)] = gateway.requests
    assert "Authorization" not in headers
    assert "from" not in body


@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (404, True), (422, True), (401, False), (429, False), (500, False), (503, False)],
)
def test_a_gateways_no_is_lasting_or_passing(gateway: Gateway, status: int, permanent: bool) -> None:
    gateway.status = status
    with pytest.raises(NotTaken) as no:
        send_sms(sms_gateway(gateway.url, "key-7f3a", None), PARCEL)
    assert (no.value.code, no.value.permanent) == (status, permanent)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_D9_a_gateway_that_points_elsewhere_is_not_followed(gateway: Gateway, status: int) -> None:
    other = Gateway()
    gateway.status, gateway.headers = status, {"Location": other.url}
    with pytest.raises(NotTaken, match="not followed"):
        send_sms(sms_gateway(gateway.url, "key-7f3a", None), PARCEL)
    assert len(gateway.requests) == 1
    assert other.requests == []
    other.close()


def test_a_gateway_that_is_not_there_is_a_passing_no(gateway: Gateway) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(NotTaken, match="reached") as no:
        send_sms(sms_gateway(f"http://127.0.0.1:{port}/", None, None), PARCEL)
    assert not no.value.permanent


def test_a_gateway_that_never_answers_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotTaken, match="too long"):
        send_sms(sms_gateway(f"http://127.0.0.1:{silent.getsockname()[1]}/", None, None), PARCEL)


@pytest.mark.parametrize(
    "url",
    [
        "http://sms.example.org/send",
        "http://10.0.0.1/send",
        "http://169.254.169.254/",
        "http://2130706433/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "sms.example.org",
        "https://",
        "https://user:secret-9@sms.example.org/",
        "https://sms.example.org:99999/",
        "https://sms.example.org/a b",
        "https://sms.example.org/\r\nX: y",
    ],
)
def test_D9_only_https_leads_to_a_gateway_or_http_on_this_very_machine(url: str) -> None:
    with pytest.raises(Misconfigured) as wrong:
        sms_gateway(url, None, None)
    assert "PORTAL_SMS_" in str(wrong.value)
    assert "secret-9" not in str(wrong.value)
    assert sms_gateway("https://sms.example.org/send", None, None).encrypted
    assert not sms_gateway("http://127.0.0.1:8080/send", None, None).encrypted


def test_a_key_is_not_in_what_python_shows_of_a_gateway_and_holds_no_line_break() -> None:
    assert "key-7f3a" not in repr(sms_gateway("https://sms.example.org/?token=key-7f3a", "key-7f3a", None))
    with pytest.raises(Misconfigured):
        sms_gateway("https://sms.example.org/", "key\r\nX: y", None)
