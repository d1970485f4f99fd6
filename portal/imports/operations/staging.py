"""Putting the rows of a file where they can be looked at: all of them or none, however often it is tried."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.copying import driver_connection
from portal.imports.operations.judging import CREATE_INCOMING, JUDGED

CLEAR = text('DELETE FROM tbl_temp_beneficiaries WHERE "batchId" = :batch')

STAGE = text(
    JUDGED
    + """
INSERT INTO tbl_temp_beneficiaries (
    "batchId", "rowNumber", raw, "personUuid", "firstName", "lastName", name, phone, email, "govtIDNumber",
    gender, "birthDate", age, location, latitude, longitude, "walletAddress", notes,
    "bankedStatus", "internetStatus", "phoneStatus", extras, groups, problems, notices,
    verdict, reasons, "matchId", take)
SELECT :batch, i.row_number, i.raw, i.person, coalesce(i.first_name, ''), coalesce(i.last_name, ''), i.name,
    i.phone, i.email, i.govt_id, coalesce(i.gender, 'UNKNOWN'),
    i.birth_date::timestamp AT TIME ZONE 'UTC', i.age, i.location, i.latitude, i.longitude,
    coalesce(i.wallet, ''), i.notes, coalesce(i.banked_status, 'UNKNOWN'),
    coalesce(i.internet_status, 'UNKNOWN'), coalesce(i.phone_status, 'UNKNOWN'),
    i.extras, i.groups, i.problems, i.warnings,
    j.verdict, j.reasons, j.match_id, j.verdict IN ('NEW', 'UPDATE')
FROM incoming i JOIN judged j USING (row_number)
ORDER BY i.row_number
"""
)

STAGE_GROUPS = """
INSERT INTO tbl_temp_group (name)
SELECT DISTINCT named.value FROM tbl_temp_beneficiaries t, jsonb_array_elements_text(t.groups) AS named (value)
WHERE t."batchId" = :batch AND t.groups IS NOT NULL {only}
ON CONFLICT (name) DO NOTHING
"""
LINK_GROUPS = """
INSERT INTO tbl_temp_beneficiary_group ("tempGroupUID", "tempBenefUID")
SELECT DISTINCT g.uuid, t.uuid
FROM tbl_temp_beneficiaries t
CROSS JOIN LATERAL jsonb_array_elements_text(t.groups) AS named (value)
JOIN tbl_temp_group g ON g.name = named.value
WHERE t."batchId" = :batch AND t.groups IS NOT NULL {only}
ON CONFLICT DO NOTHING
"""

SURVEY = text(
    'ANALYZE tbl_temp_beneficiaries ("batchId", uuid, "rowNumber", verdict, take, phone, "walletAddress", "matchId")'
)
"""Without fresh statistics the planner takes a hundred thousand new rows for one, and joins them in a loop."""

WITH_ROOM = text("SET LOCAL work_mem = '32MB'")
"""A hundred thousand rows are sorted and hashed in memory; what one transaction takes, it gives back."""

HASHED = text("SET LOCAL enable_mergejoin = off")
"""Names and birth dates of the whole registry would be sorted for a merge; hashing the file's is enough."""

COUNT = text(
    """
SELECT verdict, count(*) AS rows, count(*) FILTER (WHERE take) AS taken
FROM tbl_temp_beneficiaries WHERE "batchId" = :batch GROUP BY verdict
"""
)


def stage_rows(
    session: Session, batch: UUID, blocks: Iterable[tuple[int, bytes]], progress: Callable[[int], None]
) -> None:
    """Stage and judge all rows of a batch in the session's transaction; what was staged before is replaced.

    `blocks` are pieces of PostgreSQL's COPY text format in the column order of `incoming`, each with the number
    of rows it holds. `progress` is told how many rows have come in, and may raise to stop.
    """
    session.execute(WITH_ROOM)
    session.execute(CLEAR, {"batch": batch})
    session.execute(text(CREATE_INCOMING))
    rows = 0
    with driver_connection(session).cursor() as cursor, cursor.copy("COPY incoming FROM STDIN") as copy:
        for count, block in blocks:
            copy.write(block)
            rows += count
            progress(rows)
    session.execute(text("ANALYZE incoming"))
    session.execute(HASHED)
    session.execute(STAGE, {"batch": batch})
    session.execute(text("DROP TABLE incoming"))
    session.execute(SURVEY)
    stage_groups(session, batch)


FORGET_GROUPS = text('DELETE FROM tbl_temp_beneficiary_group WHERE "tempBenefUID" = :row')


def stage_groups(session: Session, batch: UUID, row: UUID | None = None) -> None:
    """Stage the groups that the rows of a batch, or one row of it, name; what one row named before is dropped."""
    only, values = ("AND t.uuid = :row", {"batch": batch, "row": row}) if row else ("", {"batch": batch})
    if row:
        session.execute(FORGET_GROUPS, {"row": row})
    session.execute(text(STAGE_GROUPS.format(only=only)), values)
    session.execute(text(LINK_GROUPS.format(only=only)), values)


def count_verdicts(session: Session, batch: UUID) -> dict[str, dict[str, int]]:
    """How many rows each verdict has, and how many of them are to be taken."""
    found: dict[str, dict[str, Any]] = {
        row.verdict: {"rows": row.rows, "take": row.taken} for row in session.execute(COUNT, {"batch": batch})
    }
    return {verdict: found.get(verdict, {"rows": 0, "take": 0}) for verdict in VERDICTS_IN_ORDER}


VERDICTS_IN_ORDER = ("NEW", "UPDATE", "DUPLICATE", "INVALID")
