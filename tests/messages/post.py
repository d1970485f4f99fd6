"""A mail server and an SMS gateway that really listen, and a desk that works jobs off."""

import datetime as dt
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from uuid import UUID

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from flask import Flask
from sqlalchemy.orm import Session as DbSession

from portal.core.db import db, libpq_url
from portal.jobs.queries import Run
from portal.jobs.runner import run_job
from portal.messages.operations.outbox import Address, send
from portal.messages.tasks import forget_messages, send_due

CANARY = "Your code is 482913, Sita Tharu."
SITA = Address("EMAIL", "sita.tharu@example.org")
PHONE = Address("SMS", "+9779812345678")


class Mailbox:
    """What a mail server does: keeps what it gets, and answers as it is told to."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []
        self.reached = Event()
        self.answer_at_rcpt = "250 OK"
        self.answer_at_data = "250 OK"
        self.before_answer: Callable[[], None] = lambda: None
        self.log_ins: list[LoginPassword] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.answer_at_rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_at_rcpt

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        self.mails.append(envelope)
        self.encrypted.append(session.ssl is not None)
        self.reached.set()
        self.before_answer()
        return self.answer_at_data

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: Any
    ) -> AuthResult:
        self.log_ins.append(given)
        return AuthResult(success=given.password == b"p@ss:word", handled=False)


@contextmanager
def mail_server(mailbox: Mailbox, **options: Any) -> Iterator[int]:
    """A mail server on this machine; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class Gateway:
    """An SMS gateway on this machine: what it was sent, and the status it answers with."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], Any]] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.requests.append((self.path, dict(self.headers), json.loads(body)))
                self.send_response(gateway.status)
                for name, value in gateway.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/v1/send?account=7"

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Desk:
    """An outbox over a database that commits, and somebody who works its jobs off, one after the other."""

    def __init__(self, app: Flask, mailbox: Mailbox, gateway: Gateway) -> None:
        self.app = app
        self.mailbox = mailbox
        self.gateway = gateway

    def ask(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of one statement, on a connection of its own."""
        url = libpq_url(self.app.config["SQLALCHEMY_DATABASE_URI"])
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def write(
        self,
        to: Address = SITA,
        subject: str | None = "Your code",
        body: str = CANARY,
        good_until: dt.datetime | None = None,
    ) -> UUID:
        """Write a message down, as a request does."""
        with self.app.app_context():
            uuid = send(db.session(), to, subject, body, "code", None, good_until).uuid
            db.session.commit()
            return uuid

    def work_off(self) -> int:
        """Do all jobs that wait, as a worker does; how many."""
        waiting = self.ask(
            """SELECT uuid, "queueJobId" FROM tbl_jobs WHERE state = 'QUEUED' ORDER BY "createdAt" """
        )
        for uuid, number in waiting:
            run_job(self.app, Run(uuid, number), lambda: False)
        return len(waiting)

    def look_around(self) -> None:
        """Do what a worker does every few seconds."""
        self._do(send_due)

    def forget(self) -> None:
        """Do what a worker does every minute."""
        self._do(forget_messages)

    def _do(self, upkeep: Callable[..., None]) -> None:
        with self.app.app_context(), DbSession(db.engine) as session, session.begin():
            upkeep(session, self.app.config)

    def message(self, uuid: UUID) -> dict[str, Any]:
        """The message's row."""
        return dict(self.ask("SELECT to_jsonb(m) FROM tbl_messages m WHERE uuid = %s", uuid)[0][0])

    def state(self, uuid: UUID) -> str:
        """The message's state."""
        return str(self.message(uuid)["state"])

    def let_time_pass(self, uuid: UUID) -> None:
        """The message's next attempt is due now."""
        self.ask("""UPDATE tbl_messages SET "nextAttemptAt" = now() WHERE uuid = %s""", uuid)
