"""The list: what filters find, in pages, what it comes to, and for whom."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.enums import TransactionStatus
from portal.core.keyset import read_position
from portal.core.summing import Totals
from portal.projects.models import ProjectBudget
from portal.transactions.queries.filters import TransactionFilter
from portal.transactions.queries.listing import NEWEST, SORTS, page_of_transactions
from portal.transactions.queries.totals import totals_of
from tests.factories import add_beneficiary, add_project
from tests.transactions.paying import Ground
from tests.vendors.shops import add_vendor

PENDING, APPROVED, REJECTED, FAILED = TransactionStatus
EVERYTHING = Ability([Rule("manage", "all")])
NO_NAMES = Ability([Rule("read", subject) for subject in ("Transaction", "Beneficiary")])


@pytest.fixture
def rows(ground: Ground) -> dict[str, UUID]:
    """Five transactions: four of Asha in each state, one of Bina in another project by another shop in dollars."""
    other = add_project(ground.session, "Hill Roads")
    ground.session.add(ProjectBudget(project_id=other.uuid, currency="USD"))
    bina = add_beneficiary(ground.session, "Bina Rai", projects=[other])
    shop = add_vendor(ground.session, "Jhumka Market", [other])
    made = {status.lower(): ground.made(status, "10") for status in TransactionStatus}
    made["bina"] = ground.make(
        "250.75", currency="USD", project=other.uuid, beneficiary=bina.uuid, vendor=shop.uuid
    )
    return made


def found(ground: Ground, ability: Ability = EVERYTHING, **asked: Any) -> set[UUID]:
    page = page_of_transactions(ground.session, TransactionFilter(**asked), ability, ["amount"])
    return {row.uuid for row in page.rows}


def totals(ground: Ground, ability: Ability = EVERYTHING, **asked: Any) -> Totals:
    further = asked.pop("further", False)
    return totals_of(ground.session, TransactionFilter(**asked), ability, further=further)


def summed(totals: Totals) -> dict[tuple[str, str], tuple[int, Decimal]]:
    assert totals.lines is not None
    return {(line.unit, line.status.value): (line.number, line.amount) for line in totals.lines}


def test_the_newest_come_first_and_every_page_goes_on_where_the_last_one_ended(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    seen: list[UUID] = []
    token = None
    while True:
        position = read_position(token, NEWEST)
        page = page_of_transactions(
            ground.session, TransactionFilter(), EVERYTHING, ["amount"], NEWEST, position, size=2
        )
        seen += [row.uuid for row in page.rows]
        token = page.next
        if token is None:
            break
    assert seen == list(reversed(rows.values()))
    oldest = page_of_transactions(
        ground.session, TransactionFilter(), EVERYTHING, ["amount"], SORTS["created"]
    )
    assert [row.uuid for row in oldest.rows] == list(rows.values())


def test_each_filter_finds_what_it_says(ground: Ground, rows: dict[str, UUID]) -> None:
    asha = {uuid for name, uuid in rows.items() if name != "bina"}
    bina = ground.read(rows["bina"])
    today = dt.datetime.now(dt.UTC).date()
    later = today + dt.timedelta(days=1)
    assert found(ground) == {*asha, rows["bina"]}
    assert found(ground, status=(FAILED,)) == {rows["failed"]}
    assert found(ground, status=(FAILED, REJECTED)) == {rows["failed"], rows["rejected"]}
    assert found(ground, project=ground.project.uuid) == asha
    assert found(ground, vendor=bina.vendor_id) == {rows["bina"]}
    assert found(ground, beneficiary=ground.asha.uuid) == asha
    assert found(ground, currency="USD") == {rows["bina"]}
    assert found(ground, amount_from=Decimal("10.00000001")) == {rows["bina"]}
    assert found(ground, amount_to=Decimal(10)) == asha
    assert found(ground, created_from=today, created_to=later) == {*asha, rows["bina"]}
    assert found(ground, created_from=later) == set()
    assert found(ground, q="asha") == asha
    assert found(ground, q="bina rai", status=(PENDING,)) == {rows["bina"]}
    assert found(ground, q=str(rows["failed"])) == {rows["failed"]}
    assert found(ground, q=str(ground.asha.uuid)) == asha
    assert found(ground, payout_list=rows["bina"]) == set()


def test_totals_are_exact_by_currency_and_status_for_every_filter(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    ten = (1, Decimal(10))
    asha = {("NPR", status.value): ten for status in TransactionStatus}
    assert summed(totals(ground)) == {**asha, ("USD", "PENDING"): (1, Decimal("250.75"))}
    assert summed(totals(ground, project=ground.project.uuid)) == asha
    assert summed(totals(ground, status=(FAILED, PENDING), vendor=ground.shop.uuid)) == {
        ("NPR", "PENDING"): ten,
        ("NPR", "FAILED"): ten,
    }
    assert summed(totals(ground, amount_from=Decimal(11))) == {("USD", "PENDING"): (1, Decimal("250.75"))}
    assert summed(totals(ground, q="asha", status=(APPROVED,))) == {("NPR", "APPROVED"): ten}
    assert totals(ground).count.number == 5
    assert [currency for currency, _lines in totals(ground).by_unit] == ["NPR", "USD"]


def asked(session: Session, ground: Ground, ability: Ability, **filter_: Any) -> str:
    """The one statement that the totals of a filter are asked by."""
    said: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        totals_of(session, TransactionFilter(**filter_), ability)
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)
    (statement,) = said
    return statement


def test_totals_come_from_the_kept_sums_where_these_know_all_that_is_asked(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    project = str(ground.project.uuid)
    limited = Ability([Rule("read", "Transaction", projects=(project,))])
    own = Ability([Rule("read", "Transaction", conditions={"vendorId": str(ground.shop.uuid)})])
    small = Ability([Rule("read", "Transaction", conditions={"amount": {"$lt": 11}})])
    known: list[tuple[Ability, dict[str, Any]]] = [
        (EVERYTHING, {}),
        (EVERYTHING, {"project": ground.project.uuid, "status": (FAILED,), "currency": "NPR"}),
        (limited, {"vendor": ground.shop.uuid}),
        (own, {}),
    ]
    for ability, narrowed in known:
        assert "tbl_transaction_sums" in asked(ground.session, ground, ability, **narrowed)
    unknown: list[tuple[Ability, dict[str, Any]]] = [
        (small, {}),
        (EVERYTHING, {"q": "asha"}),
        (EVERYTHING, {"amount_to": Decimal(1)}),
    ]
    for ability, narrowed in unknown:
        assert "tbl_transaction_sums" not in asked(ground.session, ground, ability, **narrowed)


def test_beyond_what_a_page_can_add_up_it_says_so_and_adds_up_all_on_demand(
    ground: Ground, rows: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.core.summing.COUNT_LIMIT", 3)
    many = totals(ground, amount_from=Decimal(1))
    assert many.lines is None
    assert (many.count.number, many.count.more) == (3, True)
    assert totals(ground, amount_from=Decimal(11)).lines is not None
    assert totals(ground, amount_from=Decimal(1), further=True).count.number == 5
    assert totals(ground).lines is not None  # the kept sums have no such limit


def test_C4_list_search_and_totals_obey_the_same_rules(ground: Ground, rows: dict[str, UUID]) -> None:
    limited = Ability([Rule("read", "Transaction", projects=(str(ground.project.uuid),))])
    own = Ability([Rule("read", "Transaction", conditions={"vendorId": str(ground.shop.uuid)})])
    small = Ability([Rule("read", "Transaction", conditions={"amount": {"$gt": 11}})])
    for ability, number in ((limited, 4), (own, 4), (small, 1), (Ability([]), 0)):
        assert len(found(ground, ability)) == number
        assert totals(ground, ability).count.number == number
        assert totals(ground, ability, amount_from=Decimal("0.1")).count.number == number
        assert len(found(ground, ability, q=str(rows["bina"]))) == (1 if ability is small else 0)


def test_C8_who_may_not_read_personal_data_gets_masked_names_out_of_the_database_and_finds_nobody_by_one(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    wanted = ["beneficiary", "phone"]
    for ability, name in ((EVERYTHING, "Asha Tharu"), (NO_NAMES, "A••• T•••")):
        chosen = TransactionFilter(status=(FAILED,))
        (row,) = page_of_transactions(ground.session, chosen, ability, wanted).rows
        assert row.beneficiary == name
        assert "••••" in row.phone
    assert found(ground, NO_NAMES, q="asha") == set()


def test_the_names_of_colleagues_are_for_those_who_work_with_payouts(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    chosen = TransactionFilter(status=(APPROVED,))
    wanted = ["maker", "decider"]
    (told,) = page_of_transactions(ground.session, chosen, EVERYTHING, wanted).rows
    (untold,) = page_of_transactions(ground.session, chosen, NO_NAMES, wanted).rows
    assert (told.maker, told.decider) == ("Maker", "Approver")
    assert (untold.maker, untold.decider) == (None, None)
