"""Deeds that change no row, noted by whoever stands below the audit log, which tells at start-up how it is done."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request

from portal.core.db import db

Recorder = Callable[..., None]


def keep_deeds(app: Flask, recorder: Recorder) -> None:
    """Say how a deed is written: `recorder(session, action, table_name=…, record_id=…, details=…)`."""
    app.extensions["portal_deeds"] = recorder


def note_deed(action: str, **about: Any) -> None:
    """Add an entry in the request's transaction; the view commits. Without an audit log nothing is noted."""
    recorder: Recorder | None = current_app.extensions.get("portal_deeds")
    if recorder is not None:
        recorder(db.session(), action, **about)


def note_denied(action: str | None, subject: str | None) -> None:
    """Note that the person was refused, at once: what else the request began to do is rolled back."""
    db.session.rollback()
    note_deed("DENIED", details={"action": action, "subject": subject, "endpoint": request.endpoint})
    db.session.commit()
