"""What a vendor sees: their own payments, and nothing of anybody else's."""

import csv
import datetime as dt
import re
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.core.enums import TransactionStatus
from portal.transactions.models import Transaction
from tests.auth.people import statements
from tests.beneficiaries.conftest import SignedInAs
from tests.desk.conftest import let_in
from tests.factories import add_beneficiary
from tests.transactions.paying import Ground
from tests.vendors.shops import add_vendor

pytestmark = pytest.mark.database

PAGES = ("/desk", "/desk/payments", "/desk/statement", "/desk/statement.csv")


def test_a_vendor_begins_at_the_desk_and_staff_do_not(desk: FlaskClient, signed_in_as: SignedInAs) -> None:
    assert desk.get("/").location == "/desk"
    assert signed_in_as("Manager").get("/").location == "/beneficiaries"


@pytest.mark.parametrize("path", PAGES)
def test_C3_who_is_no_vendor_has_no_desk(signed_in_as: SignedInAs, path: str) -> None:
    assert signed_in_as("Admin").get(path).status_code == 404
    assert signed_in_as("Officer").get(path).status_code == 403


def test_A13_who_is_no_vendor_any_more_has_no_desk(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    assert desk.get("/desk").status_code == 200
    ground.shop.deleted_at = dt.datetime.now(dt.UTC)
    session.commit()
    assert [desk.get(path).status_code for path in PAGES] == [404] * len(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_C4_no_page_of_the_desk_tells_of_another_shops_payments(
    app: Flask, session: Session, ground: Ground, desk: FlaskClient, path: str
) -> None:
    other = add_vendor(session, "Corner Shop", [ground.project])
    ground.make("111.11", vendor=other.uuid)
    session.commit()
    assert "111.11" not in desk.get(path, buffered=True).text
    assert "111.11" in let_in(app, session, other).get(path, buffered=True).text


def test_C3_another_shops_payment_answers_like_one_that_does_not_exist(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    other = add_vendor(session, "Corner Shop", [ground.project])
    theirs, own = ground.make(vendor=other.uuid), ground.make()
    session.commit()
    assert desk.get(f"/desk/payments/{own}").status_code == 200
    for form in ("/desk/payments/{}", "/desk/payments/{}/wrong"):
        seen, unknown = desk.get(form.format(theirs)), desk.get(form.format(uuid4()))
        assert seen.status_code == unknown.status_code == 404
        assert _without_id(seen.text) == _without_id(unknown.text)


def _without_id(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "mono" not in line and "csrf" not in line)


def test_the_first_page_says_today_this_week_and_what_waits(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    ground.make("10")
    ground.made(TransactionStatus.APPROVED, "20.50")
    ground.made(TransactionStatus.REJECTED, "300")
    session.commit()
    page = desk.get("/desk").text
    figures = page[page.index("desk-figures") : page.index("</ul>", page.index("desk-figures"))]
    amounts = re.findall(r">([\d.]+)\xa0NPR<", figures)
    assert amounts == ["30.50", "30.50", "10.00"], "today, this week, waiting; nothing of what was rejected"
    assert "Rejected" in page, "the last payments show all states"


def test_money_of_other_days_is_not_todays(session: Session, ground: Ground, desk: FlaskClient) -> None:
    add(ground, "40", created_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=8))
    figures = desk.get("/desk").text.partition("desk-figures")[2].partition("</ul>")[0]
    assert figures.count("40.00") == 1, "it waits, and is neither today's nor this week's"


def add(ground: Ground, amount: str, **facts: Any) -> Transaction:
    """A payment as it stands in the database, whenever it was made."""
    made = Transaction(
        project_id=ground.project.uuid,
        beneficiary_id=ground.asha.uuid,
        vendor_id=ground.shop.uuid,
        amount=Decimal(amount),
        currency="NPR",
        **facts,
    )
    ground.session.add(made)
    ground.session.commit()
    return made


def test_E9_a_deleted_payment_is_nowhere_on_the_desk(ground: Ground, desk: FlaskClient) -> None:
    add(ground, "55.55")
    gone = add(ground, "77.77", deleted_at=dt.datetime.now(dt.UTC))
    today = dt.datetime.now(dt.UTC).date()
    for path in (*PAGES, f"/desk/payments?since={today}", f"/desk/payments?until={today}"):
        page = desk.get(path, buffered=True).text
        assert "55.55" in page, path
        assert "77.77" not in page, path
        assert "133.32" not in page, path
    assert desk.get(f"/desk/payments/{gone.uuid}").status_code == 404


def test_a_day_ends_with_its_last_moment(ground: Ground, desk: FlaskClient) -> None:
    add(ground, "11.11", created_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    add(ground, "22.22", created_at=dt.datetime(2026, 3, 2, 23, 59, 59, 999999, tzinfo=dt.UTC))
    shown = {}
    for day in (1, 2, 3):
        page = desk.get(f"/desk/payments?since=2026-03-0{day}&until=2026-03-0{day}").text
        shown[day] = ["11.11" in page, "22.22" in page]
    assert shown == {1: [False, False], 2: [True, True], 3: [False, False]}


def test_days_and_state_narrow_the_list_and_its_totals(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    ground.make("10")
    ground.made(TransactionStatus.APPROVED, "20")
    session.commit()
    assert "20.00" not in desk.get("/desk/payments?status=PENDING").text
    today = dt.datetime.now(dt.UTC).date()
    tomorrow = today + dt.timedelta(days=1)
    assert desk.get(f"/desk/payments?since={today}&until={today}").text.count("20.00") == 2
    assert "No payments on these days." in desk.get(f"/desk/payments?since={tomorrow}").text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=yesterday", "Not a valid date value."),
        ("since=2026-02-02&until=2026-02-01", "This day is before the first one."),
        ("since=0001-01-01", "Choose another date."),
        ("until=9999-12-31", "Choose another date."),
        ("status=PAID", "There is no such state."),
    ],
)
def test_days_that_make_no_sense_are_refused_where_they_are_typed(
    desk: FlaskClient, query: str, said: str
) -> None:
    answer = desk.get(f"/desk/payments?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_totals_of_all_days_are_those_of_the_days_together_and_each_payment_counts_once(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    ground.make("10")
    ground.make("2.50")
    ground.made(TransactionStatus.FAILED, "20")
    session.commit()
    today = dt.datetime.now(dt.UTC).date()

    def totals(query: str) -> str:
        return desk.get(f"/desk/payments?{query}").text.partition("desk-totals")[2].partition("</table>")[0]

    assert totals("") == totals(f"until={today}")
    for said in ("12.50", "20.00", "<td>2</td>", "<td>1</td>"):
        assert said in totals("")
    assert "12.50" not in totals("status=FAILED")
    assert "20.00" in totals("status=FAILED")


def test_numbers_are_written_in_the_digits_of_the_language(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    for _payment in range(2):
        ground.make("10")
    session.commit()
    desk.set_cookie("language", "ne")
    page = desk.get("/desk").text
    assert page.count("२ भुक्तानी") == 3
    assert "2 भुक्तानी" not in page


def test_pages_follow_each_other(session: Session, ground: Ground, desk: FlaskClient) -> None:
    for amount in range(1, 24):
        ground.make(str(amount))
    session.commit()
    first = desk.get("/desk/payments").text
    assert first.count("desk-line desk-small") == 20
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = desk.get(older).text
    assert second.count("desk-line desk-small") == 3
    assert 'rel="prev"' in second
    assert desk.get("/desk/payments?at=nonsense").text.count("desk-line desk-small") == 20


def test_C8_the_person_is_told_by_the_first_letters_only(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    sita = add_beneficiary(session, "Sita Tharu", projects=[ground.project])
    uuid = ground.make(beneficiary=sita.uuid)
    session.commit()
    for path in (*PAGES, f"/desk/payments/{uuid}"):
        page = desk.get(path, buffered=True).text
        assert "S••• T•••" in page, path
        assert "Sita" not in page, path


def test_a_payment_tells_its_story(session: Session, ground: Ground, desk: FlaskClient) -> None:
    failed = ground.made(TransactionStatus.FAILED)
    session.commit()
    page = desk.get(f"/desk/payments/{failed}").text
    for said in ("It was entered for you.", "It was approved.", "The payment failed.", "Phone was off"):
        assert said in page
    assert "It waits for approval." not in page


def test_a_statement_is_a_file_with_exactly_the_payments_of_its_days(
    session: Session, ground: Ground, desk: FlaskClient
) -> None:
    ground.make("12.5")
    ground.project.name = "=Cash"
    session.commit()
    today = dt.datetime.now(dt.UTC).date()
    answer = desk.get(f"/desk/statement.csv?since={today}&until={today}", buffered=True)
    header, row = csv.reader(answer.text.lstrip("\ufeff").splitlines())
    assert header[:3] == ["Date", "Amount", "Currency"]
    assert row[1:4] == ["12.5", "NPR", "PENDING"]
    assert row[5] == "'=Cash", "no cell is a formula"
    past = desk.get("/desk/statement.csv?since=2020-01-01&until=2020-01-31", buffered=True)
    assert len(past.text.splitlines()) == 1


@pytest.mark.parametrize(
    ("path", "most"),
    [("", 4), ("/payments", 4), ("/payments/{payment}", 3), ("/statement", 4), ("/claim", 4)],
)
def test_a_page_takes_as_many_statements_however_much_stands_on_it(
    session: Session, ground: Ground, desk: FlaskClient, path: str, most: int
) -> None:
    counts = []
    for _round in range(2):
        payment = ground.make("1")
        session.commit()
        with statements() as asked:
            assert desk.get("/desk" + path.format(payment=payment)).status_code == 200
        counts.append(len(asked))
    assert counts == [most] * 2
