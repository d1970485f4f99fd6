"""The same of providers' files."""

from io import BytesIO
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from portal.payouts.models import PayoutList
from tests.factories import add_beneficiary, add_project
from tests.house.ground import Calls, Ground
from tests.payouts.lists import add_list
from tests.reconciliation.files import add_file, paid_out
from tests.vendors.shops import add_vendor


def _list(g: Ground) -> PayoutList:
    """A list that was paid out."""
    project = add_project(g.session, "Cash")
    person = add_beneficiary(g.session, projects=[project])
    found, _row = add_list(g.session, project, add_vendor(g.session, "Shop", [project]), [person], g.me)
    paid_out(g.session, found, g.asha)
    return found


def _file(g: Ground, **facts: Any) -> str:
    uuid: UUID = add_file(g.session, _list(g), g.me, **facts)
    g.session.commit()
    return f"/reconciliations/{uuid}"


def _taken(g: Ground) -> TestResponse:
    found = _list(g)
    g.session.commit()
    content = BytesIO(b"Reference,Status\nx,failed\n")
    return g.post(f"/reconciliations/of/{found.uuid}", file=(content, "result.csv"))


def _reopened(g: Ground) -> TestResponse:
    return g.post(f"{_file(g, state='CHECKING')}/reopen")


def _told(g: Ground) -> TestResponse:
    address = _file(g, state="REVIEW", counts={})
    g.sql(
        """INSERT INTO tbl_reconciliation_rows ("reconciliationId", number, said, verdict)
        VALUES (:u, 2, 'Ha', 'UNREADABLE')""",
        u=address.rpartition("/")[2],
    )
    return g.post(f"{address}/words", **{"said-0": "Ha", "word-0": "PAID"})


CALLS: Calls = {
    "reconciliation.take_provider_file": ("INSERT tbl_reconciliations", _taken),
    "reconciliation.choose_columns": ("UPDATE tbl_reconciliations", lambda g: g.post(f"{_file(g)}/columns")),
    "reconciliation.tell_meanings": ("UPDATE tbl_reconciliations", _told),
    "reconciliation.mark_rows": (
        "UPDATE tbl_reconciliations",
        lambda g: g.post(f"{_file(g, state='REVIEW', counts={})}/mark"),
    ),
    "reconciliation.reopen_file": ("UPDATE tbl_reconciliations", _reopened),
    "reconciliation.discard_file": ("DELETE tbl_reconciliations", lambda g: g.post(f"{_file(g)}/discard")),
}
