"""A desk with a mail server and an SMS gateway behind it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.messages.post import Desk, Gateway, Mailbox, mail_server


@pytest.fixture
def desk(committed_app: Flask) -> Iterator[Desk]:
    """An outbox whose mail server and gateway run on this machine."""
    mailbox, gateway = Mailbox(), Gateway()
    with mail_server(mailbox) as port:
        committed_app.config.update(
            PORTAL_SMTP_URL=f"smtp://127.0.0.1:{port}",
            PORTAL_MAIL_FROM="Rahat Portal <no-reply@portal.example>",
            PORTAL_SMS_URL=gateway.url,
            PORTAL_SMS_KEY="key-7f3a",
            PORTAL_SMS_FROM="RAHAT",
        )
        yield Desk(committed_app, mailbox, gateway)
    gateway.close()
