"""A payout list of very many people: submitting it against bare SELECTs that check, add up and hash its rows, paying it
against the bare INSERT … SELECT without log, budget and sums; and the pages that are read before it is approved."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from bench.figures import Report, timed
from bench.ground import Ground
from bench.statements import portal_on

EACH = 3
PATIENT = "SET LOCAL statement_timeout = '600s'"
PROJECT = """
INSERT INTO tbl_projects (name, type, status, currency) VALUES ('bench', 'CVA', 'ACTIVE', 'NPR') RETURNING uuid
"""
VENDOR = """
WITH person AS (INSERT INTO tbl_users (name) VALUES ('bench') RETURNING uuid), shop AS (
    INSERT INTO tbl_vendors (uuid, name, state) SELECT uuid, 'bench', 'APPROVED' FROM person RETURNING uuid)
SELECT uuid FROM shop
"""
PART = """INSERT INTO tbl_projects_vendors ("projectId", "vendorId") VALUES (:project, :vendor)"""
USERS = "INSERT INTO tbl_users (name) VALUES ('maker'), ('approver') RETURNING id"
PEOPLE = """
INSERT INTO tbl_beneficiaries_projects ("projectId", "beneficiaryId")
SELECT :project, uuid FROM tbl_beneficiaries WHERE "deletedAt" IS NULL ORDER BY id LIMIT :count
"""
BARE_CHECK = """
SELECT count(*) FILTER (WHERE b."deletedAt" IS NULL AND p.id IS NOT NULL AND o.uuid IS NULL), sum(r.amount)
FROM tbl_payout_rows r JOIN tbl_beneficiaries b ON b.uuid = r."beneficiaryId"
LEFT JOIN tbl_beneficiaries_projects p ON p."projectId" = %(project)s AND p."beneficiaryId" = r."beneficiaryId"
    AND p."deletedAt" IS NULL
LEFT JOIN (tbl_payout_rows o JOIN tbl_payout_lists l ON l.uuid = o."listId" AND l."projectId" = %(project)s
    AND l.uuid <> %(list)s AND l.state = 'SUBMITTED') ON o."beneficiaryId" = r."beneficiaryId"
WHERE r."listId" = %(list)s
"""
BARE_HASH = """
SELECT sha256(string_agg(concat_ws(',', number, "beneficiaryId", amount, phone, wallet, account), ''
    ORDER BY number)::bytea)
FROM tbl_payout_rows WHERE "listId" = %(list)s AND verdict = 'OK' AND "heldBy" IS NULL
"""
BARE_PAY = """
INSERT INTO tbl_transactions (uuid, "projectId", "beneficiaryId", "vendorId", amount, currency, status, "createdBy",
    "decidedBy", "decidedAt", "payoutListId")
SELECT r.uuid, %(project)s, r."beneficiaryId", %(vendor)s, r.amount, 'NPR', 'APPROVED', %(maker)s, %(approver)s, now(),
    r."listId"
FROM tbl_payout_rows r WHERE r."listId" = %(list)s AND r.verdict = 'OK' AND r."heldBy" IS NULL
"""
KNOWN = "ANALYZE tbl_payout_rows, tbl_beneficiaries_projects"
"""As after a night: without it the bare statement would be planned for an empty table."""
WITHOUT_TRIGGERS = "ALTER TABLE tbl_transactions DISABLE TRIGGER USER"


def measure_payouts(report: Report, ground: Ground, count: int) -> None:
    """A list of `count` people; everything is rolled back."""
    with portal_on(ground):
        from portal.core.db import db

        session = db.session()
        report.heading(f"A payout list of {count:,} people")
        measure_list(report, session, count)
    with ground.connect() as connection:
        for table in ("tbl_payout_rows", "tbl_transactions", "tbl_beneficiaries_projects"):
            connection.execute(f"VACUUM {table}")


def measure_list(report: Report, session: Any, count: int) -> None:
    """Fill, submit and pay a list, each in turns with the bare statement; all in one transaction, which is undone."""
    from portal.payouts.queries.warnings import warnings_of

    told = _ground(session, count)
    found = _made(session, told)
    report.figure("filling", timed(partial(_fill, session, found)) * 1000, "ms")
    driver(session, KNOWN, {})
    session.refresh(found)
    submitting_times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _round in range(EACH):
        with undone(session):
            submitting_times["ours"].append(timed(partial(_submit, session, found, told)))
        session.refresh(found)
        submitting_times["bare"].append(timed(partial(_check_bare, session, told | {"list": found.uuid})))
    tell_ratio(report, f"submitting {count:,} / bare check, sum and hash", submitting_times)
    _submit(session, found, told)
    session.refresh(found)
    report.figure(
        "what to look at before approving", timed(partial(warnings_of, session, found)) * 1000, "ms"
    )
    _approve(session, found, told)
    paying_times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _round in range(EACH):
        with undone(session):
            paying_times["ours"].append(timed(partial(_pay, session, found)))
        session.refresh(found)
        with undone(session):
            driver(session, WITHOUT_TRIGGERS, {})
            paying_times["bare"].append(
                timed(partial(driver, session, BARE_PAY, told | {"list": found.uuid}))
            )
    tell_ratio(report, f"paying {count:,} / bare INSERT … SELECT", paying_times)
    session.rollback()


def paid_list(session: Any, count: int) -> tuple[Any, dict[str, Any]]:
    """A list of so many people that was paid, and what it was made of; nothing is committed."""
    told = _ground(session, count)
    found = _made(session, told)
    _fill(session, found)
    driver(session, KNOWN, {})
    session.refresh(found)
    _submit(session, found, told)
    session.refresh(found)
    _approve(session, found, told)
    _pay(session, found)
    session.refresh(found)
    return found, told


def _approve(session: Any, found: Any, told: dict[str, Any]) -> None:
    from portal.payouts.operations import approving

    for step in range(found.steps_needed):
        by = told["approver"] if step + 1 == found.steps_needed else _another(session)
        approving.approve(session, found.uuid, seen=found.rows_hash or "", by=by, begin=uuid4)
        session.refresh(found)


def _ground(session: Any, count: int) -> dict[str, Any]:
    from sqlalchemy import text

    driver(session, PATIENT, {})
    project = session.execute(text(PROJECT)).scalar_one()
    vendor = session.execute(text(VENDOR)).scalar_one()
    session.execute(text(PART), {"project": project, "vendor": vendor})
    maker, approver = session.execute(text(USERS)).scalars()
    session.execute(text(PEOPLE), {"project": project, "count": count})
    return {"project": project, "vendor": vendor, "maker": maker, "approver": approver}


def _another(session: Any) -> int:
    from sqlalchemy import text

    return int(
        session.execute(text("INSERT INTO tbl_users (name) VALUES ('second') RETURNING id")).scalar_one()
    )


def _made(session: Any, told: dict[str, Any]) -> Any:
    from decimal import Decimal

    from portal.beneficiaries.queries.filters import PeopleFilter
    from portal.payouts.models import PayoutList
    from portal.payouts.operations import drafting

    uuid: UUID = uuid4()
    terms = drafting.Terms("bench", told["vendor"], "HANDED_OUT", None, "NPR", "FIXED", Decimal(100))
    chosen = PeopleFilter(project=told["project"])
    drafting.make(session, uuid, told["project"], chosen, terms, by=told["maker"], job=uuid)
    return session.get_one(PayoutList, uuid)


def _fill(session: Any, found: Any) -> None:
    from portal.core.abilities import Ability, Rule
    from portal.payouts.operations import drafting

    drafting.fill(session, found, Ability((Rule("manage", "all"),)))
    drafting.finish_filling(session, found)


def _submit(session: Any, found: Any, told: dict[str, Any]) -> None:
    """What the request and the job do together, before they commit."""
    from portal.payouts.operations import submitting

    submitting.begin_submitting(session, found.uuid, seen=found.version, job=found.uuid)
    session.refresh(found)
    submitting.submit(session, found, by=told["maker"])


def _check_bare(session: Any, told: dict[str, Any]) -> None:
    driver(session, BARE_CHECK, told)
    driver(session, BARE_HASH, told)


def _pay(session: Any, found: Any) -> None:
    """What the job does before it commits."""
    from portal.payouts.operations import paying

    paying.check_approved(session, found)
    paying.pay(session, found)


@contextmanager
def undone(session: Any) -> Iterator[None]:
    """A part of the transaction that leaves nothing behind."""
    nested = session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()


def driver(session: Any, statement: str, values: dict[str, Any]) -> None:
    """A statement as the driver sends it."""
    session.connection().connection.driver_connection.execute(statement, values or None)


def tell_ratio(report: Report, name: str, times: dict[str, list[float]]) -> None:
    """The medians of "ours" and "bare" in seconds, and the one by the other."""
    middle = {kind: statistics.median(some) for kind, some in times.items()}
    report.say(f"ours {middle['ours']:.2f} s, bare {middle['bare']:.2f} s")
    report.figure(name, middle["ours"] / middle["bare"], target="at most 3")
