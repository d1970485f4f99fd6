"""The page of a request: what it says and for whom, how it follows what happens, and every deed that it offers."""

import io
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from portal.core.enums import OfframpStatus
from portal.offramp.models import (
    OfframpAttempt,
    OfframpEvent,
    OfframpRequest,
    OfframpTransaction,
    OfframpWork,
)
from portal.offramp.operations import proving
from portal.projects.operations.life import close_project
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import enter_as
from tests.offramp.requests import RECEIVER, SENDER, Ground, add_attempt, add_event, settle_attempt
from tests.offramp.test_list_page import text_of

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus
HASH = "0x" + "ab" * 32
POLL = re.compile(r'hx-get="([^"]+seen=[^"]+)" hx-trigger="every 2s"')


@pytest.fixture
def maker(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who makes requests."""
    return enter_as(app.test_client(), ground.session, ground.maker)


@pytest.fixture
def approver(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who lets them go."""
    return enter_as(app.test_client(), ground.session, ground.approver)


def address(request: OfframpRequest) -> str:
    return f"/offramps/{request.uuid}"


def made(ground: Ground, status: OfframpStatus = PENDING, **facts: Any) -> OfframpRequest:
    """A request in this state, committed."""
    found = ground.add(status, **facts)
    ground.session.commit()
    return found


def read(ground: Ground, request: OfframpRequest) -> OfframpRequest:
    ground.session.expire_all()
    return ground.session.get_one(OfframpRequest, request.id)


def kinds(ground: Ground, request: OfframpRequest) -> list[str]:
    wanted = (
        select(OfframpEvent.kind).where(OfframpEvent.offramp_id == request.uuid).order_by(OfframpEvent.id)
    )
    return list(ground.session.scalars(wanted))


def forget_transfer(ground: Ground, request: OfframpRequest) -> None:
    """Make it one whose tokens were not sent yet."""
    request.request_id, request.escrow_address = "request-x", SENDER
    ground.session.commit()


def test_the_page_takes_as_many_statements_however_much_was_said(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground, COMPLETED)
    page, counts = address(one), []
    for _round in range(2):
        for kind in ("SENT", "CHECKED", "CALLBACK", "COMPLETED"):
            add_event(ground.session, one, kind, by=ground.maker, status="COMPLETED")
        ground.session.commit()
        with statements() as asked:
            assert maker.get(page).status_code == 200
        counts.append(len(asked))
    assert counts == [6, 6]


def test_show_request_tells_who_gets_what_by_whom_and_all_that_was_said(
    ground: Ground, maker: FlaskClient
) -> None:
    one = made(ground, FAILED, amount="75", currency="KES", fiat_amount="9620.25", fee="48.1")
    add_event(ground.session, one, "MADE", by=ground.maker)
    said: dict[str, Any] = {
        "trouble": "UNKNOWN",
        "said": "No answer came.",
        "http": 500,
        "error": {"message": "•••"},
    }
    add_event(ground.session, one, "UNANSWERED", **said)
    add_event(ground.session, one, "CHECKED", known=False)
    ground.session.commit()
    page = maker.get(address(one)).text
    told = text_of(page)
    for words in (
        *("75 CUSD", "to Asha Tharu", "9,620.25 KES", "48.10 KES", "Sandbox", "Winter Cash", "MTN"),
        *("The number is not registered", "Maker", "Whether the provider heard of it is not known."),
        *("No answer came.", "It knows no such reference.", "message : •••", "rp-"),
    ):
        assert words in told, words
    assert RECEIVER["receiver_phone"] not in page
    for link in (f"/beneficiaries/{ground.asha.uuid}", f"/projects/{ground.project.uuid}"):
        assert f'href="{link}"' in page


def test_the_same_said_many_times_in_a_row_is_one_line(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground, PROCESSING)
    for _time in range(3):
        add_event(ground.session, one, "CHECKED", known=True, status="PROCESSING")
    add_event(ground.session, one, "CHECKED", known=True, status="COMPLETED")
    ground.session.commit()
    said = text_of(maker.get(address(one)).text)
    assert said.count("Asked the provider: Processing") == 1
    assert "3 times" in said
    assert "Asked the provider: Completed" in said


def test_the_page_follows_what_happens_until_the_request_has_come_to_an_end(
    ground: Ground, maker: FlaskClient
) -> None:
    one = made(ground)
    found = POLL.search(maker.get(address(one)).text)
    assert found
    again = found[1].replace("&amp;", "&")
    fragment = {"HX-Request": "true"}
    assert maker.get(again, headers=fragment).status_code == 204
    attempt = add_attempt(ground.session, one)
    add_event(ground.session, one, "SENT")
    ground.session.commit()
    answer = maker.get(again, headers=fragment)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Order to pay sent" in answer.text
    assert 'id="request-state" hx-swap-oob="true"' in answer.text
    assert POLL.search(answer.text)
    settle_attempt(ground.session, one, attempt, COMPLETED)
    add_event(ground.session, one, "COMPLETED")
    ground.session.commit()
    ended = maker.get(again, headers=fragment).text
    assert "Paid" in ended
    assert not POLL.search(ended)
    assert not POLL.search(maker.get(address(one)).text)


@pytest.mark.parametrize(
    ("status", "offered", "kept_back"),
    [
        (PENDING, ("check", "withdraw"), ("retry", "fail", "give-up", "release", "deposit")),
        (PROCESSING, ("check",), ("retry", "give-up", "withdraw", "fail")),
        (FAILED, ("retry", "give-up"), ("check", "withdraw", "fail")),
        (COMPLETED, ("proof",), ("check", "retry", "give-up", "withdraw", "fail", "deposit")),
    ],
)
def test_a_page_offers_what_can_be_done_and_nothing_else(
    ground: Ground,
    maker: FlaskClient,
    approver: FlaskClient,
    status: OfframpStatus,
    offered: tuple[str, ...],
    kept_back: tuple[str, ...],
) -> None:
    one = made(ground, status)
    page = maker.get(address(one)).text
    for deed in offered:
        assert f'"{address(one)}/{deed}"' in page, deed
    for deed in kept_back:
        assert f'"{address(one)}/{deed}"' not in page, deed
    others = approver.get(address(one)).text
    assert not any(f'"{address(one)}/{deed}"' in others for deed in (*offered, *kept_back))


def test_check_request_has_it_looked_after_at_once(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground, PROCESSING)
    assert maker.post(f"{address(one)}/check").status_code == 303
    assert ground.session.scalars(select(OfframpWork.offramp_id)).one() == one.uuid
    assert "To be checked now" in text_of(maker.get(address(one)).text)
    late = maker.post(f"{address(made(ground, COMPLETED))}/check")
    assert late.status_code == 409
    assert "This request was paid." in late.text


def test_retry_request_and_who_comes_second_is_told(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground, FAILED)
    assert maker.post(f"{address(one)}/retry").status_code == 303
    assert read(ground, one).status == PENDING
    second = maker.post(f"{address(one)}/retry")
    assert second.status_code == 409
    assert "This request waits to be sent." in second.text


def test_E4_fail_request_with_a_reason_and_only_when_nothing_can_be_heard(
    ground: Ground, maker: FlaskClient
) -> None:
    one = made(ground, PROCESSING)
    early = maker.get(f"{address(one)}/fail").text
    assert "The provider can still say what became of it." in early
    refused = maker.post(f"{address(one)}/fail", data={"reason": "No word since Monday"})
    assert refused.status_code == 409
    assert "No word since Monday" in refused.text
    attempt = ground.session.query(OfframpAttempt).filter_by(offramp_id=one.uuid).one()
    add_event(ground.session, one, "CHECKED", attempt=attempt, known=False)
    ground.session.commit()
    assert "It may have been paid all the same" in maker.get(f"{address(one)}/fail").text
    without = maker.post(f"{address(one)}/fail", data={"reason": "  "})
    assert without.status_code == 422
    assert "Say why." in without.text
    assert maker.post(f"{address(one)}/fail", data={"reason": "They have no record"}).status_code == 303
    found = read(ground, one)
    assert (found.status, found.failed_reason) == (FAILED, "They have no record")


def test_give_up_request_and_it_is_offered_no_more(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground, FAILED)
    assert "It is not tried again." in maker.get(f"{address(one)}/give-up").text
    assert maker.post(f"{address(one)}/give-up").status_code == 303
    assert read(ground, one).ended_at is not None
    page = maker.get(address(one)).text
    assert "Given up" in text_of(page)
    assert f'"{address(one)}/retry"' not in page
    assert "This cannot be done" in maker.get(f"{address(one)}/give-up").text
    assert maker.post(f"{address(one)}/give-up").status_code == 409


def test_withdraw_request_and_its_page_says_so(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground)
    assert maker.post(f"{address(one)}/withdraw", data={"reason": ""}).status_code == 422
    assert maker.post(f"{address(one)}/withdraw", data={"reason": "Wrong number"}).status_code == 303
    page = maker.get(address(one)).text
    said = text_of(page)
    assert "Withdrawn" in said
    assert "Wrong number" in said
    assert not POLL.search(page)
    assert "Asha Tharu" not in text_of(maker.get("/offramps").text)
    sent = made(ground, PROCESSING)
    assert maker.post(f"{address(sent)}/withdraw", data={"reason": "Late"}).status_code == 409


def test_note_deposit_takes_the_hash_of_a_transfer_once(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground)
    forget_transfer(ground, one)
    page = maker.get(address(one)).text
    assert "Waits for the tokens" in page
    assert SENDER in page.partition("callout")[2].partition("panel-head")[0]
    wrong = maker.post(f"{address(one)}/deposit", data={"tx_hash": "0x12"})
    assert wrong.status_code == 422
    assert "This is not the hash of a transfer on CELO." in wrong.text
    assert 'value="0x12"' in wrong.text
    assert maker.post(f"{address(one)}/deposit", data={"tx_hash": HASH.upper()}).status_code == 303
    assert ground.session.scalars(select(OfframpTransaction.tx_hash)).one() == HASH
    other = maker.post(f"{address(one)}/deposit", data={"tx_hash": HASH[:-2] + "cd"})
    assert other.status_code == 409
    assert "Another transfer is known" in other.text


def test_E3_release_request_by_somebody_else_than_its_maker(
    ground: Ground, maker: FlaskClient, approver: FlaskClient, app: Flask, signed_in_as: SignedInAs
) -> None:
    one = made(ground, needs_release=True)
    assert "Somebody else than its maker lets it go." in text_of(maker.get(address(one)).text)
    assert maker.post(f"{address(one)}/release").status_code == 403
    assert f'action="{address(one)}/release"' in approver.get(address(one)).text
    own = made(ground, needs_release=True, by=ground.approver)
    page = approver.get(address(own)).text
    assert "You made it" in page
    assert f'action="{address(own)}/release"' not in page
    refused = approver.post(f"{address(own)}/release")
    assert refused.status_code == 422
    assert "Somebody else has to." in refused.text
    assert approver.post(f"{address(one)}/release").status_code == 303
    assert read(ground, one).released_by == ground.approver.id
    again = approver.post(f"{address(one)}/release")
    assert again.status_code == 409


def proof_page(ground: Ground) -> tuple[OfframpRequest, str]:
    one = made(ground, COMPLETED)
    return one, f"{address(one)}/proof"


def test_attach_proof_by_words_and_file_and_save_it_again(ground: Ground, maker: FlaskClient) -> None:
    one, page = proof_page(ground)
    once = re.search(r'name="once"[^>]*value="([^"]+)"', maker.get(page).text)
    assert once
    for _time in range(2):  # sent twice, it is there once
        data = {
            "words": "The operator confirmed it",
            "once": once[1],
            "file": (io.BytesIO(b"Ref 4711, paid"), "../receipt.txt"),
        }
        assert maker.post(page, data=data).status_code == 303
    (event,) = ground.session.scalars(select(OfframpEvent).where(OfframpEvent.kind == "PROOF"))
    assert event.facts is not None
    assert event.facts["name"] == "receipt.txt"
    shown = maker.get(address(one)).text
    assert "The operator confirmed it" in shown
    assert event.facts["path"] not in shown
    saved = maker.get(f"{address(one)}/proofs/{event.uuid}")
    assert saved.data == b"Ref 4711, paid"
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert ground.session.scalars(select(AuditEntry).where(AuditEntry.action == "READ")).first()
    (proving.proofs() / event.facts["path"]).unlink()
    assert maker.get(f"{address(one)}/proofs/{event.uuid}").status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"words": "  "}, "Write what proves it, or choose a file."),
        ({"words": "x" * 2001}, "2000"),
        ({"words": "Seen", "file": (b"MZ\x90", "run.exe")}, "This kind of file is not taken"),
        ({"words": "Seen", "file": (b"not a picture", "a.png")}, "This file is not what its name says"),
        ({"words": "Seen", "file": (b"", "a.txt")}, "This file is empty"),
    ],
)
def test_D7_what_is_no_proof_is_refused_and_nothing_is_lost(
    ground: Ground, maker: FlaskClient, data: dict[str, Any], said: str
) -> None:
    one, page = proof_page(ground)
    if "file" in data:
        content, name = data["file"]
        data = {**data, "file": (io.BytesIO(content), name)}
    answer = maker.post(page, data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert data["words"].strip()[:50] in answer.text
    assert kinds(ground, one) == []


def test_C8_a_file_is_for_who_may_know_the_receiver(
    ground: Ground, maker: FlaskClient, signed_in_as: SignedInAs
) -> None:
    one, page = proof_page(ground)
    data = {"words": "", "file": (io.BytesIO(b"Paid to Asha"), "asha.txt")}
    assert maker.post(page, data=data).status_code == 303
    event = ground.session.scalars(select(OfframpEvent)).one()
    blind = signed_in_as(Rule("read", "OfframpRequest"))
    shown = blind.get(address(one)).text
    assert "A•••" in shown
    assert "Asha" not in shown
    assert "asha.txt" not in shown
    assert "Maker" not in text_of(shown)
    assert blind.get(f"{address(one)}/proofs/{event.uuid}").status_code == 404


def test_C4_what_the_rules_keep_back_is_404_and_is_not_changed(
    ground: Ground, signed_in_as: SignedInAs
) -> None:
    one = made(ground, FAILED, amount="100")
    small = {"amount": {"$lt": 50}}
    blind = signed_in_as(Rule("read", "OfframpRequest", conditions=small))
    assert blind.get(address(one)).status_code == 404
    reader = signed_in_as(Rule("read", "OfframpRequest"), Rule("update", "OfframpRequest", conditions=small))
    assert f'"{address(one)}/retry"' not in reader.get(address(one)).text
    for deed in ("retry", "check", "give-up"):
        assert reader.post(f"{address(one)}/{deed}").status_code == 404
    assert read(ground, one).status == FAILED


def test_in_a_closed_project_nothing_is_sent_again(ground: Ground, maker: FlaskClient) -> None:
    one = made(ground, FAILED)
    close_project(ground.session, ground.project.uuid, by=ground.approver.id)
    ground.session.commit()
    assert f'"{address(one)}/retry"' not in maker.get(address(one)).text
    assert maker.post(f"{address(one)}/retry").status_code == 422


def test_a_page_shows_nothing_of_a_request_like_it_that_was_looked_at_before(
    ground: Ground, maker: FlaskClient
) -> None:
    """What both have in common is drawn once; their addresses, names and amounts are each one's own."""
    one = made(ground, FAILED, amount="77", receiver_name="Aarati Before", reason="No such account")
    other = made(ground, FAILED, amount="88", receiver_name="Bimala After", reason="Line is closed")
    before, after = maker.get(address(one)).text, maker.get(address(other)).text
    for mine, theirs in (
        ("Aarati Before", "Bimala After"),
        ("No such account", "Line is closed"),
        (f"{address(one)}/retry", f"{address(other)}/retry"),
        (str(one.uuid), str(other.uuid)),
        (str(one.request_id), str(other.request_id)),
    ):
        assert (mine in before, mine in after) == (True, False)
        assert (theirs in before, theirs in after) == (False, True)
    assert str(UUID(int=0)) not in before + after
