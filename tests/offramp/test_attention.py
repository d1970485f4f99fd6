"""What needs attention: found once, told once to who looks after it, settled by itself or with a word why."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.places import instance_directory
from portal.core.secrets import open_sealed
from portal.messages.models import Message
from portal.offramp.models import OfframpCallback, OfframpProvider, OfframpRequest, ProviderHealth
from portal.offramp.operations.attention import raise_attention
from portal.offramp.operations.informing import tell_people
from portal.offramp.operations.watching import find_attention, set_stuck_after, settle_attention
from portal.offramp.queries.tries import standing_try
from portal.offramp.watching import OfframpAttention
from portal.users.operations.assignments import assign_role, remove_role
from tests.auth.people import statements
from tests.factories import add_project, add_user_with, enter_as
from tests.offramp.conftest import SignedInAs
from tests.offramp.requests import Ground, add_provider, settle_attempt, since

pytestmark = pytest.mark.database


def waiting(session: Session) -> list[str]:
    """The kinds of what waits for somebody."""
    session.expire_all()
    open_ones = select(OfframpAttention.kind).where(OfframpAttention.settled_at.is_(None))
    return list(session.scalars(open_ones.order_by(OfframpAttention.kind)))


def one(session: Session) -> OfframpAttention:
    session.expire_all()
    return session.scalars(select(OfframpAttention)).one()


def stuck(g: Ground, hours: int = 7) -> OfframpRequest:
    """A request that has been under way for so many hours."""
    request = g.add(OfframpStatus.PROCESSING)
    since(g.session, request, hours)
    return request


def callback(g: Ground, minutes: int, state: str = "PARKED") -> OfframpCallback:
    """A callback that came so many minutes ago."""
    found = OfframpCallback(
        provider_id=g.provider.uuid, event_id="e1", reference_id="rp-nobodys", state=state, body_hash="x"
    )
    g.session.add(found)
    g.session.flush()
    g.session.execute(
        text('UPDATE tbl_offramp_callbacks SET "receivedAt" = now() - make_interval(mins => :m)'),
        {"m": minutes},
    )
    return found


def silent(g: Ground, minutes: int = 6, failures: int = 3, provider: OfframpProvider | None = None) -> None:
    """A provider that has not answered for so many minutes, asked so many times."""
    long_ago = func.now() - timedelta(minutes=minutes)
    who = (provider or g.provider).uuid
    g.session.add(
        ProviderHealth(provider_id=who, failing_since=long_ago, failures=failures, trouble="UNREACHED")
    )
    g.session.flush()


# What is found


def test_a_request_that_is_under_way_for_too_long_is_raised_once(ground: Ground) -> None:
    stuck(ground)
    ground.add(OfframpStatus.PROCESSING)
    since(ground.session, ground.add(OfframpStatus.FAILED), 7)
    since(ground.session, ground.add(OfframpStatus.PENDING), 7)
    find_attention(ground.session)
    find_attention(ground.session)
    assert waiting(ground.session) == ["STUCK"]


def test_the_setting_says_after_how_many_hours(ground: Ground) -> None:
    stuck(ground, hours=7)
    set_stuck_after(ground.session, 8)
    find_attention(ground.session)
    assert waiting(ground.session) == []
    set_stuck_after(ground.session, 7)
    find_attention(ground.session)
    assert waiting(ground.session) == ["STUCK"]


@pytest.mark.parametrize("hours", [0, -1, 721])
def test_hours_that_make_no_sense_are_refused(session: Session, hours: int) -> None:
    with pytest.raises(Refusal, match="From 1 to 720 hours"):
        set_stuck_after(session, hours)


def test_what_is_no_longer_stuck_is_settled_by_itself(ground: Ground) -> None:
    request = stuck(ground)
    find_attention(ground.session)
    tried = standing_try(ground.session, request.uuid)
    assert tried is not None
    settle_attempt(ground.session, request, tried, OfframpStatus.COMPLETED)
    find_attention(ground.session)
    assert waiting(ground.session) == []
    assert one(ground.session).settled_by is None


def test_what_was_settled_by_hand_is_not_raised_again_while_nothing_changes(ground: Ground) -> None:
    request = stuck(ground)
    find_attention(ground.session)
    settle_attention(ground.session, one(ground.session).uuid, by=ground.maker.id, note="They look into it.")
    find_attention(ground.session)
    assert waiting(ground.session) == []
    ground.session.execute(
        text("UPDATE tbl_offramp_attention SET since = :before"),
        {"before": request.status_at - timedelta(hours=1)},
    )
    find_attention(ground.session)
    assert waiting(ground.session) == ["STUCK"]


def test_a_callback_about_nothing_of_ours_is_raised_when_it_could_have_been_matched(ground: Ground) -> None:
    callback(ground, minutes=4)
    find_attention(ground.session)
    assert waiting(ground.session) == []
    ground.session.execute(
        text("UPDATE tbl_offramp_callbacks SET \"receivedAt\" = now() - interval '6 minutes'")
    )
    find_attention(ground.session)
    find_attention(ground.session)
    assert waiting(ground.session) == ["ORPHAN"]


def test_a_callback_that_found_its_request_settles_itself(ground: Ground) -> None:
    found = callback(ground, minutes=6)
    find_attention(ground.session)
    ground.session.refresh(found)
    found.state, found.settled_at = "APPLIED", func.now()
    ground.session.flush()
    find_attention(ground.session)
    assert waiting(ground.session) == []


def test_a_provider_that_does_not_answer_is_down_until_it_does(ground: Ground) -> None:
    silent(ground)
    find_attention(ground.session)
    find_attention(ground.session)
    assert waiting(ground.session) == ["DOWN"]
    ground.session.execute(text('UPDATE tbl_offramp_health SET "failingSince" = NULL, failures = 0'))
    find_attention(ground.session)
    assert waiting(ground.session) == []


@pytest.mark.parametrize(("minutes", "failures"), [(4, 9), (9, 2)])
def test_a_moment_of_silence_is_not_yet_down(ground: Ground, minutes: int, failures: int) -> None:
    silent(ground, minutes, failures)
    find_attention(ground.session)
    assert waiting(ground.session) == []


def test_a_provider_that_is_not_active_is_not_missed(ground: Ground) -> None:
    silent(ground, provider=add_provider(ground.session, "Old", is_active=False))
    find_attention(ground.session)
    assert waiting(ground.session) == []


# Settling


def test_settling_a_stray_callback_sets_it_aside(ground: Ground) -> None:
    found = callback(ground, minutes=6)
    find_attention(ground.session)
    uuid = one(ground.session).uuid
    settle_attention(ground.session, uuid, by=ground.maker.id, note=" Somebody else's. ")
    ground.session.refresh(found)
    assert (found.state, one(ground.session).note) == ("SET_ASIDE", "Somebody else's.")
    with pytest.raises(Conflict):
        settle_attention(ground.session, uuid, by=ground.maker.id, note="Again.")
    assert one(ground.session).note == "Somebody else's."


def test_settling_asks_for_a_word_and_for_something_that_is_there(ground: Ground) -> None:
    stuck(ground)
    find_attention(ground.session)
    with pytest.raises(Refusal, match="Say what came of it") as refused:
        settle_attention(ground.session, one(ground.session).uuid, by=ground.maker.id, note="  ")
    assert refused.value.field == "note"
    with pytest.raises(NotFound):
        settle_attention(ground.session, UUID(int=0), by=ground.maker.id, note="x")


# Telling


def letters(session: Session) -> list[tuple[int | None, str | None]]:
    return [
        (message.user_id, message.subject)
        for message in session.scalars(select(Message).where(Message.purpose == "offramps-attention"))
    ]


def test_managers_are_told_once_of_all_that_is_new_and_of_nobodys_name(ground: Ground) -> None:
    for _ in range(2):
        stuck(ground)
    silent(ground)
    find_attention(ground.session)
    assert tell_people(ground.session) == 3
    assert letters(ground.session) == [(ground.maker.id, "Offramps need attention")]
    (sealed,) = ground.session.scalars(select(Message.body))
    words = open_sealed(instance_directory(), sealed or "")
    assert "3 things" in words
    assert "Stuck with the provider: 2" in words
    assert "Asha" not in words
    assert tell_people(ground.session) == 0


def test_who_was_just_written_to_is_left_in_peace_and_told_all_of_it_later(ground: Ground) -> None:
    stuck(ground)
    find_attention(ground.session)
    tell_people(ground.session)
    stuck(ground)
    silent(ground)
    find_attention(ground.session)
    assert tell_people(ground.session) == 0
    ground.session.execute(
        text(
            "UPDATE tbl_offramp_attention SET \"toldAt\" = now() - interval '11 minutes'"
            ' WHERE "toldAt" IS NOT NULL'
        )
    )
    assert tell_people(ground.session) == 2
    assert len(letters(ground.session)) == 2


def test_C2_only_who_looks_after_a_project_is_told_of_its_requests(ground: Ground) -> None:
    elsewhere = add_user_with(ground.session, "elsewhere", "Manager")
    remove_role(ground.session, elsewhere, "Manager")
    other = add_project(ground.session, "Other")
    assign_role(ground.session, elsewhere, "Manager", projects=[other.uuid])
    here = add_user_with(ground.session, "here", "Manager")
    remove_role(ground.session, here, "Manager")
    assign_role(ground.session, here, "Manager", projects=[ground.project.uuid])
    stuck(ground)
    find_attention(ground.session)
    tell_people(ground.session)
    assert {user for user, _subject in letters(ground.session)} == {ground.maker.id, here.id}


def test_administrators_are_told_where_nobody_else_looks_after_offramps(ground: Ground) -> None:
    remove_role(ground.session, ground.maker, "Manager")
    admin = add_user_with(ground.session, "admin", "Admin")
    stuck(ground)
    find_attention(ground.session)
    tell_people(ground.session)
    assert [user for user, _subject in letters(ground.session)] == [admin.id]


# Pages


def test_the_page_tells_what_it_is_about_and_how_long_it_waits(ground: Ground, manager: FlaskClient) -> None:
    request = stuck(ground)
    silent(ground)
    callback(ground, minutes=6)
    find_attention(ground.session)
    raise_attention(
        ground.session,
        "AMOUNT",
        provider=ground.provider.uuid,
        offramp=request.uuid,
        facts={"quoted": "25", "quotedCurrency": "NPR", "amountPaid": "24.5", "currency": "NPR"},
    )
    ground.session.commit()
    page = manager.get("/offramps/attention").text
    for words in (
        "Stuck with the provider",
        "No connection came about",
        "rp-nobodys",
    ):
        assert words in page
    assert re.search(r"Under way for <time[^>]*>7 hours</time>", page)
    assert re.search(r"Quoted 25.00.NPR, paid 24.50.NPR", page)
    assert "Asha" not in page
    refused = {"said": "That amount is too small to be paid out."}
    raise_attention(ground.session, "STUCK", offramp=ground.add().uuid, facts=refused)
    ground.session.commit()
    assert "will not open it: That amount is too small" in manager.get("/offramps/attention").text
    only = manager.get("/offramps/attention?kind=DOWN").text
    assert "No connection came about" in only
    assert "rp-nobodys" not in only
    assert manager.get("/offramps/attention?kind=NONE&at=x&state=y").status_code == 200


def test_it_is_settled_with_a_word_which_then_stands_beside_it(ground: Ground, manager: FlaskClient) -> None:
    stuck(ground)
    find_attention(ground.session)
    ground.session.commit()
    url = f"/offramps/attention/{one(ground.session).uuid}/settle"
    assert "Ask the provider about it" in manager.get(url).text
    refused = manager.post(url, data={"note": " "})
    assert refused.status_code == 422
    assert 'id="note-error"' in refused.text
    assert manager.post(url, data={"note": "They paid it."}).status_code == 303
    again = manager.post(url, data={"note": "Mine."})
    assert again.status_code == 409
    assert "They paid it." in again.text
    assert "Nothing needs attention" in manager.get("/offramps/attention").text
    settled = manager.get("/offramps/attention?state=settled").text
    assert "They paid it." in settled
    assert "Asha" not in settled


def test_C2_who_looks_after_other_projects_neither_sees_nor_settles_it(
    ground: Ground, app: Flask, session: Session
) -> None:
    elsewhere = add_user_with(session, "elsewhere", "Manager")
    remove_role(session, elsewhere, "Manager")
    assign_role(session, elsewhere, "Manager", projects=[add_project(session, "Other").uuid])
    stuck(ground)
    silent(ground)
    find_attention(session)
    session.commit()
    browser = enter_as(app.test_client(), session, elsewhere)
    assert "Nothing needs attention" in browser.get("/offramps/attention").text
    for uuid in session.scalars(select(OfframpAttention.uuid)).all():
        url = f"/offramps/attention/{uuid}/settle"
        assert browser.get(url).status_code == browser.post(url, data={"note": "x"}).status_code == 404
    assert len(waiting(session)) == 2


def test_C2_who_releases_requests_sees_what_is_wrong_with_them_and_settles_nothing(
    ground: Ground, signed_in_as: SignedInAs
) -> None:
    stuck(ground)
    find_attention(ground.session)
    ground.session.commit()
    browser = signed_in_as("Approver")
    page = browser.get("/offramps/attention").text
    assert "Stuck with the provider" in page
    assert "/settle" not in page
    assert browser.get(f"/offramps/attention/{one(ground.session).uuid}/settle").status_code == 403


def test_administrators_say_when_a_request_is_stuck(session: Session, signed_in_as: SignedInAs) -> None:
    admin = signed_in_as("Admin")
    assert 'value="6"' in admin.get("/offramps/attention/patience").text
    for wrong in ("", "0", "721", "many"):
        refused = admin.post("/offramps/attention/patience", data={"hours": wrong})
        assert refused.status_code == 422
        assert 'id="hours-error"' in refused.text
    assert admin.post("/offramps/attention/patience", data={"hours": "12"}).status_code == 303
    assert 'value="12"' in admin.get("/offramps/attention/patience").text


def test_the_page_takes_as_many_statements_however_much_there_is(
    ground: Ground, manager: FlaskClient
) -> None:
    counts = []
    for _ in range(2):
        stuck(ground)
        find_attention(ground.session)
        ground.session.commit()
        with statements() as asked:
            assert manager.get("/offramps/attention").status_code == 200
        counts.append(len(asked))
    assert counts == [4, 4]
