"""The pages on transactions: what they say, for whom, and what they ask the database."""

import html
import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.beneficiaries.models import BeneficiaryPii
from portal.core.abilities import Rule
from portal.core.enums import TransactionStatus
from portal.projects.operations.life import close_project
from portal.transactions.models import Transaction
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_beneficiary, add_project, enter_as
from tests.transactions.paying import Ground
from tests.vendors.shops import add_vendor

PENDING, APPROVED, REJECTED, FAILED = TransactionStatus


@pytest.fixture
def maker(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who makes transactions."""
    return enter_as(app.test_client(), ground.session, ground.maker)


@pytest.fixture
def approver(app: Flask, ground: Ground) -> FlaskClient:
    """The browser of who approves them."""
    return enter_as(app.test_client(), ground.session, ground.approver)


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    body = page.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


PAGES = {"": 7, "?status=FAILED&q=asha": 7, "/new": 2, "/new?project={project}&q=asha": 3, "/{made}": 2}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_takes_as_many_statements_however_much_stands_on_it(
    ground: Ground, maker: FlaskClient, path: str
) -> None:
    made = ground.made(FAILED, "10")
    url = "/transactions" + path.format(made=made, project=ground.project.uuid)
    counts = []
    for _round in range(2):
        ground.made(FAILED, "10")
        ground.session.commit()
        with statements() as asked:
            answer = maker.get(url)
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts == [PAGES[path]] * 2


def test_list_transactions_shows_rows_and_what_they_come_to(ground: Ground, maker: FlaskClient) -> None:
    ground.made(APPROVED, "500.5")
    ground.make("100")
    said = text_of(maker.get("/transactions").text)
    assert "Asha Tharu" in said
    assert "Winter Cash" in said
    assert "Inaruwa Grain Store" in said
    assert "Pending Approved NPR Pending 100.00 NPR 1 transaction Approved 500.50 NPR 1 transaction" in said
    assert "1–2 of 2" in said


def test_a_filter_is_said_in_words_and_can_be_taken_away(ground: Ground, maker: FlaskClient) -> None:
    ground.make("100")
    page = maker.get(
        f"/transactions?beneficiary={ground.asha.uuid}&status=PENDING&amount_from=50&project={ground.project.uuid}"
    ).text
    said = text_of(page)
    assert "Person: Asha Tharu" in said
    assert "Project: Winter Cash" in said
    assert "Status: Pending" in said
    assert "Amount from: 50" in said
    assert "No transaction matches" in text_of(maker.get("/transactions?amount_from=101").text)


@pytest.mark.parametrize(
    "query",
    ["amount_from=abc", "amount_from=1e400", "status=PAID", "project=1", "beneficiary=x", "created_from=31"],
)
def test_D10_a_filter_that_cannot_be_used_is_told_so(ground: Ground, maker: FlaskClient, query: str) -> None:
    answer = maker.get(f"/transactions?{query}")
    assert answer.status_code == 422
    assert "This filter cannot be used" in answer.text


def test_which_columns_are_shown_is_remembered(ground: Ground, maker: FlaskClient) -> None:
    ground.made(FAILED)
    sent = maker.post("/transactions/columns", data={"columns": ["amount", "reason", "maker"]})
    assert sent.status_code == 303
    said = text_of(maker.get("/transactions").text)
    assert "Phone was off" in said
    assert "Winter Cash" not in said.partition("Reason")[2]


def test_show_transaction_tells_its_story_with_links_to_what_the_reader_may_see(
    ground: Ground, maker: FlaskClient
) -> None:
    failed = ground.made(FAILED, "75", note="Second instalment")
    page = maker.get(f"/transactions/{failed}").text
    said = text_of(page)
    for words in (
        "Failed",
        "75.00 NPR",
        "Asha Tharu",
        "Second instalment",
        "Phone was off",
        "Approver",
        "Maker",
    ):
        assert words in said
    for address in (
        f"/beneficiaries/{ground.asha.uuid}",
        f"/projects/{ground.project.uuid}",
        f"/vendors/{ground.shop.uuid}",
    ):
        assert f'href="{address}"' in page
    again = maker.post(f"/transactions/{failed}/retry").location
    assert again
    assert f'href="/transactions/{failed}"' in maker.get(again).text
    assert f'href="{again}"' in maker.get(f"/transactions/{failed}").text


def test_C8_a_viewer_sees_no_name_and_no_phone(ground: Ground, viewer: FlaskClient) -> None:
    uuid = ground.make()
    for address in ("/transactions", f"/transactions/{uuid}"):
        page = viewer.get(address).text
        assert "A••• T•••" in page
        assert "Asha" not in page
    assert "Maker" not in viewer.get(f"/transactions/{uuid}").text


def test_C3_what_one_may_not_see_and_what_does_not_exist_answer_alike(
    ground: Ground, app: Flask, signed_in_as: SignedInAs
) -> None:
    uuid = ground.make()
    other = add_project(ground.session, "Other").uuid
    stranger = signed_in_as(Rule("manage", "Transaction", conditions={"projectId": str(other)}))
    shop = add_vendor(ground.session, "Jhumka Market", email="jhumka@example.org")
    for client in (
        stranger,
        signed_in_as(Rule("manage", "Transaction", conditions={"vendorId": str(shop.uuid)})),
    ):
        for path in ("", "/reject", "/fail"):
            mine, none = (client.get(f"/transactions/{one}{path}") for one in (uuid, uuid4()))
            assert (mine.status_code, none.status_code) == (404, 404)
            assert without_ids(mine.text) == without_ids(none.text)
        for path in ("/approve", "/reject", "/fail", "/retry"):
            assert client.post(f"/transactions/{uuid}{path}", data={"reason": "x"}).status_code == 404
    assert ground.read(uuid).status == PENDING


def without_ids(page: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16}", "", page)


def test_E3_the_maker_finds_no_button_and_is_told_why(
    ground: Ground, signed_in_as: SignedInAs, app: Flask
) -> None:
    both = signed_in_as("Admin")
    made = both.post(
        f"/transactions/new?project={ground.project.uuid}&beneficiary={ground.asha.uuid}",
        data={"vendor": str(ground.shop.uuid), "amount": "10", "currency": "NPR", "once": str(uuid4())},
    ).location
    assert made
    page = both.get(made).text
    assert "You made this transaction, so you cannot decide on it" in page
    assert f'action="{made}/approve"' not in page
    for path, data in (("/approve", {}), ("/reject", {"reason": "Mine"})):
        refused = both.post(f"{made}{path}", data=data)
        assert refused.status_code == 422
        assert "Somebody else has to" in refused.text
    assert "You made this" not in signed_in_as("Admin").get(made).text


def test_approve_transaction_once_and_who_comes_second_is_told(ground: Ground, approver: FlaskClient) -> None:
    uuid = ground.make()
    page = approver.get(f"/transactions/{uuid}").text
    assert f'action="/transactions/{uuid}/approve"' in page
    assert approver.post(f"/transactions/{uuid}/approve").status_code == 303
    second = approver.post(f"/transactions/{uuid}/approve")
    assert second.status_code == 409
    assert "was approved by now" in second.text
    assert ground.read(uuid).decided_by == ground.approver.id


def test_reject_transaction_with_a_reason(ground: Ground, approver: FlaskClient) -> None:
    uuid = ground.make()
    assert approver.get(f"/transactions/{uuid}/reject").status_code == 200
    without = approver.post(f"/transactions/{uuid}/reject", data={"reason": "  "})
    assert without.status_code == 422
    assert "Say why." in without.text
    assert approver.post(f"/transactions/{uuid}/reject", data={"reason": "Not hers"}).status_code == 303
    assert ground.read(uuid).reason == "Not hers"
    late = approver.get(f"/transactions/{uuid}/reject")
    assert "This cannot be done" in late.text


def test_fail_transaction_and_retry_it(ground: Ground, maker: FlaskClient, approver: FlaskClient) -> None:
    uuid = ground.made(APPROVED)
    assert approver.get(f"/transactions/{uuid}/fail").status_code == 403
    assert maker.post(f"/transactions/{uuid}/fail", data={"reason": ""}).status_code == 422
    assert maker.post(f"/transactions/{uuid}/fail", data={"reason": "No network"}).status_code == 303
    first = maker.post(f"/transactions/{uuid}/retry")
    again = maker.post(f"/transactions/{uuid}/retry")
    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, first.location)
    assert ground.session.query(Transaction).filter_by(retry_of=uuid).count() == 1


def test_nothing_is_offered_in_a_closed_project(
    ground: Ground, approver: FlaskClient, maker: FlaskClient
) -> None:
    uuid = ground.make()
    close_project(ground.session, ground.project.uuid, by=ground.approver.id)
    assert "/approve" not in approver.get(f"/transactions/{uuid}").text
    refused = approver.post(f"/transactions/{uuid}/approve")
    assert refused.status_code == 422
    assert "This project is closed." in refused.text
    rejected = approver.post(f"/transactions/{uuid}/reject", data={"reason": "Late"})
    assert rejected.status_code == 409
    assert "is closed" in rejected.text
    assert "Winter Cash" not in maker.get("/transactions/new").text


@pytest.fixture
def new(ground: Ground) -> str:
    """The address of the form for Asha."""
    return f"/transactions/new?project={ground.project.uuid}&beneficiary={ground.asha.uuid}"


def typed(ground: Ground, **changes: str) -> dict[str, str]:
    return {
        "vendor": str(ground.shop.uuid),
        "amount": "12.5",
        "currency": "NPR",
        "note": "",
        "once": str(uuid4()),
        **changes,
    }


def test_new_transaction_step_by_step(ground: Ground, maker: FlaskClient, new: str) -> None:
    add_beneficiary(ground.session, "Asha Elsewhere")
    first = maker.get("/transactions/new").text
    assert "Winter Cash" in first
    found = maker.get(f"/transactions/new?project={ground.project.uuid}&q=asha").text
    assert "Asha Tharu" in found
    assert "Asha Elsewhere" not in found
    assert html.escape(new) in found
    form = maker.get(new).text
    assert "Inaruwa Grain Store" in form
    sent = maker.post(new, data=typed(ground, note="March"))
    assert sent.status_code == 303
    row = ground.read(UUID(sent.location.rpartition("/")[2]))
    assert (row.created_by, row.extras, str(row.amount)) == (
        ground.maker.id,
        {"note": "March"},
        "12.50000000",
    )


def test_from_a_persons_page_only_the_project_is_asked_for(
    ground: Ground, maker: FlaskClient, new: str
) -> None:
    add_project(ground.session, "Not hers")
    page = maker.get(f"/transactions/new?beneficiary={ground.asha.uuid}").text
    assert html.escape(new) in page
    assert "Not hers" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"amount": "1,000"}, "can be read in two ways"),
        ({"amount": "0"}, "more than 0"),
        ({"amount": "-5"}, "is not an amount"),
        ({"amount": "NaN"}, "Write an amount in figures"),
        ({"amount": "1e400"}, "is not an amount"),
        ({"amount": ""}, "Fill in an amount"),
        ({"amount": "0.001"}, "at most this many decimals"),
        ({"amount": "1000.01"}, "The budget of this project is not enough"),
        ({"vendor": ""}, "Choose a vendor"),
        ({"vendor": str(uuid4())}, "Not a valid choice"),
        ({"currency": "XXX"}, "Not a valid choice"),
    ],
)
def test_D11_what_cannot_be_used_is_said_at_its_field_and_nothing_is_lost(
    ground: Ground, maker: FlaskClient, new: str, changes: dict[str, str], said: str
) -> None:
    answer = maker.post(new, data=typed(ground, note="For March", **changes))
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert "For March" in answer.text
    assert ground.session.query(Transaction).count() == 0


def test_E2_sent_twice_it_is_made_once_and_with_other_content_it_is_409(
    ground: Ground, maker: FlaskClient, new: str
) -> None:
    once = str(uuid4())
    first, second = (maker.post(new, data=typed(ground, once=once)) for _ in range(2))
    assert first.location == second.location
    other = maker.post(new, data=typed(ground, once=once, amount="13"))
    assert other.status_code == 409
    assert "sent before with other content" in other.text
    assert ground.session.query(Transaction).count() == 1


def test_C7_nobody_makes_what_their_rules_do_not_let_them_make(
    ground: Ground, signed_in_as: SignedInAs, new: str
) -> None:
    everything = [Rule("read", name) for name in ("Beneficiary", "Project", "Vendor", "Transaction")]
    small = signed_in_as(*everything, Rule("create", "Transaction", conditions={"amount": {"$lt": 100}}))
    assert small.post(new, data=typed(ground, amount="100")).status_code == 403
    assert (
        small.post(new, data=typed(ground, amount="99", status="APPROVED", decidedBy="1")).status_code == 303
    )
    assert ground.session.query(Transaction).one().status == PENDING


def test_export_transactions_holds_the_filtered_rows_and_is_on_record(
    ground: Ground, maker: FlaskClient
) -> None:
    ground.make("100", note="=1+1")
    ground.made(REJECTED, "5")
    assert (
        "1 transaction, as the list is filtered now" in maker.get("/transactions/export?status=REJECTED").text
    )
    without = maker.post("/transactions/export", data={"format": "csv", "columns": ["amount"]})
    assert without.status_code == 422
    data: dict[str, Any] = {
        "format": "csv",
        "columns": ["beneficiary", "phone", "amount", "status", "reason"],
    }
    answer = maker.post(
        "/transactions/export?status=REJECTED", data={**data, "purpose": purpose_of(maker)}, buffered=True
    )
    lines = answer.get_data(as_text=True).splitlines()
    assert lines[0].lstrip("\ufeff") == '"beneficiary","phone","amount","currency","status","reason"'
    assert lines[1:] == [f"Asha Tharu,{phone_of(ground)},5.00000000,NPR,REJECTED,Not on the list"]
    entry = ground.session.scalars(select(AuditEntry).where(AuditEntry.action == "EXPORT")).one()
    assert entry.table_name == "tbl_transactions"
    assert entry.details is not None
    assert entry.details["rows"] == 1
    data |= {"format": "xlsx", "purpose": purpose_of(maker)}
    assert maker.post("/transactions/export", data=data, buffered=True).data[:2] == b"PK"


def purpose_of(client: FlaskClient) -> str:
    """One of the purposes that the form offers."""
    found = re.search(
        r'<option value="([^"]+)"', client.get("/transactions/export").text.partition('name="purpose"')[2]
    )
    assert found
    return html.unescape(found[1])


def phone_of(ground: Ground) -> str:
    phone: str = ground.session.query(BeneficiaryPii).filter_by(beneficiary_id=ground.asha.id).one().phone
    return f"'{phone}" if phone.startswith("+") else phone


def test_tabs_lead_from_a_person_a_project_and_a_vendor_to_their_transactions(
    ground: Ground, maker: FlaskClient
) -> None:
    for address, by in (
        (f"/beneficiaries/{ground.asha.uuid}", f"beneficiary={ground.asha.uuid}"),
        (f"/projects/{ground.project.uuid}", f"project={ground.project.uuid}"),
        (f"/vendors/{ground.shop.uuid}", f"vendor={ground.shop.uuid}"),
    ):
        assert f'href="/transactions?{by}"' in maker.get(address).text
