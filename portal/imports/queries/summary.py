"""What keeps rows of a batch out, told by kind."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Kind:
    """One kind of problem or doubt: `entry` as stored with `row`, the first row of the file that has it, and
    in how many `rows` it stands."""

    rows: int
    row: int
    entry: dict[str, Any]


KINDS = text(
    """
SELECT count(*) AS rows, min(t."rowNumber") AS row, (array_agg(said.entry ORDER BY t."rowNumber"))[1] AS entry
FROM tbl_temp_beneficiaries t
CROSS JOIN LATERAL jsonb_array_elements(coalesce(t.problems, '[]') || coalesce(t.reasons, '[]')) said (entry)
WHERE t."batchId" = :batch AND t.take IS NOT TRUE
GROUP BY said.entry ->> 'field', said.entry ->> 'code'
ORDER BY 1 DESC, 2
LIMIT :most
"""
)


def held_by_kind(session: Session, batch: UUID, most: int) -> list[Kind]:
    """Why rows are not taken, at most so many kinds, the commonest first."""
    return [Kind(*row) for row in session.execute(KINDS, {"batch": batch, "most": most})]
