"""The list: what filters find, in pages, what it comes to, and for whom."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.enums import OfframpStatus
from portal.core.keyset import read_position
from portal.core.summing import Totals
from portal.offramp.models import OfframpAttempt, OfframpTransaction
from portal.offramp.queries.filters import RequestFilter
from portal.offramp.queries.listing import NEWEST, SORTS, page_of_requests
from portal.offramp.queries.totals import totals_of
from portal.projects.models import Project
from tests.factories import add_beneficiary, add_project
from tests.offramp.requests import RECEIVER, Ground, add_provider, add_request, since

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus
EVERYTHING = Ability([Rule("manage", "all")])
NO_NAMES = Ability([Rule("read", subject) for subject in ("OfframpRequest", "Beneficiary")])


@pytest.fixture
def rows(ground: Ground) -> dict[str, UUID]:
    """Five requests: four for Asha in each state, one for Bina in another project by another provider and token."""
    other = add_project(ground.session, "Hill Roads")
    bina = add_beneficiary(ground.session, "Bina Rai", projects=[other])
    kotani = add_provider(ground.session, "Kotani", "KOTANI_PAY")
    made = {status.lower(): ground.add(status, amount="10").uuid for status in OfframpStatus}
    made["bina"] = add_request(
        ground.session,
        kotani,
        other,
        person=bina,
        amount="250.75",
        token="USDC",
        chain="BASE",
        receiver_name="Bina Rai",
        receiver_phone="+9779800000002",
    ).uuid
    return made


def found(ground: Ground, ability: Ability = EVERYTHING, **asked: Any) -> set[UUID]:
    page = page_of_requests(ground.session, RequestFilter(**asked), ability, ["amount"])
    return {row.uuid for row in page.rows}


def totals(ground: Ground, ability: Ability = EVERYTHING, **asked: Any) -> Totals:
    further = asked.pop("further", False)
    return totals_of(ground.session, RequestFilter(**asked), ability, further=further)


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
        page = page_of_requests(
            ground.session, RequestFilter(), EVERYTHING, ["amount"], NEWEST, position, size=2
        )
        seen += [row.uuid for row in page.rows]
        token = page.next
        if token is None:
            break
    assert seen == list(reversed(rows.values()))
    oldest = page_of_requests(ground.session, RequestFilter(), EVERYTHING, ["amount"], SORTS["created"])
    assert [row.uuid for row in oldest.rows] == list(rows.values())


def test_each_filter_finds_what_it_says(ground: Ground, rows: dict[str, UUID]) -> None:
    asha = {uuid for name, uuid in rows.items() if name != "bina"}
    every, bina = {*asha, rows["bina"]}, {rows["bina"]}
    today = dt.datetime.now(dt.UTC).date()
    later = today + dt.timedelta(days=1)
    assert found(ground) == every
    assert found(ground, status=(FAILED,)) == {rows["failed"]}
    assert found(ground, status=(FAILED, COMPLETED)) == {rows["failed"], rows["completed"]}
    assert found(ground, project=ground.project.uuid) == asha
    assert found(ground, provider=ground.provider.uuid) == asha
    assert found(ground, token="USDC") == found(ground, chain="BASE") == bina
    assert found(ground, token="USDC", chain="CELO") == set()
    assert found(ground, beneficiary=ground.asha.uuid) == asha
    assert found(ground, amount_from=Decimal("10.00000001")) == bina
    assert found(ground, amount_to=Decimal(10)) == asha
    assert found(ground, created_from=today, created_to=later) == every
    assert found(ground, created_from=later) == set()
    assert found(ground, payout_list=rows["bina"]) == set()


def test_a_request_is_found_by_each_of_its_names_and_by_its_person(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    one = ground.add(PROCESSING)
    attempt = ground.session.query(OfframpAttempt).filter_by(offramp_id=one.uuid).one()
    transfer = ground.session.query(OfframpTransaction).filter_by(request_id=one.request_id).one()
    names = (str(one.uuid), one.request_id, attempt.reference_id, transfer.tx_hash)
    for name in (*names, transfer.tx_hash.upper().replace("X", "x"), f" {one.request_id} "):
        assert found(ground, q=name) == {one.uuid}, name
    assert found(ground, q="bina rai", status=(PENDING,)) == {rows["bina"]}
    assert found(ground, q="+9779800000001") == {*rows.values(), one.uuid} - {rows["bina"]}
    assert found(ground, q="nobody of that name") == set()


def test_what_is_under_way_for_long_is_found_by_how_many_hours(ground: Ground, rows: dict[str, UUID]) -> None:
    old = ground.add(PROCESSING)
    ended = ground.add(COMPLETED)
    since(ground.session, old, 30)
    since(ground.session, ended, 300)
    assert found(ground, stuck=24) == {old.uuid}
    assert found(ground, stuck=29, project=ground.project.uuid) == {old.uuid}
    assert found(ground, stuck=31) == set()
    assert totals(ground, stuck=24).count.number == 1


def test_totals_are_exact_by_token_and_status_for_every_filter(ground: Ground, rows: dict[str, UUID]) -> None:
    ten = (1, Decimal(10))
    asha = {("CUSD", status.value): ten for status in OfframpStatus}
    bina = (1, Decimal("250.75"))
    assert summed(totals(ground)) == {**asha, ("USDC", "PENDING"): bina}
    assert summed(totals(ground, project=ground.project.uuid)) == asha
    assert summed(totals(ground, status=(FAILED, PENDING), provider=ground.provider.uuid)) == {
        ("CUSD", "PENDING"): ten,
        ("CUSD", "FAILED"): ten,
    }
    assert summed(totals(ground, amount_from=Decimal(11))) == {("USDC", "PENDING"): bina}
    assert summed(totals(ground, q="asha", status=(COMPLETED,))) == {("CUSD", "COMPLETED"): ten}
    assert totals(ground).count.number == 5
    assert [token for token, _lines in totals(ground).by_unit] == ["CUSD", "USDC"]


@contextmanager
def asked(session: Session) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    said: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", note)


def test_totals_come_from_the_kept_sums_where_these_know_all_that_is_asked(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    limited = Ability([Rule("read", "OfframpRequest", projects=(str(ground.project.uuid),))])
    small = Ability([Rule("read", "OfframpRequest", conditions={"amount": {"$lt": 11}})])
    cases: list[tuple[bool, Ability, dict[str, Any]]] = [
        (True, EVERYTHING, {}),
        (True, EVERYTHING, {"project": ground.project.uuid, "status": (FAILED,), "token": "CUSD"}),
        (True, limited, {"provider": ground.provider.uuid, "chain": "CELO"}),
        (False, small, {}),
        (False, EVERYTHING, {"q": "asha"}),
        (False, EVERYTHING, {"stuck": 3}),
        (False, EVERYTHING, {"amount_to": Decimal(1)}),
    ]
    for kept, ability, narrowed in cases:
        with asked(ground.session) as said:
            totals(ground, ability, **narrowed)
        assert len(said) == 1
        assert ("FROM tbl_offramp_sums" in said[0] and "tbl_offramps." not in said[0]) == kept, narrowed


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
    limited = Ability([Rule("read", "OfframpRequest", projects=(str(ground.project.uuid),))])
    small = Ability([Rule("read", "OfframpRequest", conditions={"amount": {"$gt": 11}})])
    for ability, number in ((limited, 4), (small, 1), (Ability([]), 0)):
        assert len(found(ground, ability)) == number
        assert totals(ground, ability).count.number == number
        assert totals(ground, ability, amount_from=Decimal("0.1")).count.number == number
        assert len(found(ground, ability, q=str(rows["bina"]))) == (1 if ability is small else 0)


def test_C8_who_may_not_read_personal_data_gets_masked_receivers_and_finds_nobody_by_name(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    elsewhere = Rule("read", "BeneficiaryPii", projects=(str(add_project(ground.session, "East").uuid),))
    there = Ability([*NO_NAMES.rules, elsewhere])
    for ability, name in ((EVERYTHING, "Asha Tharu"), (NO_NAMES, "A••• T•••"), (there, "A••• T•••")):
        chosen = RequestFilter(status=(FAILED,))
        (row,) = page_of_requests(ground.session, chosen, ability, ["receiver", "phone"]).rows
        assert row.receiver == name
        assert "••••" in row.phone
        assert row.phone != RECEIVER["receiver_phone"]
    assert found(ground, NO_NAMES, q="asha") == set()


def test_C8_who_is_on_no_record_is_found_by_as_much_of_them_as_one_may_read(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    other = add_project(ground.session, "East")
    facts: dict[str, Any] = {"receiver_name": "Zoë Wanjikú", "receiver_phone": "+254712345678"}
    grace = ground.add(person=None, **facts).uuid
    ground.add(person=None, project=other, **facts)
    reads = Ability([*NO_NAMES.rules, _in(ground.project, "read")])
    reveals = Ability([*reads.rules, _in(ground.project, "reveal")])
    for typed in ("zoe", "WANJIKU zo", "jiku"):
        assert found(ground, reads, q=typed) == {grace}, typed
        assert found(ground, NO_NAMES, q=typed) == set(), typed
        assert len(found(ground, q=typed)) == 2, typed
    for typed in ("0712345678", "+254 712-345", "5678", "345678 jiku"):
        assert found(ground, reads, q=typed) == set(), typed
        assert found(ground, NO_NAMES, q=typed) == set(), typed
        assert found(ground, reveals, q=typed) == {grace}, typed
    ground.add(receiver_name="Wanjiku", person=ground.asha)
    assert len(found(ground, q="wanjiku")) == 2  # who is on record goes by what their record says


def _in(project: Project, action: str) -> Rule:
    """A rule on personal data in one project."""
    return Rule(action, "BeneficiaryPii", conditions={"projectId": str(project.uuid)})


def test_the_names_of_colleagues_are_for_those_who_work_with_requests(
    ground: Ground, rows: dict[str, UUID]
) -> None:
    chosen = RequestFilter(status=(FAILED,))
    (told,) = page_of_requests(ground.session, chosen, EVERYTHING, ["maker", "releaser"]).rows
    (untold,) = page_of_requests(ground.session, chosen, NO_NAMES, ["maker", "releaser"]).rows
    assert (told.maker, told.releaser) == ("Maker", None)
    assert (untold.maker, untold.releaser) == (None, None)
