"""Figures of offramps: they are those of the requests, whatever happens to them, and of those that one may see."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from portal.core.enums import OfframpStatus
from portal.offramp.models import OfframpRequest
from portal.stats.models import OfframpTouched, Stat
from portal.stats.operations.offramps import count_offramps
from portal.stats.queries.offramps import OfframpFigures, OfframpFilter, Reach, Tally, offramp_figures
from portal.users.operations.assignments import assign_role, remove_role
from tests.auth.people import statements
from tests.factories import add_project, add_user_with, enter_as
from tests.offramp.conftest import SignedInAs, ground, signed_in_as
from tests.offramp.requests import Ground, add_attempt, add_provider, add_request, settle_attempt

__all__ = ["ground", "signed_in_as"]

pytestmark = pytest.mark.database

ALL = OfframpFilter(dt.date(2026, 1, 1), dt.date(2030, 1, 1))


def counted(session: Session, chosen: OfframpFilter = ALL, reach: Reach | None = None) -> OfframpFigures:
    count_offramps(session)
    session.expire_all()
    return offramp_figures(session, chosen, reach or Reach(None))


def arrived(g: Ground, seconds: int, fee: str = "0.5", **facts: Any) -> OfframpRequest:
    """A request that arrived so long after it was sent, for a fee."""
    request = g.add(**facts)
    attempt = add_attempt(g.session, request)
    attempt.fee, attempt.currency = Decimal(fee), "NPR"
    settle_attempt(g.session, request, attempt, OfframpStatus.COMPLETED)
    g.session.execute(text("ALTER TABLE tbl_offramps DISABLE TRIGGER moves"))
    g.session.execute(
        text(
            """UPDATE tbl_offramps o SET "completedAt" = a."createdAt" + make_interval(secs => :s)
            FROM tbl_offramp_attempts a WHERE a."offrampId" = o.uuid AND o.uuid = :uuid"""
        ),
        {"s": seconds, "uuid": request.uuid},
    )
    g.session.execute(text("ALTER TABLE tbl_offramps ENABLE TRIGGER moves"))
    return request


def test_they_tell_what_became_of_all_that_was_made(ground: Ground) -> None:
    for seconds in (10, 20, 30, 40, 1000):
        arrived(ground, seconds, amount="2.5")
    ground.add(OfframpStatus.FAILED, reason="Limit of +977 980-000 0001 exceeded")
    ground.add(OfframpStatus.PROCESSING)
    ground.add()
    total = counted(ground.session).total
    assert (total.made, total.completed, total.failed, total.ended, total.tries) == (8, 5, 1, 6, 7)
    assert total.amounts == {"CUSD": Decimal("12.5")}
    assert total.fees == {"NPR": Decimal("2.5")}
    assert total.reasons == {"Limit of … exceeded": 1}
    assert (total.middle, total.high) == (dt.timedelta(seconds=30), dt.timedelta(seconds=1000))


def test_medians_are_those_that_the_database_finds(ground: Ground) -> None:
    took = [3, 700, 1, 1, 86_399, 12_345, 59]
    for seconds in took:
        arrived(ground, seconds)
    total = counted(ground.session).total
    ranks = "percentile_disc(0.5) WITHIN GROUP (ORDER BY s), percentile_disc(0.9) WITHIN GROUP (ORDER BY s)"
    exact = ground.session.execute(
        text(f"SELECT {ranks} FROM unnest(CAST(:took AS integer[])) s"),
        {"took": took},
    ).one()
    assert total.middle == dt.timedelta(seconds=exact[0])
    assert total.high is not None
    assert abs(total.high.total_seconds() - exact[1]) <= exact[1] * 0.005


def test_a_request_that_was_tried_again_counts_its_time_from_the_first_try(ground: Ground) -> None:
    request = ground.add(OfframpStatus.FAILED)
    request.status = OfframpStatus.PENDING
    ground.session.flush()
    again = add_attempt(ground.session, request)
    ground.session.execute(text("ALTER TABLE tbl_offramp_attempts DISABLE TRIGGER moves"))
    ground.session.execute(
        text("UPDATE tbl_offramp_attempts SET \"createdAt\" = now() - interval '1 hour' WHERE number = 1")
    )
    ground.session.execute(text("ALTER TABLE tbl_offramp_attempts ENABLE TRIGGER moves"))
    settle_attempt(ground.session, request, again, OfframpStatus.COMPLETED)
    total = counted(ground.session).total
    assert (total.completed, total.failed, total.tries) == (1, 0, 2)
    assert total.middle is not None
    assert total.middle >= dt.timedelta(minutes=59)
    assert sum(total.reasons.values()) == 1


def test_only_what_changed_is_counted_and_nothing_twice(ground: Ground) -> None:
    request = ground.add()
    other = add_project(ground.session, "Other")
    ground.add(project=other)
    assert counted(ground.session).total.made == 2
    assert count_offramps(ground.session) == 0
    add_attempt(ground.session, request)
    assert count_offramps(ground.session) == 1
    assert ground.session.scalar(select(func.count()).select_from(OfframpTouched)) == 0
    assert ground.session.scalar(select(func.count()).select_from(Stat)) == 2


def test_a_month_with_very_many_is_counted_the_less_often_the_more_there_are(ground: Ground) -> None:
    ground.session.execute(
        text(
            """INSERT INTO tbl_offramps (chain, token, "senderAddress", amount, "projectId")
            SELECT 'CELO', 'CUSD', '0x', 1, :project FROM generate_series(1, 4000)"""
        ),
        {"project": ground.project.uuid},
    )
    assert counted(ground.session).total.made == 4000
    ground.add()
    assert count_offramps(ground.session) == 0
    for seconds, number in ((19, 0), (2, 1)):
        ground.session.execute(
            text('UPDATE tbl_stats SET "updatedAt" = "updatedAt" - make_interval(secs => :s)'), {"s": seconds}
        )
        assert count_offramps(ground.session) == number
    assert counted(ground.session).total.made == 4001


def test_what_is_withdrawn_does_not_count(ground: Ground) -> None:
    request = ground.add()
    assert counted(ground.session).total.made == 1
    request.deleted_at = func.now()
    ground.session.flush()
    assert counted(ground.session).total.made == 0


def test_they_are_told_apart_by_provider_month_and_project(ground: Ground) -> None:
    other = add_project(ground.session, "Other")
    ground.add(created_at=dt.datetime(2026, 3, 31, 23, 59, tzinfo=dt.UTC))
    ground.add(created_at=dt.datetime(2026, 4, 1, tzinfo=dt.UTC), project=other)
    add_request(ground.session, add_provider(ground.session, "Else"))
    found = counted(ground.session)
    assert [tally.made for _provider, tally in found.providers] == [2, 1]
    assert [month for month, _tally in found.months][:2] == [dt.date(2026, 3, 1), dt.date(2026, 4, 1)]
    march = OfframpFilter(dt.date(2026, 3, 1), dt.date(2026, 3, 1))
    assert counted(ground.session, march).total.made == 1
    assert counted(ground.session, OfframpFilter(ALL.since, ALL.until, other.uuid)).total.made == 1
    assert counted(ground.session, reach=Reach(frozenset({other.uuid}))).total.made == 1
    assert counted(ground.session, reach=Reach(frozenset())).total.made == 0


def test_nothing_took_no_time() -> None:
    assert Tally().middle is None


def test_the_page_says_it_in_words_and_numbers(ground: Ground, signed_in_as: SignedInAs) -> None:
    arrived(ground, 30, amount="2.5")
    ground.add(OfframpStatus.FAILED)
    count_offramps(ground.session)
    ground.session.commit()
    manager = signed_in_as("Manager")
    page = manager.get("/figures/offramps").text
    for words in ("50%", "30 seconds", "The number is not registered", "Sandbox", "0.50", "2.5"):
        assert words in page
    assert manager.get("/figures/offramps?since=2020-01&until=2020-02").status_code == 200
    assert "No offramps were made" in manager.get("/figures/offramps?since=2020-01&until=2020-02").text
    long = manager.get("/figures/offramps?since=2000-01&until=2999-12")
    assert long.status_code == 200
    assert len(long.data) < 100_000
    for wrong in ("since=1", "since=1999-01", "since=2026-05&until=2026-04", "project=x"):
        assert manager.get(f"/figures/offramps?{wrong}").status_code == 422


def test_C4_who_works_in_some_projects_gets_the_figures_of_those(
    ground: Ground, app: Flask, session: Session
) -> None:
    limited = add_user_with(session, "limited", "Manager")
    remove_role(session, limited, "Manager")
    other = add_project(session, "Other")
    assign_role(session, limited, "Manager", projects=[other.uuid])
    ground.add()
    ground.add(project=None)
    count_offramps(session)
    session.commit()
    browser: FlaskClient = enter_as(app.test_client(), session, limited)
    assert "No offramps were made" in browser.get("/figures/offramps").text
    assert browser.get(f"/figures/offramps?project={ground.project.uuid}").status_code == 422
    ground.add(project=other)
    count_offramps(session)
    session.commit()
    assert "No offramps were made" not in browser.get("/figures/offramps").text


def test_the_page_takes_as_many_statements_however_much_there_is(
    ground: Ground, signed_in_as: SignedInAs
) -> None:
    manager, counts = signed_in_as("Manager"), []
    for number in range(2):
        add_request(ground.session, add_provider(ground.session, f"More {number}"), ground.project)
        count_offramps(ground.session)
        ground.session.commit()
        with statements() as asked:
            assert manager.get("/figures/offramps").status_code == 200
        counts.append(len(asked))
    assert counts == [5, 5]
