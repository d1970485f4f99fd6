"""Statements of providers: each row held against what was sent, and what follows done once."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.jobs.models import Job
from portal.jobs.tasks import Progress
from portal.offramp.models import OfframpAttempt, OfframpEvent, OfframpRequest, OfframpTransaction
from portal.offramp.operations.statements import STATEMENTS
from portal.offramp.queries.tries import last_try
from portal.offramp.statements import OfframpStatement, StatementRow
from portal.offramp.tasks.statements import APPLY, COMPARE, apply, compare
from portal.offramp.watching import OfframpAttention
from portal.users.operations.assignments import assign_role, remove_role
from tests.factories import add_user_with, enter_as
from tests.offramp.conftest import SignedInAs
from tests.offramp.files import as_csv, upload
from tests.offramp.requests import Ground, add_attempt, add_provider

pytestmark = pytest.mark.database

HEADER = ["Reference ID", "Request ID", "Tx Hash", "Amount paid", "Crypto amount", "Status", "Reason"]
TODAY = dt.datetime.now(dt.UTC).date()


def reference(g: Ground, request: OfframpRequest) -> str:
    tried = last_try(g.session, request.uuid)
    assert tried is not None
    return tried.reference_id


def paid(g: Ground, amount: str = "3300") -> OfframpRequest:
    """A request that arrived, for so much money as was quoted."""
    return g.add(OfframpStatus.COMPLETED, fiat_amount=Decimal(amount), currency="NPR")


def under_way(g: Ground) -> OfframpRequest:
    return g.add(OfframpStatus.PROCESSING, fiat_amount=Decimal(3300), currency="NPR")


class Manager:
    """The browser of a manager who takes statements, and does the jobs that wait."""

    def __init__(self, g: Ground, browser: FlaskClient) -> None:
        self.g, self.browser = g, browser

    def take(self, rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER, **chosen: str) -> str:
        """Take a statement and have it compared; its page."""
        self.g.session.commit()
        taken = upload(self.browser, self.g.provider, as_csv(header, rows))
        assert taken.status_code == 303, taken.text
        page = str(taken.location).removesuffix("/columns")
        days = {"since": str(TODAY - dt.timedelta(days=1)), "until": str(TODAY)}
        answer = self.browser.post(f"{page}/columns", data={**days, **chosen})
        assert answer.status_code == 303, answer.text
        self.work()
        return page

    def apply(self, page: str) -> None:
        """Do what follows."""
        assert self.browser.post(f"{page}/apply").status_code == 303
        self.work()

    def work(self) -> None:
        """Do the job that waits."""
        self.g.session.expire_all()
        job = self.g.session.scalars(
            select(Job).where(Job.kind.in_((COMPARE, APPLY)), Job.state == "QUEUED")
        ).one()
        (compare if job.kind == COMPARE else apply)(
            Progress(), **{name: value for name, value in job.arguments.items() if name != "link"}
        )
        self.g.session.execute(text("UPDATE tbl_jobs SET state = 'SUCCEEDED'"))
        self.g.session.commit()

    def verdicts(self) -> list[str]:
        """What follows from each row, in their order."""
        self.g.session.expire_all()
        return list(self.g.session.scalars(select(StatementRow.verdict).order_by(StatementRow.number)))

    def counts(self) -> dict[str, int]:
        """The numbers of the one statement."""
        self.g.session.expire_all()
        found: dict[str, int] = self.g.session.scalars(select(OfframpStatement.counts)).one()
        return found


@pytest.fixture
def manager(ground: Ground, signed_in_as: SignedInAs) -> Manager:
    return Manager(ground, signed_in_as("Manager"))


def status(g: Ground, request: OfframpRequest) -> str:
    g.session.expire_all()
    return request.status.value


def raised(g: Ground) -> list[str]:
    return list(g.session.scalars(select(OfframpAttention.kind).where(OfframpAttention.settled_at.is_(None))))


def test_each_row_is_found_by_our_reference_by_the_providers_or_by_the_transfer(
    ground: Ground, manager: Manager
) -> None:
    first, second, third = paid(ground), paid(ground), paid(ground)
    hashed = ground.session.scalars(
        select(OfframpTransaction.tx_hash).where(OfframpTransaction.request_id == third.request_id)
    ).one()
    manager.take(
        [
            [reference(ground, first), "", "", "3300", "25", "paid", ""],
            ["", second.request_id, "", "3300.00", "25", "SUCCESS", ""],
            ["", "", hashed.upper().replace("X", "x"), "3300", "", "completed", ""],
            ["rp-nobody", "", "", "3300", "", "paid", ""],
        ]
    )
    assert manager.verdicts() == ["MATCHED", "MATCHED", "MATCHED", "UNMATCHED"]
    assert manager.counts()["missing"] == 0


def test_what_follows_from_a_row_is_said_before_anything_is_done(ground: Ground, manager: Manager) -> None:
    arrived, failed = paid(ground), ground.add(OfframpStatus.FAILED)
    open_, lost = under_way(ground), under_way(ground)
    rows = [
        [reference(ground, arrived), "", "", "3299", "", "paid", ""],
        [reference(ground, failed), "", "", "", "", "paid", ""],
        [reference(ground, open_), "", "", "3300", "", "paid", ""],
        [reference(ground, lost), "", "", "0", "", "failed", "No float"],
        [reference(ground, lost), "", "", "0", "", "failed", "No float"],
        [reference(ground, arrived), "", "", "3300", "", "dunno", ""],
        [reference(ground, arrived), "", "", "much", "", "paid", ""],
    ]
    page = manager.take(rows)
    assert manager.verdicts() == [
        *("DIFFERS", "CONTRADICTS", "PAID", "FAILED", "REPEATED"),
        *("UNREADABLE", "UNREADABLE"),
    ]
    assert (status(ground, open_), status(ground, lost), raised(ground)) == ("PROCESSING", "PROCESSING", [])
    shown = manager.browser.get(f"{page}/rows").text
    for words in ("2 requests are under way here", "2 rows differ", "dunno", "No float"):
        assert words in shown
    assert "Asha" not in shown


def test_what_is_under_way_ends_as_the_statement_says_and_what_differs_is_raised(
    ground: Ground, manager: Manager
) -> None:
    arrived, failed = paid(ground), ground.add(OfframpStatus.FAILED)
    open_, lost = under_way(ground), under_way(ground)
    page = manager.take(
        [
            [reference(ground, arrived), "", "", "3299", "", "paid", ""],
            [reference(ground, failed), "", "", "", "", "paid", ""],
            [reference(ground, open_), "", "", "3200", "", "paid", ""],
            [reference(ground, lost), "", "", "0", "", "failed", "Insufficient float for +9779800000001"],
        ]
    )
    manager.apply(page)
    assert status(ground, open_) == "COMPLETED"
    assert (status(ground, lost), status(ground, failed)) == ("FAILED", "FAILED")
    assert "Insufficient float" in (lost.failed_reason or "")
    assert "9800000001" not in (lost.failed_reason or "")
    tried = last_try(ground.session, open_.uuid)
    assert tried is not None
    assert (tried.amount_paid, tried.currency) == (Decimal(3200), "NPR")
    assert sorted(raised(ground)) == ["AMOUNT", "CONFLICT", "DIFFERS"]
    told = select(OfframpEvent.offramp_id).where(OfframpEvent.kind == "STATEMENT")
    assert set(ground.session.scalars(told)) == {open_.uuid, lost.uuid, failed.uuid}
    assert "2 requests ended by it" in manager.browser.get(f"{page}/rows").text
    assert "Here 3,300" in manager.browser.get("/offramps/attention").text


def test_the_same_statement_once_more_changes_nothing(ground: Ground, manager: Manager) -> None:
    open_ = under_way(ground)
    rows = [[reference(ground, open_), "", "", "3300", "", "paid", ""]]
    manager.apply(manager.take(rows))
    ground.session.execute(text("DELETE FROM tbl_offramp_statements"))
    ground.session.commit()
    page = manager.take(rows)
    assert manager.verdicts() == ["MATCHED"]
    assert "Do what follows" not in manager.browser.get(f"{page}/rows").text
    assert ground.session.scalar(select(func.count()).where(OfframpEvent.kind == "COMPLETED")) == 1


def test_what_a_statement_leaves_out_is_told(ground: Ground, manager: Manager) -> None:
    named, forgotten = paid(ground), paid(ground, "1234")
    paid(Ground(**{**vars(ground), "provider": add_provider(ground.session, "Else")}))
    under_way(ground)
    page = manager.take([[reference(ground, named), "", "", "3300", "", "paid", ""]])
    assert manager.counts()["missing"] == 1
    shown = manager.browser.get(f"{page}/rows?verdict=missing").text
    assert "1,234" in shown
    assert f"/offramps/{forgotten.uuid}" in shown
    past = {"since": "2020-01-01", "until": "2020-01-31"}
    assert manager.browser.post(f"{page}/columns", data=past).status_code == 303
    manager.work()
    assert manager.counts()["missing"] == 0


def test_a_try_that_failed_before_the_one_that_arrived_agrees_by_its_own_reference(
    ground: Ground, manager: Manager
) -> None:
    request = ground.add(OfframpStatus.FAILED)
    before = reference(ground, request)
    request.status = OfframpStatus.PENDING
    ground.session.flush()
    add_attempt(ground.session, request)
    manager.take(
        [[before, "", "", "", "", "failed", ""], [reference(ground, request), "", "", "", "", "paid", ""]]
    )
    assert manager.verdicts() == ["MATCHED", "PAID"]


def test_another_providers_requests_are_not_meant(ground: Ground, manager: Manager) -> None:
    other = Ground(**{**vars(ground), "provider": add_provider(ground.session, "Else")})
    request = paid(other)
    hashed = ground.session.scalars(select(OfframpTransaction.tx_hash)).one()
    manager.take(
        [
            [reference(ground, request), "", "", "", "", "failed", ""],
            ["", request.request_id, "", "", "", "failed", ""],
            ["", "", hashed, "", "", "failed", ""],
        ]
    )
    assert manager.verdicts() == ["UNMATCHED"] * 3


def test_another_amount_of_the_token_differs_whatever_became_of_it(ground: Ground, manager: Manager) -> None:
    open_ = under_way(ground)
    page = manager.take([[reference(ground, open_), "", "", "3300", "24.5", "paid", ""]])
    assert manager.verdicts() == ["DIFFERS"]
    manager.apply(page)
    assert status(ground, open_) == "PROCESSING"
    assert raised(ground) == ["DIFFERS"]
    assert re.search(
        r"Here 25.CUSD, in the statement 24.5.CUSD", manager.browser.get("/offramps/attention").text
    )


def test_words_that_nobody_knows_are_told_once_and_known_in_the_next_statement(
    ground: Ground, manager: Manager
) -> None:
    open_ = under_way(ground)
    rows = [[reference(ground, open_), "", "", "3300", "", "Imelipwa", ""]]
    page = manager.take(rows)
    assert manager.verdicts() == ["UNREADABLE"]
    told = {"said-0": "Imelipwa", "word-0": "PAID"}
    assert manager.browser.post(f"{page}/words", data=told).status_code == 303
    manager.work()
    assert manager.verdicts() == ["PAID"]
    manager.apply(page)
    manager.take([[reference(ground, under_way(ground)), "", "", "3300", "", "imelipwa", ""]])
    assert sorted(manager.verdicts()) == ["PAID", "PAID"]


def test_what_cannot_be_compared_is_said_and_nothing_is_lost(ground: Ground, manager: Manager) -> None:
    browser = manager.browser
    ground.session.commit()
    nobodys = browser.post("/offramps/statements", data={"provider": ""})
    assert nobodys.status_code == 422
    assert "Say whose statement this is." in nobodys.text
    assert "Choose a file." in nobodys.text
    no_file = upload(browser, ground.provider, b"PK\x03\x04 no workbook")
    assert no_file.status_code == 422
    taken = upload(browser, ground.provider, as_csv(["A", "B"], [["x", "y"]]))
    page = str(taken.location)
    refused = browser.post(page, data={"since": "2026-02-01", "until": "2026-01-01"})
    assert refused.status_code == 422
    assert "This day lies before the first one." in refused.text
    unnamed = browser.post(page, data={"since": "2026-01-01", "until": "2026-01-02"})
    assert "Say which column names the request" in unnamed.text
    assert "Say which column tells what became of it" in unnamed.text
    twice = {"column-0": "reference", "column-1": "reference", "everything": "PAID"}
    both = browser.post(page, data={**twice, "since": "2026-01-01", "until": "2026-01-02"})
    assert "Two columns cannot be the same" in both.text


def test_asked_twice_it_is_begun_once(ground: Ground, manager: Manager) -> None:
    page = manager.take([[reference(ground, under_way(ground)), "", "", "3300", "", "paid", ""]])
    assert manager.browser.post(f"{page}/apply").status_code == 303
    assert manager.browser.post(f"{page}/apply").status_code == 409
    manager.work()
    assert manager.browser.post(f"{page}/discard").status_code == 409


def test_C2_who_looks_after_some_projects_takes_no_statement(
    ground: Ground, manager: Manager, app: Flask, session: Session
) -> None:
    page = manager.take([[reference(ground, paid(ground)), "", "", "3300", "", "paid", ""]])
    limited = add_user_with(session, "limited", "Manager")
    remove_role(session, limited, "Manager")
    assign_role(session, limited, "Manager", projects=[ground.project.uuid])
    session.commit()
    browser = enter_as(app.test_client(), session, limited)
    for address in ("/offramps/statements", page, f"{page}/rows", f"{page}/columns", f"{page}/work"):
        assert browser.get(address).status_code == 404, address
    for address in (f"{page}/apply", f"{page}/discard", f"{page}/reopen", f"{page}/words", f"{page}/columns"):
        assert browser.post(address).status_code == 404, address
    assert "/offramps/statements" not in browser.get("/offramps/attention").text


def test_F7_what_a_statement_held_is_forgotten_and_what_came_of_it_stays(
    ground: Ground, manager: Manager
) -> None:
    page = manager.take([[reference(ground, under_way(ground)), "", "", "3300", "", "paid", "For Asha"]])
    manager.apply(page)
    session = ground.session
    assert STATEMENTS.forget(session, dt.timedelta(days=1)) == 0
    session.execute(text("UPDATE tbl_offramp_statements SET \"doneAt\" = now() - interval '2 days'"))
    assert STATEMENTS.forget(session, dt.timedelta(days=1)) == 1
    session.expire_all()
    row = session.scalars(select(StatementRow)).one()
    assert (row.given, row.reason, row.verdict) == (None, None, "PAID")
    found = session.scalars(select(OfframpStatement)).one()
    assert (found.inspection, found.file_path) == (None, None)
    assert found.counts["settled"] == 1
    assert session.scalar(select(func.count()).select_from(OfframpAttempt)) == 1


def test_a_file_that_nobody_finished_is_forgotten_as_a_whole(ground: Ground, manager: Manager) -> None:
    page = manager.take([["rp-1", "", "", "", "", "paid", ""]])
    ground.session.execute(
        text("UPDATE tbl_offramp_statements SET \"createdAt\" = now() - interval '2 days'")
    )
    assert STATEMENTS.forget(ground.session, dt.timedelta(days=1)) == 1
    ground.session.commit()
    assert manager.browser.get(page).status_code == 404
    assert UUID(page.rpartition("/")[2])
