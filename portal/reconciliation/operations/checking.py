"""Holding each row of a file against the payments of its list: all rows by one statement, in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.copying import driver_connection
from portal.core.values.money import convert_amount
from portal.core.values.outcome import Context
from portal.imports.parsing import rows_in
from portal.reconciliation.meanings import Meaning, Target, Verdict, meaning_of
from portal.users.phones import fold_phone

LONGEST = 500
"""Characters that are kept of a cell."""

CREATE_SAID = """
CREATE TEMPORARY TABLE said (
    number integer, given text, reference uuid, phone text, amount numeric, meaning text, word text, reason text,
    unreadable boolean
) ON COMMIT DROP
"""

CLEAR = text('DELETE FROM tbl_reconciliation_rows WHERE "reconciliationId" = :reconciliation')

# A payment is named by its reference, else by a phone that one payment of the list alone went to. Of several rows that
# name one payment and say the same, the first counts; where they say different things, none does.
JUDGE = text(
    """
INSERT INTO tbl_reconciliation_rows (
    "reconciliationId", number, given, said, reason, amount, "transactionId", verdict)
WITH paid AS MATERIALIZED (
    SELECT t.uuid, t.status, t.amount, r.phone
    FROM tbl_transactions t LEFT JOIN tbl_payout_rows r ON r.uuid = t.uuid
    WHERE t."payoutListId" = :list AND t."deletedAt" IS NULL
), phones AS (
    SELECT phone, min(uuid::text)::uuid AS uuid FROM paid WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) = 1
), named AS (
    SELECT s.*, coalesce(p.uuid, f.uuid) AS payment
    FROM said s LEFT JOIN paid p ON p.uuid = s.reference
    LEFT JOIN phones f ON s.reference IS NULL AND f.phone = s.phone
), beside AS (
    SELECT n.*, p.status, p.amount AS paid_amount,
        row_number() OVER same AS place,
        min(n.meaning) OVER whole IS DISTINCT FROM max(n.meaning) OVER whole
            OR min(n.amount) OVER whole IS DISTINCT FROM max(n.amount) OVER whole AS at_odds
    FROM named n LEFT JOIN paid p ON p.uuid = n.payment
    WINDOW same AS (PARTITION BY n.payment ORDER BY n.number), whole AS (PARTITION BY n.payment)
)
SELECT :reconciliation, number, given, word, reason, amount, payment, CASE
    WHEN unreadable THEN 'UNREADABLE'
    WHEN payment IS NULL THEN 'UNMATCHED'
    WHEN at_odds OR place > 1 THEN 'REPEATED'
    WHEN amount <> paid_amount THEN 'DIFFERS'
    WHEN meaning = 'OPEN' THEN 'OPEN'
    WHEN meaning = 'PAID' THEN CASE status WHEN 'FAILED' THEN 'CONTRADICTS' ELSE 'PAID' END
    ELSE CASE status WHEN 'FAILED' THEN 'KNOWN' ELSE 'FAILED' END END
FROM beside ORDER BY number
"""
)

COUNT = text(
    """
SELECT verdict, count(*) AS rows FROM tbl_reconciliation_rows
WHERE "reconciliationId" = :reconciliation GROUP BY verdict
"""
)

# No join: of rows that were written a moment ago PostgreSQL knows no numbers, and compared each payment with each row.
MISSING = text(
    """
SELECT (SELECT count(*) FROM tbl_transactions WHERE "payoutListId" = :list AND "deletedAt" IS NULL)
    - (SELECT count(DISTINCT "transactionId") FROM tbl_reconciliation_rows WHERE "reconciliationId" = :reconciliation)
"""
)

NESTED = text("SELECT set_config('enable_nestloop', :on, true)")
LARGE = 2_000
"""From so many rows on, payments are looked up in a table of them and never one row after the other."""


@dataclass(frozen=True)
class Reading:
    """How a file's cells are understood: what each column is, what all rows say where no column does, what somebody
    told of the provider's words, and the country of phones without a code."""

    targets: Sequence[Target]
    everything: Meaning | None
    told: Mapping[str, str]
    region: str

    def said(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """A row as `said` keeps it."""
        at = {target: cells[place] for place, target in enumerate(self.targets) if place < len(cells)}
        reference, phone = at.get(Target.REFERENCE, "").strip(), at.get(Target.PHONE, "").strip()
        word = at.get(Target.STATUS, "").strip()
        meaning = meaning_of(word, self.told) if Target.STATUS in self.targets else self.everything
        amount, readable = _amount(at.get(Target.AMOUNT, ""))
        return (
            number,
            (reference or phone)[:LONGEST] or None,
            _uuid(reference),
            fold_phone(phone, self.region) if phone else None,
            amount,
            meaning,
            word[:LONGEST] or None,
            at.get(Target.REASON, "").strip()[:LONGEST] or None,
            meaning is None or not readable,
        )


@lru_cache(10_000)
def _amount(cell: str) -> tuple[Decimal | None, bool]:
    """The amount that a cell says, and whether it can be read; few amounts fill many rows."""
    said = convert_amount(cell, Context("amount"))
    return (said.value if isinstance(said.value, Decimal) else None), said.problem is None


def _uuid(cell: str) -> UUID | None:
    try:
        return UUID(cell)
    except ValueError:
        return None


def check_rows(
    session: Session,
    reconciliation: UUID,
    payout_list: UUID,
    reading: Reading,
    blocks: Iterable[bytes],
    progress: Callable[[int], None],
) -> dict[str, int]:
    """Judge all rows of a file; what was judged before is replaced. How many rows each verdict has, and under
    `missing` how many payments of the list no row names.

    `progress` is told how many rows have come in, and may raise to stop.
    """
    session.execute(CLEAR, {"reconciliation": reconciliation})
    session.execute(text(CREATE_SAID))
    came = 0
    with driver_connection(session).cursor() as cursor, cursor.copy("COPY said FROM STDIN") as copy:
        for block in blocks:
            for number, cells in rows_in(block):
                copy.write_row(reading.said(number, cells))
                came += 1
            progress(came)
    session.execute(text("ANALYZE said"))
    told = {"reconciliation": reconciliation, "list": payout_list}
    session.execute(NESTED, {"on": "on" if came < LARGE else "off"})
    session.execute(JUDGE, told)
    session.execute(NESTED, {"on": "on"})
    session.execute(text("DROP TABLE said"))
    found = {row.verdict: row.rows for row in session.execute(COUNT, {"reconciliation": reconciliation})}
    counts = {verdict.value: int(found.get(verdict.value, 0)) for verdict in Verdict}
    return {**counts, "missing": session.execute(MISSING, told).scalar_one()}
