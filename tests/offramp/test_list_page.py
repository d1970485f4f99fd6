"""The pages of the list: what they say, for whom, what they ask the database, and the file that is made of it."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.core.abilities import Rule
from portal.core.enums import OfframpStatus
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import enter_as
from tests.offramp.requests import RECEIVER, Ground, since

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus
LIST = "/offramps"


@pytest.fixture
def maker(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who makes requests."""
    return enter_as(app.test_client(), ground.session, ground.maker)


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    body = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("query", ["", "?status=FAILED&q=asha", "?stuck=3"])
def test_a_page_of_the_list_takes_as_many_statements_however_much_stands_on_it(
    ground: Ground, maker: FlaskClient, query: str
) -> None:
    counts = []
    for _round in range(2):
        ground.add(FAILED)
        since(ground.session, ground.add(PROCESSING), 5)
        ground.session.commit()
        with statements() as asked:
            answer = maker.get(f"{LIST}{query}")
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts == [8, 8]


def test_list_requests_shows_rows_and_what_they_come_to(ground: Ground, maker: FlaskClient) -> None:
    ground.add(COMPLETED, amount="500.5")
    ground.add(amount="100")
    said = text_of(maker.get(LIST).text)
    for words in ("Asha Tharu", "Winter Cash", "Sandbox", "1–2 of 2"):
        assert words in said
    assert "Pending Completed CUSD Pending 100 CUSD 1 offramp Completed 500.5 CUSD 1 offramp" in said


def test_a_filter_is_said_in_words_and_can_be_taken_away(ground: Ground, maker: FlaskClient) -> None:
    ground.add(amount="100")
    ground.session.commit()
    query = f"beneficiary={ground.asha.uuid}&status=PENDING&provider={ground.provider.uuid}&chain=CELO"
    said = text_of(maker.get(f"{LIST}?{query}").text)
    for words in ("Person: Asha Tharu", "Status: Pending", "Provider: Sandbox", "Chain: CELO"):
        assert words in said
    assert "No offramp matches" in text_of(maker.get(f"{LIST}?amount_from=101").text)
    assert "No offramps yet" not in text_of(maker.get(f"{LIST}?amount_from=101").text)


@pytest.mark.parametrize(
    "query",
    [
        *("amount_from=abc", "amount_from=1e400", "status=PAID", "project=1", "beneficiary=x"),
        *("created_from=31", "created_to=9999-12-31", "stuck=x", "stuck=0", "stuck=99999999999999999999"),
        *("chain=Elsewhere", "payout_list=1"),
    ],
)
def test_D10_a_filter_that_cannot_be_used_is_told_so(ground: Ground, maker: FlaskClient, query: str) -> None:
    answer = maker.get(f"{LIST}?{query}")
    assert answer.status_code == 422
    assert "This filter cannot be used" in answer.text


def test_which_columns_are_shown_is_remembered(ground: Ground, maker: FlaskClient) -> None:
    ground.add(FAILED)
    sent = maker.post(f"{LIST}/columns", data={"columns": ["amount", "reason", "maker"]})
    assert sent.status_code == 303
    said = text_of(maker.get(LIST).text)
    assert "The number is not registered" in said
    assert "Winter Cash" not in said.partition("Why it failed")[2].partition("Columns")[2]


def test_tabs_lead_from_a_person_and_a_project_to_what_is_sent_for_them(
    ground: Ground, maker: FlaskClient
) -> None:
    for address, by in (
        (f"/beneficiaries/{ground.asha.uuid}", f"beneficiary={ground.asha.uuid}"),
        (f"/projects/{ground.project.uuid}", f"project={ground.project.uuid}"),
    ):
        assert f'href="{LIST}?{by}"' in maker.get(address).text


def purpose_of(client: FlaskClient) -> str:
    """One of the purposes that the form offers."""
    page = client.get(f"{LIST}/export").text
    found = re.search(r'<option value="([^"]+)"', page.partition('name="purpose"')[2])
    assert found
    return html.unescape(found[1])


def test_export_requests_holds_the_filtered_rows_and_is_on_record(ground: Ground, maker: FlaskClient) -> None:
    ground.add(amount="100")
    ground.add(FAILED, amount="5", reason="=1+1", currency="KES", fiat_amount="640.5", fee="1.25")
    ground.session.commit()
    assert "1 offramp, as the list is filtered now" in maker.get(f"{LIST}/export?status=FAILED").text
    without = maker.post(f"{LIST}/export", data={"format": "csv", "columns": ["amount"]})
    assert without.status_code == 422
    data: dict[str, Any] = {
        "format": "csv",
        "columns": ["receiver", "phone", "amount", "status", "pays", "fee", "reason"],
    }
    answer = maker.post(
        f"{LIST}/export?status=FAILED", data={**data, "purpose": purpose_of(maker)}, buffered=True
    )
    lines = answer.get_data(as_text=True).splitlines()
    header = ("receiver", "phone", "amount", "token", "status", "pays", "currency", "fee", "reason")
    assert lines[0].lstrip("\ufeff") == ",".join(f'"{name}"' for name in header)
    phone = RECEIVER["receiver_phone"]
    assert lines[1:] == [f"Asha Tharu,'{phone},5.00000000,CUSD,FAILED,640.50000000,KES,1.25000000,'=1+1"]
    entry = ground.session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT")).one()
    assert entry.table_name == "tbl_offramps"
    assert entry.details is not None
    assert entry.details["rows"] == 1
    data |= {"format": "xlsx", "purpose": purpose_of(maker)}
    assert maker.post(f"{LIST}/export", data=data, buffered=True).data[:2] == b"PK"


def test_C8_a_file_for_who_may_not_read_personal_data_names_nobody(
    ground: Ground, signed_in_as: SignedInAs
) -> None:
    ground.add(amount="5")
    ground.session.commit()
    elsewhere = Rule("read", "BeneficiaryPii", conditions={"projectId": {"$in": []}})
    rules = (Rule("read", "OfframpRequest"), Rule("export", "OfframpRequest"))
    blind = signed_in_as(*rules)
    assert 'value="receiver"' not in blind.get(f"{LIST}/export").text
    data = {"format": "csv", "columns": ["receiver", "phone", "amount"], "purpose": purpose_of(blind)}
    assert blind.post(f"{LIST}/export", data=data, buffered=True).status_code == 422
    limited = signed_in_as(*rules, elsewhere)
    data["purpose"] = purpose_of(limited)
    sent = limited.post(f"{LIST}/export", data=data, buffered=True)
    assert sent.status_code == 200
    assert sent.get_data(as_text=True).splitlines()[1:] == [",,5.00000000,CUSD"]


def test_C4_only_what_the_reader_may_export_leaves(ground: Ground, signed_in_as: SignedInAs) -> None:
    ground.add(amount="5")
    ground.add(amount="50")
    ground.session.commit()
    small = Rule("export", "OfframpRequest", conditions={"amount": {"$lt": 10}})
    client = signed_in_as(Rule("read", "OfframpRequest"), small)
    assert "1 offramp, as the list is filtered now" in client.get(f"{LIST}/export").text
    data = {"format": "csv", "columns": ["amount"], "purpose": purpose_of(client)}
    sent = client.post(f"{LIST}/export", data=data, buffered=True).get_data(as_text=True)
    assert sent.splitlines()[1:] == ["5.00000000,CUSD"]
