"""The same of requests to turn tokens into money."""

from typing import Any

from werkzeug.test import TestResponse

from portal.core.enums import OfframpStatus
from tests.factories import add_project
from tests.house.ground import Calls, Ground
from tests.offramp.requests import SENDER, add_attempt, add_event, add_provider, add_request

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus


def _request(g: Ground, status: OfframpStatus = PENDING, **facts: Any) -> str:
    """The address of a request of somebody else's in this state."""
    project, provider = add_project(g.session, "Cash"), add_provider(g.session)
    found = add_request(g.session, provider, project, status, by=g.asha, **facts)
    g.session.commit()
    return f"/offramps/{found.uuid}"


def _failed_by_hand(g: Ground) -> TestResponse:
    """One of which the provider says that it knows no such reference."""
    found = add_request(g.session, add_provider(g.session), add_project(g.session, "Cash"), by=g.asha)
    add_event(g.session, found, "CHECKED", attempt=add_attempt(g.session, found), known=False)
    g.session.commit()
    return g.post(f"/offramps/{found.uuid}/fail", reason="They have no record")


CALLS: Calls = {
    "offramp.choose_columns": (
        "UPDATE tbl_users",
        lambda g: g.post("/offramps/columns", columns=["amount", "status"]),
    ),
    "offramp.download_requests": (
        "EXPORT tbl_offramps",
        lambda g: g.post("/offramps/export", format="csv", columns=["amount"], purpose="Reporting"),
    ),
    "offramp.check_request": (
        "INSERT tbl_offramp_events",
        lambda g: g.post(f"{_request(g, PROCESSING)}/check"),
    ),
    "offramp.retry_request": ("UPDATE tbl_offramps", lambda g: g.post(f"{_request(g, FAILED)}/retry")),
    "offramp.release_request": (
        "UPDATE tbl_offramps",
        lambda g: g.post(f"{_request(g, needs_release=True)}/release"),
    ),
    "offramp.note_deposit": (
        "INSERT tbl_offramp_transactions",
        lambda g: g.post(
            f"{_request(g, request_id='r-1', escrow_address=SENDER)}/deposit", tx_hash="0x" + "ab" * 32
        ),
    ),
    "offramp.withdraw_request": (
        "UPDATE tbl_offramps",
        lambda g: g.post(f"{_request(g)}/withdraw", reason="Wrong number"),
    ),
    "offramp.fail_request": ("UPDATE tbl_offramps", _failed_by_hand),
    "offramp.give_up_request": ("UPDATE tbl_offramps", lambda g: g.post(f"{_request(g, FAILED)}/give-up")),
    "offramp.attach_proof": (
        "INSERT tbl_offramp_events",
        lambda g: g.post(f"{_request(g, COMPLETED)}/proof", words="They confirmed it"),
    ),
}
