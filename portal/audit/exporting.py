"""A list as a file: what it is for is on record before the first byte leaves, and nobody takes more than they may."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response

from portal.audit import budget, purposes
from portal.audit.deeds import EXPORT
from portal.audit.forms import FileForm
from portal.audit.operations import record
from portal.core.db import db
from portal.users.operations.exports import check_export_size
from portal.web.access import current_person
from portal.web.downloads import ask_to_wait, send, take_turn

CONTENT = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Kind of file → what it says it holds."""


@dataclass(frozen=True)
class Leaving:
    """What is about to leave: `rows` of a list of `subject`, of the table or of one `record` of it.

    `action` on the subject is what the reader's roles may be limited in; `name` is the file's, without its ending;
    `about` names the kind of purpose that is offered again next time; `day` stands in the file's name, else today does.
    """

    table: str
    subject: str
    rows: int
    name: str
    record_id: str | None = None
    action: str = "export"
    about: str = "export"
    day: dt.date | None = None
    columns: Sequence[str] | None = None
    narrowed_by: Iterable[str] | None = None

    def details(self, form: FileForm) -> dict[str, Any]:
        """What goes on record of it."""
        told: dict[str, Any] = {"rows": self.rows, "purpose": form.said, "format": form.format.data}
        if self.columns is not None:
            told["columns"] = list(self.columns)
        if self.narrowed_by is not None:
            told["narrowed_by"] = sorted(self.narrowed_by)
        return told


def hand_over(form: FileForm, leaving: Leaving, write: Callable[[str], Iterator[bytes]]) -> Response:
    """The file, sent while `write` (told which kind of file is wanted) reads it; 503 while another one is being sent.

    Commits. Raises Refusal where the reader's roles allow fewer rows in one file, and 429 above their budget.
    """
    session, person = db.session(), current_person()
    check_export_size(session, person.id, leaving.action, leaving.subject, leaving.rows)
    budget.EXPORTS.take()
    turn = take_turn()
    if turn is None:
        return ask_to_wait()
    record(
        session,
        EXPORT,
        table_name=leaving.table,
        record_id=leaving.record_id,
        details=leaving.details(form),
        words=form.own_words,
    )
    purposes.remember(form, leaving.about)
    session.commit()
    kind = form.format.data
    day = leaving.day or dt.datetime.now(dt.UTC).date()
    return send(turn, write(kind), CONTENT[kind], f"{leaving.name}-{day:%Y-%m-%d}.{kind}")
