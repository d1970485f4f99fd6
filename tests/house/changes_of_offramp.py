"""The same of requests to turn tokens into money."""

from typing import Any

from werkzeug.test import TestResponse

from portal.core.enums import OfframpStatus
from tests.factories import add_project
from tests.house.ground import Calls, Ground
from tests.offramp.lists import approved_list
from tests.offramp.requests import (
    SENDER,
    add_attempt,
    add_event,
    add_provider,
    add_request,
    add_token,
    make_ground,
)

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


def _made(g: Ground) -> TestResponse:
    """One to somebody who is not registered, without a quote."""
    project, provider = add_project(g.session, "Cash"), add_provider(g.session)
    token = add_token(g.session).symbol
    g.session.commit()
    terms = {"provider": str(provider.uuid), "chain": "CELO", "sender_address": SENDER, "network": "MTN"}
    whom = {"phone": "+254712345678", "name": "Grace"}
    amount = {"amount": "5", "token": token, "currency": "KES", "step": "make"}
    page = f"/offramps/new?project={project.uuid}&receiver=typed"
    return g.post(page, **terms, **whom, **amount)


def _list_sent(g: Ground) -> TestResponse:
    ground = make_ground(g.session)
    found = approved_list(ground, 1)
    terms = {"provider": str(ground.provider.uuid), "chain": "CELO", "sender_address": SENDER}
    rest = {"currency": "NPR", "network": "MTN", "step": "make"}
    return g.post(f"/offramps/from-list/{found}", **terms, **rest)


def _let_go(g: Ground) -> TestResponse:
    _request(g, needs_release=True)
    return g.post("/offramps/release")


def _tried_again(g: Ground) -> TestResponse:
    _request(g, FAILED)
    return g.post("/offramps/retry")


CALLS: Calls = {
    "offramp.new_request": ("INSERT tbl_offramps", _made),
    "offramp.send_payout_list": ("SEND tbl_payout_lists", _list_sent),
    "offramp.retry_requests": ("UPDATE tbl_offramps", _tried_again),
    "offramp.release_requests": ("UPDATE tbl_offramps", _let_go),
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
    "offramp.reveal_receiver": (
        "REVEAL tbl_offramps",
        lambda g: g.post(f"{_request(g)}/reveal", purpose="Calling the person"),
    ),
    "offramp.attach_proof": (
        "INSERT tbl_offramp_events",
        lambda g: g.post(f"{_request(g, COMPLETED)}/proof", words="They confirmed it"),
    ),
}
