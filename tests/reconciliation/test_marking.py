"""Marking payments as failed by a provider's file: those and no others, once, by who may."""

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.abilities import Ability, Rule
from portal.core.enums import ProjectStatus, TransactionStatus
from portal.erasing.operations.erasing import erase
from portal.reconciliation.models import Reconciliation, ReconciliationRow
from portal.reconciliation.operations.filing import RESULTS
from portal.reconciliation.operations.marking import mark_failed
from portal.transactions.models import Transaction
from portal.transactions.operations.deciding import fail
from tests.beneficiaries.conftest import SignedInAs, signed_in_as
from tests.reconciliation.conftest import Desk

__all__ = ["signed_in_as"]

pytestmark = pytest.mark.database


def failed(desk: Desk) -> dict[UUID, str | None]:
    """The payments that failed, each with its reason."""
    desk.session.expire_all()
    wanted = select(Transaction).where(Transaction.status == TransactionStatus.FAILED)
    return {one.uuid: one.reason for one in desk.session.scalars(wanted)}


def test_exactly_what_failed_is_marked_with_its_reason_and_a_follow_up_list_holds_exactly_that(
    desk: Desk,
) -> None:
    lines = [desk.line(place, "failed", reason="Closed" if place else "") for place in range(3)]
    uuid = desk.check(desk.file([*lines, desk.line(3, "success"), desk.line(4, "failed", amount="1")]))
    assert failed(desk) == {}, "nothing happens before somebody says so"
    desk.mark(uuid)
    assert failed(desk) == {
        desk.rows[0].uuid: "failed",
        desk.rows[1].uuid: "Closed",
        desk.rows[2].uuid: "Closed",
    }
    page = desk.browser.get(f"/reconciliations/{uuid}/rows").text
    assert "3 payments were marked as failed." in page
    assert f"/payouts/{desk.found.uuid}/follow-up" in page


def test_C4_what_the_role_does_not_reach_stays_as_it_is(desk: Desk) -> None:
    uuid = desk.check(desk.file([desk.line(place, "failed") for place in range(3)]))
    session, by = desk.session, desk.ground.maker.id
    second = {"uuid": str(desk.rows[1].uuid)}
    assert mark_failed(session, uuid, Ability((Rule("read", "Transaction"),)), by=by) == 0
    assert (
        mark_failed(session, uuid, Ability((Rule("update", "Transaction", conditions=second),)), by=by) == 1
    )
    assert set(failed(desk)) == {desk.rows[1].uuid}


def test_the_same_file_once_more_changes_nothing(desk: Desk) -> None:
    content = desk.file([desk.line(0, "failed")])
    desk.mark(desk.check(content))
    before = failed(desk)
    again = desk.take(content)
    assert "This very file was taken before." in desk.browser.get(again.location).text
    uuid = desk.check(content)
    assert desk.verdicts(uuid) == ["KNOWN"]
    assert failed(desk) == before


def test_a_payment_that_failed_before_and_is_said_to_have_arrived_is_shown_and_stays(desk: Desk) -> None:
    fail(desk.session, desk.rows[0].uuid, by=desk.ground.maker.id, reason="Phone was off")
    desk.session.commit()
    uuid = desk.check(desk.file([desk.line(0, "success")]))
    assert desk.verdicts(uuid) == ["CONTRADICTS"]


def test_what_somebody_marked_meanwhile_keeps_their_reason(desk: Desk) -> None:
    uuid = desk.check(desk.file([desk.line(0, "failed"), desk.line(1, "failed")]))
    fail(desk.session, desk.rows[0].uuid, by=desk.ground.maker.id, reason="Phone was off")
    desk.session.commit()
    desk.mark(uuid)
    assert failed(desk)[desk.rows[0].uuid] == "Phone was off"
    assert desk.at(uuid).counts["marked"] == 1


def test_E2_marking_is_begun_once(desk: Desk) -> None:
    uuid = desk.check(desk.file([desk.line(0, "failed")]))
    first = desk.browser.post(f"/reconciliations/{uuid}/mark")
    second = desk.browser.post(f"/reconciliations/{uuid}/mark")
    assert (first.status_code, second.status_code) == (303, 409)


def test_what_was_marked_cannot_be_forgotten_and_what_was_not_can(desk: Desk) -> None:
    content = desk.file([desk.line(0, "failed")])
    done = desk.check(content)
    desk.mark(done)
    assert desk.browser.post(f"/reconciliations/{done}/discard").status_code == 409
    left = desk.check(content)
    assert desk.browser.post(f"/reconciliations/{left}/discard").status_code == 303
    assert desk.session.get(Reconciliation, left) is None


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.pdf", b"%PDF", "Choose a CSV, XLSX, XLS or ODS file."),
        ("x.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64), "picture"),
        ("", b"", "Choose a file."),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    answer = desk.take(content, name) if name else desk.browser.post(f"/reconciliations/of/{desk.found.uuid}")
    assert answer.status_code == 422
    assert said in answer.text
    assert desk.session.scalars(select(Reconciliation)).all() == []


def test_C3_a_list_that_one_may_not_see_or_that_was_not_paid_answers_like_none(
    desk: Desk, signed_in_as: SignedInAs
) -> None:
    draft = desk.ground.draft(desk.ground.some(0, 1), title="Round 2")
    uuid = desk.check(desk.file([desk.line(0, "failed")]))
    assert desk.browser.get(f"/reconciliations/of/{desk.found.uuid}").status_code == 200
    for address in (f"of/{draft.uuid}", f"of/{uuid4()}", f"{uuid4()}/rows", f"{uuid4()}/columns"):
        assert desk.browser.get(f"/reconciliations/{address}").status_code == 404
    for role, answer in (("Approver", 403), ("Viewer", 403), ("Officer", 403), ("Admin", 200)):
        assert signed_in_as(role).get(f"/reconciliations/{uuid}/rows").status_code == answer, role


def test_F7_what_a_file_held_is_forgotten_and_what_came_of_it_stays(desk: Desk) -> None:
    import datetime as dt

    uuid = desk.check(desk.file([desk.line(0, "failed", reason="Closed"), "98410,100,failed,Sita"]))
    desk.mark(uuid)
    assert RESULTS.forget(desk.session, dt.timedelta(days=30)) == 0
    assert RESULTS.forget(desk.session, dt.timedelta(seconds=-1)) == 1
    row = desk.session.scalars(select(ReconciliationRow).order_by(ReconciliationRow.number)).all()
    assert [(one.given, one.reason) for one in row] == [(None, None)] * 2
    assert desk.at(uuid).inspection is None
    assert desk.browser.get(f"/reconciliations/{uuid}/rows").status_code == 200
    assert failed(desk) == {desk.rows[0].uuid: "Closed"}


def test_F6_a_providers_file_names_nobody_who_was_erased(desk: Desk) -> None:
    person, row = desk.ground.people[0], desk.rows[0]
    other = desk.rows[1]
    lines = [f"{row.phone},failed,Sita 0 has no wallet", f"{other.phone},failed,Closed"]
    done = desk.check(desk.file(lines, "Phone,Status,Reason"))
    desk.mark(done)
    left = desk.check(desk.file(lines, "Phone,Status,Reason"))
    version = desk.session.get_one(type(person), person.id).version
    erase(desk.session, person.uuid, version=version, reason="ASKED", note=None, by=desk.ground.maker.uuid)
    desk.session.commit()
    kept = desk.ground.sql("SELECT given, reason FROM tbl_reconciliation_rows ORDER BY number").all()
    assert [tuple(one) for one in kept] == [(None, None), (other.phone, "Closed")]
    assert desk.at(done).inspection is None
    assert desk.session.get(Reconciliation, left) is None


def test_in_a_closed_project_nothing_is_marked(desk: Desk, app: Flask, session: Session) -> None:
    uuid = desk.check(desk.file([desk.line(0, "failed")]))
    desk.ground.project.status = ProjectStatus.CLOSED
    session.commit()
    desk.browser.post(f"/reconciliations/{uuid}/mark")
    with pytest.raises(Exception, match="closed"):
        desk.work(uuid)
    session.rollback()
    assert failed(desk) == {}
