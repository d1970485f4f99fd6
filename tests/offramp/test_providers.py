"""The registry of providers: forms made of what adapters declare, secrets that go in and never come out."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.core.enums import OfframpStatus
from portal.offramp.models import OfframpProvider, OfframpRequest, ProviderHealth
from tests.auth.people import statements
from tests.factories import add_user_with, enter_as
from tests.offramp.conftest import SignedInAs
from tests.offramp.filed import add_by_file, add_payout_file
from tests.offramp.kotani_process import LOOPBACK, running_kotani
from tests.offramp.requests import add_provider, add_request

pytestmark = pytest.mark.database
LIST = "/offramps/providers"
SANDBOX = {"name": "Trial", "currency": "npr", "rate": "133.5", "failures": "10", "callbacks": "y"}
KEY, SECRET = "canary-of-the-key", "canary-of-the-secret"
KOTANI = {
    "name": "Kotani",
    "baseUrl": "https://sandbox-api.kotanipay.io/api/v3",
    "apiKey": KEY,
    "currency": "KES",
    "callbackSecret": SECRET,
}


@pytest.fixture
def admin(signed_in_as: SignedInAs) -> FlaskClient:
    return signed_in_as("Admin")


def error_at(page: str, field: str) -> str:
    found = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert found, page
    return found[1]


def the_provider(session: Session) -> OfframpProvider:
    session.expire_all()
    return session.scalars(select(OfframpProvider)).one()


def edited(admin: FlaskClient, provider: OfframpProvider, **typed: str) -> tuple[int, str]:
    """What comes of saving the form of a provider as it is shown, but for what is typed."""
    url = f"{LIST}/{provider.uuid}/edit"
    page = admin.get(url).text
    shown = {
        name: value
        for tag in re.findall(r"<input[^>]*>", page)
        for name in re.findall(r' name="(\w+)"', tag)
        for value in re.findall(r' value="([^"]*)"', tag)
        if 'type="checkbox"' not in tag or " checked" in tag
    }
    answer = admin.post(url, data={**shown, **typed})
    return answer.status_code, answer.text


def test_a_provider_is_added_at_rest_by_the_form_of_its_adapter(session: Session, admin: FlaskClient) -> None:
    assert "Currency that it pays out" in admin.get(f"{LIST}/new/sandbox").text
    answer = admin.post(f"{LIST}/new/sandbox", data=SANDBOX)
    found = the_provider(session)
    assert answer.location == f"{LIST}/{found.uuid}"
    assert (found.name, found.adapter, found.is_active) == ("Trial", "SANDBOX", False)
    assert (found.config["currency"], found.config["rate"], found.config["callbacks"]) == (
        "NPR",
        "133.5",
        True,
    )
    page = admin.get(answer.location).text
    assert "133.5" in page
    assert "This provider is at rest" in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", " ", "Give the provider a name"),
        ("name", "x\0", "cannot be stored"),
        ("currency", "", "Fill this in"),
        ("currency", "XXQ", "three letters of a currency"),
        ("rate", "", "Fill this in"),
        ("rate", "0", "Write a number from"),
        ("rate", "-1", "Write a number from"),
        ("rate", "NaN", "Write a number from"),
        ("rate", "Infinity", "Write a number from"),
        ("rate", "1e400", "Write a number from"),
        ("rate", "1,000", "Write a number from"),
        ("rate", "1" * 19, "Write a number from"),
        ("failures", "101", "Write a number from 0 to 100"),
        ("seed", "x" * 2001, "Field cannot be longer"),
    ],
)
def test_D11_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    session: Session, admin: FlaskClient, field: str, value: str, said: str
) -> None:
    answer = admin.post(
        f"{LIST}/new/sandbox", data={**SANDBOX, "description": "For trying out.", field: value}
    )
    assert answer.status_code == 422
    assert said in error_at(answer.text, field)
    assert "For trying out." in answer.text
    assert session.scalar(select(func.count()).select_from(OfframpProvider)) == 0


def test_D11_figures_of_other_scripts_are_read_as_what_they_are(session: Session, admin: FlaskClient) -> None:
    admin.post(f"{LIST}/new/sandbox", data={**SANDBOX, "rate": "١٣٣٫٥"})
    assert the_provider(session).config["rate"] == "133.5"


def test_an_adapter_that_there_is_not_is_not_found(admin: FlaskClient) -> None:
    assert admin.get(f"{LIST}/new/nothing").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://sandbox-api.kotanipay.io/api",
        "https://169.254.169.254/latest",
        "https://example.org",
        "https://127.0.0.1:8000",
        "file:///etc/passwd",
        "https://sandbox-api.kotanipay.io@example.org",
    ],
)
def test_D9_a_provider_elsewhere_is_refused_at_its_address(
    session: Session, admin: FlaskClient, url: str
) -> None:
    answer = admin.post(f"{LIST}/new/kotani-pay", data={**KOTANI, "baseUrl": url})
    assert answer.status_code == 422
    assert "The provider" in error_at(answer.text, "baseUrl")
    assert KEY not in answer.text
    assert session.scalar(select(func.count()).select_from(OfframpProvider)) == 0


def test_D9_where_hosts_are_named_a_provider_elsewhere_is_refused(
    session: Session, admin: FlaskClient
) -> None:
    current_app.config["PORTAL_OFFRAMP_HOSTS"] = "relay.example.org"
    try:
        answer = admin.post(f"{LIST}/new/kotani-pay", data=KOTANI)
        allowed = admin.post(
            f"{LIST}/new/kotani-pay", data={**KOTANI, "baseUrl": "https://relay.example.org/v3"}
        )
    finally:
        del current_app.config["PORTAL_OFFRAMP_HOSTS"]
    assert "PORTAL_OFFRAMP_HOSTS names them" in error_at(answer.text, "baseUrl")
    assert allowed.status_code == 303


def test_no_two_providers_have_one_name_and_a_deleted_one_is_named(
    session: Session, admin: FlaskClient
) -> None:
    admin.post(f"{LIST}/new/sandbox", data=SANDBOX)
    again = admin.post(f"{LIST}/new/sandbox", data=SANDBOX)
    assert again.status_code == 422
    assert "a provider of this name already" in error_at(again.text, "name")
    the_provider(session).deleted_at = func.now()
    session.commit()
    assert "Restore it" in error_at(admin.post(f"{LIST}/new/sandbox", data=SANDBOX).text, "name")


def test_E2_one_form_sent_by_many_clicks_at_once_adds_one_provider(committed_app: Flask) -> None:
    clicks = 6
    with committed_app.app_context():
        keeper = add_user_with(db.session(), "keeper", "Admin")
        browsers = [enter_as(committed_app.test_client(), db.session(), keeper) for _ in range(clicks)]
    ready, once = Barrier(clicks), str(uuid4())

    def send(browser: FlaskClient) -> tuple[int, str | None]:
        ready.wait(30)
        answer = browser.post(f"{LIST}/new/sandbox", data={**SANDBOX, "once": once})
        return answer.status_code, answer.location

    with ThreadPoolExecutor(clicks) as pool:
        answers = set(pool.map(send, browsers))
    assert len(answers) == 1
    assert answers.pop()[0] == 303
    with committed_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(OfframpProvider)) == 1


@pytest.mark.parametrize("version", ["1", "", "x", "99999999999"])
def test_E5_who_comes_second_sees_what_was_saved_and_keeps_what_they_typed(
    session: Session, admin: FlaskClient, version: str
) -> None:
    found = add_provider(session, config={"rate": "100", "currency": "NPR"})
    session.commit()
    assert edited(admin, found, rate="110")[0] == 303
    status, page = edited(admin, found, rate="120", version=version)
    assert status == 409
    assert "This is what the others saved" in page
    assert "110" in page
    assert 'value="120"' in page
    assert the_provider(session).config["rate"] == "110"
    assert edited(admin, found, rate="120")[0] == 303


def test_saving_without_a_change_changes_nothing(session: Session, admin: FlaskClient) -> None:
    admin.post(f"{LIST}/new/sandbox", data=SANDBOX)
    assert edited(admin, the_provider(session))[0] == 303
    assert the_provider(session).version == 1


def test_a_provider_is_put_to_work_and_aside(session: Session, admin: FlaskClient) -> None:
    found = add_provider(session, is_active=False)
    session.commit()
    for deed, at_work in (("activate", True), ("activate", True), ("deactivate", False)):
        assert admin.post(f"{LIST}/{found.uuid}/{deed}").status_code == 303
        assert the_provider(session).is_active is at_work


def test_one_that_is_not_set_up_is_not_put_to_work(session: Session, admin: FlaskClient) -> None:
    found = add_provider(session, "Half", "KOTANI_PAY", is_active=False)
    session.commit()
    answer = admin.post(f"{LIST}/{found.uuid}/activate", follow_redirects=True)
    assert "something is missing in its settings" in answer.text
    assert not the_provider(session).is_active


@pytest.mark.parametrize("status", [OfframpStatus.PENDING, OfframpStatus.PROCESSING, OfframpStatus.FAILED])
def test_E9_a_provider_stays_while_a_request_to_it_is_open(
    session: Session, admin: FlaskClient, status: OfframpStatus
) -> None:
    found = add_provider(session)
    add_request(session, found, status=status)
    session.commit()
    assert "One request waits" in admin.get(f"{LIST}/{found.uuid}/delete").text
    answer = admin.post(f"{LIST}/{found.uuid}/delete")
    assert answer.status_code == 422
    assert "still open" in answer.text
    assert the_provider(session).deleted_at is None


def test_a_provider_whose_requests_are_over_is_deleted_and_restored_at_rest(
    session: Session, admin: FlaskClient
) -> None:
    found = add_provider(session)
    add_request(session, found, status=OfframpStatus.COMPLETED)
    ended = add_request(session, found, status=OfframpStatus.FAILED)
    session.execute(
        OfframpRequest.__table__.update()
        .where(OfframpRequest.uuid == ended.uuid)
        .values(endedAt=func.now(), endedBy=add_user_with(session, "boss", "Manager").id)
    )
    session.commit()
    assert admin.post(f"{LIST}/{found.uuid}/delete").status_code == 303
    assert admin.get(f"{LIST}/{found.uuid}").status_code == 404
    assert "Sandbox" in admin.get(f"{LIST}?state=deleted").text
    for _time in range(2):
        assert admin.post(f"{LIST}/{found.uuid}/restore").status_code == 303
    assert (the_provider(session).deleted_at, the_provider(session).is_active) == (None, False)


def test_its_connection_is_tried_out_and_what_it_said_is_kept(
    session: Session, admin: FlaskClient, instance: Path
) -> None:
    with running_kotani() as process:
        found = add_provider(session, "Kotani", "KOTANI_PAY", config=process.settings)
        session.commit()
        current_app.config.update(LOOPBACK)
        try:
            answer = admin.post(f"{LIST}/{found.uuid}/check", follow_redirects=True)
        finally:
            for name in LOOPBACK:
                current_app.config.pop(name)
        assert "It answers, and takes our key" in answer.text
        assert process.seen() == ["GET /api/v3/offramp/crypto-to-fiat/supported-chains"]
    health = session.scalars(select(ProviderHealth)).one()
    assert (health.answered_at is not None, health.failures) == (True, 0)
    log = session.scalars(select(AuditEntry).where(AuditEntry.action == "CHECK")).all()
    assert [entry.record_id for entry in log] == [str(found.uuid)]


def test_a_connection_that_does_not_come_about_is_said_so(session: Session, admin: FlaskClient) -> None:
    found = add_provider(session, "Half", "KOTANI_PAY")
    session.commit()
    answer = admin.post(f"{LIST}/{found.uuid}/check", follow_redirects=True)
    assert "something is missing in its settings" in answer.text
    assert "This provider does not answer" in answer.text
    assert session.scalars(select(ProviderHealth.failures)).one() == 1


def test_connections_are_tried_out_only_so_often(session: Session, admin: FlaskClient) -> None:
    found = add_provider(session)
    session.commit()
    answers = [admin.post(f"{LIST}/{found.uuid}/check").status_code for _time in range(11)]
    assert answers == [303] * 10 + [429]


def test_the_list_takes_as_many_statements_for_many_providers_as_for_one(
    session: Session, admin: FlaskClient
) -> None:
    counts = []
    for number in range(3):
        add_provider(session, f"Sandbox {number}")
        session.commit()
        with statements() as asked:
            assert admin.get(LIST).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[-1] <= 4


@pytest.mark.parametrize(("part", "number"), [("", 5), ("/edit", 3), ("/delete", 4), ("/payout-files", 5)])
def test_each_page_of_a_provider_takes_as_many_statements(
    session: Session, admin: FlaskClient, part: str, number: int
) -> None:
    by_file = add_by_file(session)
    add_payout_file(session, by_file)
    session.commit()
    with statements() as asked:
        assert admin.get(f"{LIST}/{by_file.uuid}{part}").status_code == 200
    assert len(asked) == number, asked
