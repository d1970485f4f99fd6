"""What staff see of a vendor's money: figures on the vendor's page, and a statement of some days."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from portal.core.abilities import Rule
from portal.core.enums import TransactionStatus
from portal.transactions.views import of_vendor
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.factories import add_project
from tests.transactions.paying import Ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def address(ground: Ground, page: str = "statement") -> str:
    return f"/transactions/of-vendor/{ground.shop.uuid}/{page}"


def test_a_vendors_page_leads_to_what_they_were_paid_and_to_a_statement(
    session: Session, ground: Ground, signed_in_as: SignedInAs
) -> None:
    ground.make("12.50")
    ground.made(TransactionStatus.FAILED, "20")
    session.commit()
    browser = signed_in_as("Manager")
    page = browser.get(f"/vendors/{ground.shop.uuid}").text
    assert address(ground, "totals") in page
    assert address(ground) in page
    totals = browser.get(address(ground, "totals"), headers={"HX-Request": "true"}).text
    assert "<html" not in totals
    for said in ("12.50", "20.00", "Failed", "Pending"):
        assert said in totals


def test_a_statement_holds_exactly_the_vendors_payments_of_its_days_in_their_order_with_totals(
    session: Session, ground: Ground, signed_in_as: SignedInAs
) -> None:
    other = add_vendor(session, "Corner Shop", [ground.project])
    ground.make("1.25")
    ground.make("2.25")
    ground.make("777", vendor=other.uuid)
    session.commit()
    browser = signed_in_as("Manager")
    page = browser.get(address(ground)).text
    assert page.index(">1.25") < page.index(">2.25")
    assert "3.50" in page
    assert "777" not in page
    days = f"?created_from={today()}&created_to={today()}"
    assert "2.25" in browser.get(address(ground) + days).text
    tomorrow = today() + dt.timedelta(days=1)
    later = browser.get(f"{address(ground)}?created_from={tomorrow}").text
    assert "The vendor has none on these days." in later
    assert (
        f"/transactions/export?vendor={ground.shop.uuid}&amp;created_from={today()}"
        in browser.get(address(ground) + days).text
    )


def test_what_is_too_long_for_paper_says_so_and_its_totals_are_of_all(
    session: Session, ground: Ground, signed_in_as: SignedInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_vendor, "ON_PAPER", 2)
    for amount in ("1.25", "2.25", "4.25"):
        ground.make(amount)
    session.commit()
    page = signed_in_as("Manager").get(address(ground)).text
    assert "Only the first 2 are shown." in page
    assert "7.75" in page
    assert ">4.25" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("created_from=yesterday", "Not a valid date value."),
        ("created_to=9999-12-31", "Choose an earlier date."),
        ("created_from=2026-02-02&created_to=2026-02-01", "This day is before the first one."),
    ],
)
def test_days_that_make_no_sense_are_refused_at_their_field_and_stay(
    ground: Ground, signed_in_as: SignedInAs, query: str, said: str
) -> None:
    answer = signed_in_as("Manager").get(f"{address(ground)}?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert query.partition("=")[2].partition("&")[0] in answer.text


def test_C4_who_may_see_one_project_gets_figures_and_statement_of_that_project_alone(
    session: Session, ground: Ground, signed_in_as: SignedInAs
) -> None:
    ground.make("12.50")
    ground.make("5")
    session.commit()
    elsewhere = add_project(session, "Elsewhere").uuid
    for project, seen in ((ground.project.uuid, True), (elsewhere, False)):
        reader = signed_in_as(
            Rule("read", "Vendor"), Rule("read", "Transaction", conditions={"projectId": str(project)})
        )
        for page in ("totals", "statement"):
            assert ("17.50" in reader.get(address(ground, page)).text) is seen, page


def test_C8_a_statement_names_people_only_to_who_may_read_their_data(
    session: Session, ground: Ground, signed_in_as: SignedInAs
) -> None:
    ground.make()
    session.commit()
    assert "A••• T•••" in signed_in_as("Viewer").get(address(ground)).text
    assert "Asha Tharu" in signed_in_as("Manager").get(address(ground)).text


def test_a_statement_takes_as_many_statements_however_long_it_is(
    session: Session, ground: Ground, signed_in_as: SignedInAs
) -> None:
    browser = signed_in_as("Manager")
    counts = []
    for _round in range(2):
        for _payment in range(3):
            ground.make("1")
        session.commit()
        with statements() as asked:
            browser.get(address(ground))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
