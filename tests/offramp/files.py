"""Statements for tests: as uploading leaves them, and as the pages take them."""

import io
from collections.abc import Iterable, Sequence
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.offramp.models import OfframpProvider
from portal.offramp.statements import OfframpStatement
from portal.users.models import User
from tests.reconciliation.files import INSPECTION


def add_statement(session: Session, provider: OfframpProvider, by: User, **facts: object) -> UUID:
    """A statement that was looked at, and nothing more."""
    usual = {"file_name": "statement.csv", "file_hash": "x", "inspection": INSPECTION}
    made = OfframpStatement(**{"provider_id": provider.uuid, "created_by": by.id, **usual, **facts})
    session.add(made)
    session.flush()
    return made.uuid


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A file as providers write them."""
    lines = [",".join(header), *(",".join(map(str, row)) for row in rows)]
    return "\n".join(lines).encode()


def upload(browser: FlaskClient, provider: OfframpProvider, content: bytes) -> TestResponse:
    """Send a statement."""
    file = (io.BytesIO(content), "statement.csv")
    return browser.post("/offramps/statements", data={"provider": str(provider.uuid), "file": file})
