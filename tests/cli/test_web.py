"""The web server under what the world does to it."""

import signal
import socket
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.cli.whole_program import Portal, until

pytestmark = pytest.mark.database


def web_workers(portal: Portal) -> set[psutil.Process]:
    server = portal.process("web")
    assert server
    return set(server.children())


def answered(portal: Portal) -> bool:
    """Whether a page comes to a client that tries once more, as HTTP lets clients and proxies do.

    A worker that is told to stop hangs up on connections that have not sent a byte yet. To whoever was about to
    ask on one, that is a connection closed without an answer: nothing was begun, and asking again is safe.
    """
    return portal.answers() or portal.answers()


def test_G6_no_request_fails_while_the_workers_are_replaced(portal: Portal) -> None:
    before = web_workers(portal)
    assert len(before) == 2
    server = portal.process("web")
    assert server
    with ThreadPoolExecutor(2) as pool:
        server.send_signal(signal.SIGHUP)
        failed = 0
        while before & web_workers(portal):
            failed += list(pool.map(lambda _: answered(portal), range(8))).count(False)
    assert failed == 0
    assert portal.answers()


def test_G7_two_hundred_slow_clients_do_not_keep_others_waiting(portal: Portal) -> None:
    slow = [socket.create_connection(("127.0.0.1", portal.port)) for _ in range(200)]
    try:
        for client in slow:
            client.sendall(b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nemail=")
        assert all(portal.answers() for _ in range(5))
    finally:
        for client in slow:
            client.close()


def test_G5_and_G8_while_the_database_is_gone_the_program_lives_and_says_that_it_is_not_ready(
    portal: Portal,
) -> None:
    assert (portal.status("/healthz"), portal.status("/readyz")) == (200, 200)
    keeper = portal.main
    keeper.send_signal(signal.SIGSTOP)  # nobody brings the database back for now
    worker = portal.process("worker")
    assert worker
    worker.suspend()
    portal.database().kill()
    until(lambda: portal.status("/readyz") == 503, "readiness")
    assert portal.status("/healthz") == 200
    assert portal.status("/sign-in") in (200, 503)
    worker.resume()
    keeper.send_signal(signal.SIGCONT)
    until(lambda: portal.status("/readyz") == 200, "recovery")
    assert portal.status("/sign-in") == 200
