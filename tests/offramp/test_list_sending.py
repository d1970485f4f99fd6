"""Sending a payout list by its page, and doing the same to many requests at once."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from portal.core.abilities import Rule
from portal.core.enums import OfframpStatus
from portal.core.errors import Refusal
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.offramp.models import OfframpRequest
from portal.offramp.tasks.lists import SEND, send_list
from portal.projects.operations.life import close_project
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import enter_as
from tests.offramp.lists import approved_list
from tests.offramp.requests import SENDER, Ground, add_attempt, settle_attempt
from tests.offramp.test_list_page import text_of
from tests.offramp.test_making_page import carried

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus


@pytest.fixture
def maker(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who sends lists."""
    return enter_as(app.test_client(), ground.session, ground.maker)


@pytest.fixture
def approver(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who lets requests go."""
    return enter_as(app.test_client(), ground.session, ground.approver)


def terms(ground: Ground, **changes: str) -> dict[str, str]:
    return {
        "provider": str(ground.provider.uuid),
        "chain": "CELO",
        "sender_address": SENDER,
        "currency": "NPR",
        "network": "MTN",
        "step": "quote",
        **changes,
    }


def requests(ground: Ground) -> list[OfframpRequest]:
    ground.session.expire_all()
    return list(ground.session.scalars(select(OfframpRequest).order_by(OfframpRequest.id)))


def work_off(ground: Ground) -> None:
    """Do the job that was started, as a worker does."""
    job = ground.session.scalars(select(Job).where(Job.kind == SEND).order_by(Job.created_at.desc())).first()
    assert job is not None
    told = {name: value for name, value in job.arguments.items() if name != "link"}
    send_list(Progress(), **told)


def test_send_payout_list_says_how_many_and_who_cannot_and_sends_the_others(
    ground: Ground, maker: FlaskClient
) -> None:
    uuid = approved_list(ground, 4, lacking={1: "phone = NULL", 2: "name = ''"})
    page = f"/offramps/from-list/{uuid}"
    assert f'href="{page}"' in maker.get(f"/payouts/{uuid}").text
    said = text_of(maker.get(page).text)
    for words in ("Can be sent 2", "200 CUSD", "No phone to pay to 1", "No name of the account 1"):
        assert words in said
    shown = maker.post(page, data=terms(ground))
    assert shown.status_code == 200
    assert "200.00 NPR" in text_of(shown.text)
    assert "Send 2 payments" in text_of(shown.text)
    assert requests(ground) == []
    sent = maker.post(page, data={**carried(shown.text), "step": "make"})
    assert sent.status_code == 303
    assert "job=" in sent.location
    assert 'hx-get="/jobs/' in maker.get(sent.location).text
    work_off(ground)
    made = requests(ground)
    assert [one.payout_list_id for one in made] == [uuid, uuid]
    after = text_of(maker.get(page).text)
    assert "0 of 2 have come to an end" in after
    assert "Were sent already 2" in after


def test_the_page_follows_until_all_have_come_to_an_end(ground: Ground, maker: FlaskClient) -> None:
    uuid = approved_list(ground, 2)
    page = f"/offramps/from-list/{uuid}"
    maker.post(page, data=terms(ground, step="make"))
    work_off(ground)
    assert 'hx-trigger="every 2s"' in maker.get(page).text
    for one, status in zip(requests(ground), (COMPLETED, FAILED), strict=True):
        settle_attempt(ground.session, one, add_attempt(ground.session, one), status)
    ground.session.commit()
    fragment = maker.get(page, headers={"HX-Request": "true"}).text
    assert "<html" not in fragment
    assert 'hx-trigger="every 2s"' not in fragment
    assert "2 of 2 have come to an end" in text_of(f"<main{fragment}</main>")
    assert f'href="/offramps/retry?payout_list={uuid}&amp;status=FAILED"' in fragment


def test_a_list_that_cannot_be_sent_says_why(ground: Ground, maker: FlaskClient) -> None:
    by_hand = approved_list(ground, 1, method="HANDED_OUT")
    assert f"/offramps/from-list/{by_hand}" not in maker.get(f"/payouts/{by_hand}").text
    said = maker.get(f"/offramps/from-list/{by_hand}").text
    assert "This list is not paid by mobile money" in said
    refused = maker.post(f"/offramps/from-list/{by_hand}", data=terms(ground, step="make"))
    assert refused.status_code == 422
    in_rupees = approved_list(ground, 1, currency="NPR")
    assert "which is no token" in maker.get(f"/offramps/from-list/{in_rupees}").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sender_address": "0x1"}, "not an address on CELO"),
        ({"network": ""}, "Fill in the network"),
        ({"provider": ""}, "Choose a provider"),
    ],
)
def test_terms_that_cannot_be_used_are_told_at_their_field(
    ground: Ground, maker: FlaskClient, changes: dict[str, str], said: str
) -> None:
    page = f"/offramps/from-list/{approved_list(ground, 1)}"
    for step in ("quote", "make"):
        answer = maker.post(page, data=terms(ground, step=step, **changes))
        assert answer.status_code == 422
        assert said in answer.text
    assert requests(ground) == []


def test_C7_nobody_sends_a_list_that_their_rules_keep_from_them(
    ground: Ground, signed_in_as: SignedInAs
) -> None:
    uuid = approved_list(ground, 1)
    read = [Rule("read", name) for name in ("PayoutList", "OfframpProvider", "OfframpRequest")]
    elsewhere = Rule("create", "OfframpRequest", conditions={"projectId": str(UUID(int=1))})
    client = signed_in_as(*read, elsewhere)
    assert client.post(f"/offramps/from-list/{uuid}", data=terms(ground, step="make")).status_code == 403
    assert (
        signed_in_as(Rule("create", "OfframpRequest")).get(f"/offramps/from-list/{uuid}").status_code == 404
    )


def test_C6_a_job_sends_by_what_its_maker_may_do_by_then(ground: Ground, maker: FlaskClient) -> None:
    uuid = approved_list(ground, 1)
    maker.post(f"/offramps/from-list/{uuid}", data=terms(ground, step="make"))
    ground.session.execute(text('DELETE FROM tbl_users_roles WHERE "userId" = :u'), {"u": ground.maker.id})
    ground.session.commit()
    with pytest.raises(Refusal, match="You may not send this list"):
        work_off(ground)
    assert requests(ground) == []


def test_retry_requests_tries_again_what_failed_and_leaves_the_others(
    ground: Ground, maker: FlaskClient
) -> None:
    failed = [ground.add(FAILED, amount="10").uuid for _ in range(2)]
    ground.add(COMPLETED)
    ground.session.commit()
    page = maker.get("/offramps/retry").text
    assert "2 failed offramps are sent again" in text_of(page)
    assert "20 CUSD" in text_of(page)
    assert maker.get("/offramps/retry?status=COMPLETED").text.count("None of these can be tried again") == 1
    assert maker.get("/offramps/retry?status=NO").status_code == 422
    assert maker.post("/offramps/retry?status=NO").status_code == 422
    sent = maker.post("/offramps/retry?status=FAILED")
    assert sent.status_code == 303
    assert sent.location == "/offramps?status=FAILED"
    assert {one.uuid for one in requests(ground) if one.status == PENDING} == set(failed)


def test_C4_only_what_one_may_change_is_tried_again(ground: Ground, signed_in_as: SignedInAs) -> None:
    ground.add(FAILED, amount="10")
    ground.add(FAILED, amount="100")
    ground.session.commit()
    few = Rule("update", "OfframpRequest", conditions={"amount": {"$lt": 50}})
    client = signed_in_as(Rule("read", "OfframpRequest"), few)
    assert "1 failed offramp is sent again" in text_of(client.get("/offramps/retry").text)
    client.post("/offramps/retry")
    assert [(int(one.amount), one.status) for one in requests(ground)] == [(10, PENDING), (100, FAILED)]


def test_in_a_closed_project_none_is_tried_again(ground: Ground, maker: FlaskClient) -> None:
    ground.add(FAILED)
    close_project(ground.session, ground.project.uuid, by=ground.approver.id)
    ground.session.commit()
    assert "None of these can be tried again" in maker.get("/offramps/retry").text
    assert maker.post("/offramps/retry").status_code == 303
    assert requests(ground)[0].status == FAILED


def test_more_than_are_done_at_once_are_refused(
    ground: Ground, maker: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.offramp.queries.many.MOST", 1)
    for _ in range(2):
        ground.add(FAILED)
    ground.session.commit()
    refused = maker.post("/offramps/retry")
    assert refused.status_code == 422
    assert re.search(r"At most 1 are done at once", refused.text)


def test_E3_release_requests_lets_go_what_others_made(
    ground: Ground, maker: FlaskClient, approver: FlaskClient
) -> None:
    ground.add(needs_release=True)
    ground.add(needs_release=True, by=ground.approver)
    ground.session.commit()
    assert maker.get("/offramps/release").status_code == 403
    assert "1 offramp that somebody else made" in text_of(approver.get("/offramps/release").text)
    assert approver.post("/offramps/release").status_code == 303
    assert [one.released_by for one in requests(ground)] == [ground.approver.id, None]
    assert "None of these waits for you" in approver.get("/offramps/release").text
