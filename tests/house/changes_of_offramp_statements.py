"""The same of providers' statements."""

import io

from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.house.ground import Calls, Ground
from tests.offramp.files import add_statement, as_csv
from tests.offramp.requests import add_provider

DAYS = {"since": "2026-11-01", "until": "2026-11-30"}


def _taken(g: Ground) -> TestResponse:
    file = (io.BytesIO(as_csv(["Reference", "Status"], [["rp-1", "paid"]])), "statement.csv")
    return g.post("/offramps/statements", provider=str(add_provider(g.session).uuid), file=file)


def _statement(g: Ground, state: str = "UPLOADED") -> str:
    """The page of a statement in this state."""
    uuid = add_statement(g.session, add_provider(g.session), g.me, state=state)
    g.session.commit()
    return f"/offramps/statements/{uuid}"


def _told(g: Ground) -> TestResponse:
    page = _statement(g, "REVIEW")
    g.session.execute(
        text(
            """INSERT INTO tbl_offramp_statement_rows ("statementId", number, said, verdict)
            VALUES (CAST(:uuid AS uuid), 2, 'dunno', 'UNREADABLE')"""
        ),
        {"uuid": page.rpartition("/")[2]},
    )
    g.session.commit()
    return g.post(f"{page}/words", **{"said-0": "dunno", "word-0": "FAILED"})


CALLS: Calls = {
    "offramp.take_statement_file": ("INSERT tbl_offramp_statements", _taken),
    "offramp.choose_statement_columns": (
        "UPDATE tbl_offramp_statements",
        lambda g: g.post(f"{_statement(g)}/columns", **DAYS),
    ),
    "offramp.tell_statement_words": ("UPDATE tbl_offramp_statements", _told),
    "offramp.apply_statement": (
        "UPDATE tbl_offramp_statements",
        lambda g: g.post(f"{_statement(g, 'REVIEW')}/apply"),
    ),
    "offramp.reopen_statement": (
        "UPDATE tbl_offramp_statements",
        lambda g: g.post(f"{_statement(g, 'APPLYING')}/reopen"),
    ),
    "offramp.discard_statement": (
        "DELETE tbl_offramp_statements",
        lambda g: g.post(f"{_statement(g)}/discard"),
    ),
}
