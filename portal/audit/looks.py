"""Looking at a person's data, put on record: who looked at what, of how many people, and on which page."""

from collections.abc import Iterable

from flask import request

from portal.audit.deeds import READ
from portal.audit.operations import record
from portal.core.db import db


def note_look(table_name: str, record_id: str, fields: Iterable[str]) -> None:
    """Note that one person's `fields` are shown in this answer; call it before that leaves, and commit.

    Nobody is asked what for, since these are shown to all who may read them: the page, named by its endpoint, says
    what they were doing. What is hidden from readers too is shown for a purpose (`REVEAL`).
    """
    details = {"rows": 1, "fields": list(fields), "endpoint": request.endpoint}
    record(db.session(), READ, table_name=table_name, record_id=record_id, details=details)
