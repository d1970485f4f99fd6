"""A provider's file about a payout list: reading, judging and marking what failed, against a bare COPY and join of
rows that are typed already and a bare UPDATE without log, budget and sums."""

import csv
import statistics
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bench.figures import Report, timed
from bench.ground import Ground
from bench.payouts import EACH, WITHOUT_TRIGGERS, driver, paid_list, tell_ratio, undone
from bench.statements import portal_on

FAILED_OF = 500
"""One payment of so many failed: 200 of 100,000."""
HEADERS = ("Reference", "Phone", "Amount", "Status", "Reason")
PAYMENTS = 'SELECT uuid, amount FROM tbl_transactions WHERE "payoutListId" = :list ORDER BY id'
KNOWN = "ANALYZE tbl_transactions"
"""As after a night: without it the bare join would be planned for an empty table."""
FILE = """
INSERT INTO tbl_reconciliations ("listId", "fileName", "fileHash", "createdBy") VALUES (:list, 'bench.csv', 'x', :by)
RETURNING uuid
"""
BARE_SAID = "CREATE TEMPORARY TABLE bare_said (number int, reference uuid, amount numeric, failed bool) ON COMMIT DROP"
BARE_COPY = "COPY bare_said FROM STDIN"
BARE_JUDGE = """
INSERT INTO tbl_reconciliation_rows ("reconciliationId", number, given, amount, "transactionId", verdict)
SELECT %(file)s, s.number, s.reference::text, s.amount, t.uuid, CASE WHEN t.uuid IS NULL THEN 'UNMATCHED'
    WHEN t.amount <> s.amount THEN 'DIFFERS' WHEN s.failed THEN 'FAILED' ELSE 'PAID' END
FROM bare_said s LEFT JOIN tbl_transactions t ON t.uuid = s.reference AND t."payoutListId" = %(list)s
"""
BARE_MARK = """
UPDATE tbl_transactions t SET status = 'FAILED', "failedBy" = %(by)s, "failedAt" = now(), reason = 'Closed'
FROM tbl_reconciliation_rows r WHERE r."reconciliationId" = %(file)s AND r.verdict = 'FAILED'
    AND t.uuid = r."transactionId" AND t.status = 'APPROVED'
"""


def measure_reconciliation(report: Report, ground: Ground, count: int) -> None:
    """A file of `count` rows; everything is rolled back."""
    with portal_on(ground), tempfile.TemporaryDirectory() as folder:
        from sqlalchemy import text

        from portal.core.db import db

        session = db.session()
        found, told = paid_list(session, count)
        driver(session, KNOWN, {})
        payments = session.execute(text(PAYMENTS), {"list": found.uuid}).all()
        file = session.execute(text(FILE), {"list": found.uuid, "by": told["maker"]}).scalar_one()
        values = {"file": file, "list": found.uuid, "by": told["maker"]}
        path = Path(folder) / "result.csv"
        _write(path, payments)
        report.heading(f"A provider’s file of {len(payments):,} rows")
        _measure(report, session, path, payments, values)
        session.rollback()
    with ground.connect() as connection:
        for table in ("tbl_reconciliation_rows", "tbl_payout_rows", "tbl_transactions"):
            connection.execute(f"VACUUM {table}")


def _measure(
    report: Report, session: Any, path: Path, payments: Sequence[Any], values: dict[str, Any]
) -> None:
    whole: dict[str, list[float]] = {"ours": [], "bare": []}
    checking, marking = [], []
    for _round in range(EACH):
        with undone(session):
            checking.append(timed(partial(_check, session, path, values)))
            marking.append(timed(partial(_mark, session, values)))
            whole["ours"].append(checking[-1] + marking[-1])
        with undone(session):
            driver(session, WITHOUT_TRIGGERS, {})
            whole["bare"].append(timed(partial(_do_bare, session, payments, values)))
    report.figure("reading and judging", statistics.median(checking) * 1000, "ms")
    report.figure("marking what failed", statistics.median(marking) * 1000, "ms")
    tell_ratio(report, "all of it / bare COPY, join and UPDATE", whole)


def _write(path: Path, payments: Sequence[Any]) -> None:
    """As a provider would: every payment by its reference, one of so many failed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number, (reference, amount) in enumerate(payments):
            failed = _failed(number)
            writer.writerow(
                (reference, "", amount, "failed" if failed else "success", "Closed" if failed else "")
            )


def _failed(number: int) -> bool:
    return number % FAILED_OF == 0


def _check(session: Any, path: Path, values: dict[str, Any]) -> None:
    """What the job does before it commits: the file through the child process, then judged."""
    from portal.imports.parsing import RowStream, inspect
    from portal.imports.values import Plan
    from portal.reconciliation.meanings import guess
    from portal.reconciliation.operations.checking import Reading, check_rows

    inspection = inspect(path, path.name)
    reading = Reading(guess(inspection.headers), None, {}, "NP")
    with RowStream(path, inspection, Plan.of([]), columns=("row_number", "raw")) as stream:
        blocks = (block.data for block in stream)
        check_rows(session, values["file"], values["list"], reading, blocks, lambda _came: None)


def _mark(session: Any, values: dict[str, Any]) -> None:
    from portal.core.abilities import Ability, Rule
    from portal.reconciliation.operations.marking import mark_failed

    mark_failed(session, values["file"], Ability((Rule("manage", "all"),)), by=values["by"])


def _do_bare(session: Any, payments: Sequence[Any], values: dict[str, Any]) -> None:
    driver(session, BARE_SAID, {})
    cursor = session.connection().connection.driver_connection.cursor()
    with cursor, cursor.copy(BARE_COPY) as copy:
        copy.set_types(["int4", "uuid", "numeric", "bool"])
        for number, (reference, amount) in enumerate(payments):
            copy.write_row((number, reference, amount, _failed(number)))
    driver(session, "ANALYZE bare_said", {})
    driver(session, BARE_JUDGE, values)
    driver(session, BARE_MARK, values)
