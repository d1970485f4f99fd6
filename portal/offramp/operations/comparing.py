"""Holding each row of a provider's statement against what was sent to it: all rows by one statement."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.copying import driver_connection
from portal.core.values.money import convert_amount
from portal.core.values.outcome import Context
from portal.imports.parsing import rows_in
from portal.offramp.queries.statements import count_missing
from portal.offramp.statements import OfframpStatement
from portal.offramp.stating import MISSING, Target, Verdict
from portal.reconciliation.meanings import Meaning, meaning_of

LONGEST = 500
"""Characters that are kept of a cell."""

_CREATE = text(
    """
    CREATE TEMPORARY TABLE stated (number integer, reference text, request text, hash text, amount numeric,
        tokens numeric, meaning text, word text, reason text, unreadable boolean) ON COMMIT DROP
    """
)
_CLEAR = text('DELETE FROM tbl_offramp_statement_rows WHERE "statementId" = :statement')

# A row means a try by our reference; by the provider's name for a request, or by the transfer, it means the last try.
# Of several rows that mean one try and say the same, the first counts; where they say different things, none does.
_JUDGE = text(
    """
    INSERT INTO tbl_offramp_statement_rows ("statementId", number, given, said, reason, amount, tokens, "attemptId",
        "offrampId", verdict)
    WITH named AS (
        SELECT s.*, coalesce(r.id, q.id, h.id) AS attempt
        FROM stated s
        LEFT JOIN tbl_offramp_attempts r ON r."referenceId" = s.reference
        LEFT JOIN tbl_offramps o ON r.id IS NULL AND o."requestId" = s.request
        LEFT JOIN LATERAL (SELECT a.id FROM tbl_offramp_attempts a WHERE a."offrampId" = o.uuid
            ORDER BY a.number DESC LIMIT 1) q ON true
        LEFT JOIN tbl_offramp_transactions t ON r.id IS NULL AND q.id IS NULL AND t."txHash" IN (s.hash, lower(s.hash))
        LEFT JOIN tbl_offramps ot ON ot."requestId" = t."requestId" AND ot."providerId" = :provider
        LEFT JOIN LATERAL (SELECT a.id FROM tbl_offramp_attempts a WHERE a."offrampId" = ot.uuid
            ORDER BY a.number DESC LIMIT 1) h ON true
    ), beside AS (
        SELECT n.*, a.state, o.uuid AS offramp, coalesce(a."amountPaid", o."fiatAmount") AS kept, o.amount AS sent,
            row_number() OVER same AS place,
            min(n.meaning) OVER whole IS DISTINCT FROM max(n.meaning) OVER whole
                OR min(n.amount) OVER whole IS DISTINCT FROM max(n.amount) OVER whole AS at_odds
        FROM named n
        LEFT JOIN (tbl_offramp_attempts a JOIN tbl_offramps o ON o.uuid = a."offrampId"
            AND o."providerId" = :provider AND o."deletedAt" IS NULL) ON a.id = n.attempt
        WINDOW same AS (PARTITION BY a.id, n.unreadable ORDER BY n.number),
            whole AS (PARTITION BY a.id, n.unreadable)
    )
    SELECT :statement, number, coalesce(reference, request, hash), word, reason, amount, tokens,
        CASE WHEN offramp IS NOT NULL THEN attempt END, offramp, CASE
        WHEN unreadable THEN 'UNREADABLE'
        WHEN offramp IS NULL THEN 'UNMATCHED'
        WHEN at_odds OR place > 1 THEN 'REPEATED'
        WHEN meaning = 'OPEN' THEN 'OPEN'
        WHEN tokens <> sent THEN 'DIFFERS'
        WHEN meaning = 'PAID' THEN CASE WHEN state = 'FAILED' THEN 'CONTRADICTS' WHEN state <> 'COMPLETED' THEN 'PAID'
            WHEN amount <> kept THEN 'DIFFERS' ELSE 'MATCHED' END
        ELSE CASE state WHEN 'FAILED' THEN 'MATCHED' WHEN 'COMPLETED' THEN 'CONTRADICTS' ELSE 'FAILED' END END
    FROM beside ORDER BY number
    """
)
_COUNT = text(
    """
    SELECT verdict, count(*) AS rows FROM tbl_offramp_statement_rows WHERE "statementId" = :statement GROUP BY verdict
    """
)


@dataclass(frozen=True)
class Reading:
    """How a file's cells are understood: what each column is, what all rows say where no column does, and what somebody
    told of the provider's words."""

    targets: Sequence[Target]
    everything: Meaning | None
    told: Mapping[str, str]

    def stated(self, number: int, cells: Sequence[str]) -> tuple[Any, ...]:
        """A row as it is compared."""
        at = {
            target: cells[place].strip()[:LONGEST] or None
            for place, target in enumerate(self.targets)
            if place < len(cells) and target is not Target.IGNORE
        }
        word = at.get(Target.STATUS)
        meaning = meaning_of(word or "", self.told) if Target.STATUS in self.targets else self.everything
        amount, readable = _amount(at.get(Target.AMOUNT))
        tokens, readable_too = _amount(at.get(Target.TOKENS))
        return (
            number,
            *(at.get(target) for target in (Target.REFERENCE, Target.REQUEST, Target.HASH)),
            *(amount, tokens, meaning, word, at.get(Target.REASON)),
            meaning is None or not readable or not readable_too,
        )


def _amount(cell: str | None) -> tuple[Decimal | None, bool]:
    """The amount that a cell says, and whether it can be read; that nothing was paid says as much as an empty cell."""
    if cell is None or not cell.strip("0.,"):
        return None, True
    said = convert_amount(cell, Context("amount"))
    return (said.value if isinstance(said.value, Decimal) else None), said.problem is None


def compare_rows(
    session: Session,
    found: OfframpStatement,
    reading: Reading,
    blocks: Iterable[bytes],
    progress: Callable[[int], None],
) -> dict[str, int]:
    """Judge all rows of a statement; what was judged before is replaced. How many rows each verdict has, and under
    `missing` how much arrived in its days that no row names.

    `progress` is told how many rows have come in, and may raise to stop.
    """
    told = {"statement": found.uuid, "provider": found.provider_id}
    session.execute(_CLEAR, told)
    session.execute(_CREATE)
    came = 0
    with driver_connection(session).cursor() as cursor, cursor.copy("COPY stated FROM STDIN") as copy:
        for block in blocks:
            for number, cells in rows_in(block):
                copy.write_row(reading.stated(number, cells))
                came += 1
            progress(came)
    session.execute(text("ANALYZE stated"))
    session.execute(_JUDGE, told)
    session.execute(text("DROP TABLE stated"))
    judged = {row.verdict: row.rows for row in session.execute(_COUNT, told)}
    counts = {verdict.value: int(judged.get(verdict.value, 0)) for verdict in Verdict}
    return {**counts, MISSING: count_missing(session, found)}
