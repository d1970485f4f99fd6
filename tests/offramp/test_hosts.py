"""Where adapters may speak, and where not, however it is written."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from portal.offramp.client.adapter import ProviderFault, Trouble
from portal.offramp.client.hosts import (
    INSIDE,
    NO_ADDRESS,
    NOT_HTTPS,
    NOT_LISTED,
    Place,
    addresses_of,
    is_public,
    place_of,
)
from portal.offramp.client.leash import MOST_BYTES, TOO_LONG, TOO_SLOW, Line, written
from portal.offramp.client.setup import allowed_hosts

KNOWN = ("api.kotanipay.com",)


def refusal_of(url: str, *, hosts: tuple[str, ...] = (), loopback: bool = False) -> str:
    with pytest.raises(ProviderFault) as fault:
        addresses_of(place_of(url, hosts, KNOWN, loopback=loopback), loopback=loopback)
    assert fault.value.trouble is Trouble.UNREACHED
    return fault.value.words


def test_D9_a_known_host_is_spoken_to_by_https() -> None:
    place = place_of("https://API.kotanipay.com/api/v3/", (), KNOWN)
    assert place == Place("api.kotanipay.com", 443, "/api/v3", encrypted=True)


def test_D9_where_hosts_are_named_no_other_is_spoken_to_not_even_a_known_one() -> None:
    hosts = tuple(allowed_hosts({"PORTAL_OFFRAMP_HOSTS": "pay.example.org, relay.example.org."}))
    assert place_of("https://relay.example.org", hosts, KNOWN).host == "relay.example.org"
    assert refusal_of("https://api.kotanipay.com", hosts=hosts) == NOT_LISTED


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://api.kotanipay.com/api", NOT_HTTPS),
        ("ftp://api.kotanipay.com", NO_ADDRESS),
        ("//api.kotanipay.com", NO_ADDRESS),
        ("https://user:word@api.kotanipay.com", NO_ADDRESS),
        ("https://api.kotanipay.com/api?to=else", NO_ADDRESS),
        ("https://api.kotanipay.com/a b", NO_ADDRESS),
        ("https://api.kotanipay.com:99999", NO_ADDRESS),
        ("https://[api.kotanipay.com", NO_ADDRESS),
        ("https://example.org", NOT_LISTED),
        ("https://api.kotanipay.com.example.org", NOT_LISTED),
        ("https://api.kotanipay.com@example.org", NO_ADDRESS),
        ("https://127.0.0.1", NOT_LISTED),
        ("", NO_ADDRESS),
    ],
)
def test_D9_any_other_address_is_refused(url: str, words: str) -> None:
    assert refusal_of(url) == words


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "localhost",
        "169.254.169.254",
        "2852039166",
        "10.0.0.8",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
    ],
)
def test_D9_an_address_inside_is_refused_even_if_somebody_lists_it(host: str) -> None:
    assert refusal_of(f"https://{host}", hosts=(host.strip("[]"),)) == INSIDE


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_D9_a_public_address_is_one(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "224.0.0.1",
        "255.255.255.255",
        "ff02::1",
        "nowhere",
        "::ffff:8.8.8.8",
        "2002:808:808::1",
        "2001:0:808:808::1",
        "64:ff9b::808:808",
    ],
)
def test_D9_what_is_nobodys_address_or_stands_for_another_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_D9_one_address_inside_among_public_ones_is_enough_to_refuse_a_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolving("8.8.8.8", "10.0.0.8"))
    assert refusal_of("https://api.kotanipay.com") == INSIDE


def test_D9_a_name_is_resolved_once_and_the_connection_goes_to_the_address_that_was_judged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolve, asked = socket.getaddrinfo, []

    def counting(host: Any, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        return resolve(host, *rest, **more)

    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as port:
        place = place_of(f"http://localhost:{port}", (), (), loopback=True)
        monkeypatch.setattr(socket, "getaddrinfo", counting)
        assert Line(place, "key", 2.0, loopback=True).ask("GET", "/").body == b"{}"
    assert asked.count("localhost") == 1
    assert set(asked) <= {"localhost", "127.0.0.1", "::1"}


def test_D9_this_machine_is_spoken_to_only_where_tests_allow_it() -> None:
    assert place_of("http://127.0.0.1:8000/x", (), KNOWN, loopback=True).port == 8000
    assert refusal_of("http://127.0.0.1:8000/x") == NOT_HTTPS
    assert refusal_of("http://10.0.0.1/x", loopback=True) == NOT_HTTPS


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_D9_a_redirect_is_not_followed(status: int) -> None:
    seen: list[bytes] = []
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", seen) as elsewhere:
        head = f"HTTP/1.1 {status} Elsewhere\r\nLocation: http://127.0.0.1:{elsewhere}/\r\nContent-Length: 0\r\n\r\n"
        with answering(head.encode()) as port:
            assert line_to(port).ask("POST", "/offramp", {}).status == status
    assert seen == []


def test_an_answer_that_is_too_long_is_cut_off() -> None:
    long = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (MOST_BYTES + 10)
    with answering(long) as port, pytest.raises(ProviderFault) as fault:
        line_to(port).ask("GET", "/")
    assert (fault.value.trouble, fault.value.words) == (Trouble.UNKNOWN, TOO_LONG)


@pytest.mark.parametrize("slowly", [b"HTTP/1.1 200 OK\r\nX-A: b", b"HTTP/1.1 200 OK\r\n\r\n{"])
def test_an_answer_that_comes_byte_by_byte_is_given_up_in_time(slowly: bytes) -> None:
    with answering(slowly, drip=True) as port, pytest.raises(ProviderFault) as fault:
        line_to(port, 0.5).ask("GET", "/")
    assert (fault.value.trouble, fault.value.words) == (Trouble.UNKNOWN, TOO_SLOW)


def test_a_certificate_that_is_none_is_not_believed() -> None:
    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as port:
        place = place_of(f"https://127.0.0.1:{port}", (), (), loopback=True)
        with pytest.raises(ProviderFault) as fault:
            Line(place, "key", 2.0, loopback=True).ask("GET", "/")
    assert fault.value.trouble is Trouble.UNREACHED


def test_a_key_that_would_break_out_of_its_header_is_not_sent() -> None:
    with pytest.raises(ProviderFault) as fault:
        Line(Place("127.0.0.1", 9, "", encrypted=False), "key\r\nX: y", 1.0, loopback=True).ask("GET", "/")
    assert fault.value.trouble is Trouble.UNREACHED
    assert "X: y" not in str(fault.value)


def test_D11_amounts_are_written_as_numbers_to_their_last_digit() -> None:
    content = {
        "a": Decimal("12345678901234567890.12345678"),
        "b": {"c": Decimal("1E+3")},
        "d": "é",
        "e": None,
    }
    assert (
        written(content)
        == '{"a": 12345678901234567890.12345678, "b": {"c": 1000}, "d": "\\u00e9", "e": null}'
    )


def line_to(port: int, seconds: float = 2.0) -> Line:
    return Line(Place("127.0.0.1", port, "", encrypted=False), "key", seconds, loopback=True)


def _resolving(*addresses: str) -> Any:
    return lambda host, port, **_more: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses
    ]


@contextmanager
def answering(answer: bytes, seen: list[bytes] | None = None, *, drip: bool = False) -> Iterator[int]:
    """A server that says one thing to everybody; the port it listens on. With `drip` it goes on for ever."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                line, _address = listening.accept()
            except OSError:
                return
            with line:
                asked = line.recv(65536)
                if seen is not None:
                    seen.append(asked)
                try:
                    line.sendall(answer)
                    while drip and not over.is_set():
                        line.sendall(b"a")
                        time.sleep(0.05)
                except OSError:
                    continue

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    try:
        yield listening.getsockname()[1]
    finally:
        over.set()
        listening.close()
