"""Looking for everybody who may stand in the registry twice.

Comparing each with each would take for ever. So people are first sorted by marks that duplicates share: a phone, an
id, how the name sounds with a year of birth or a place, a birthday with one of the names. Who shares a mark is
compared, first those whose mark few others share: the fewer they are, the more it says of them. A mark that too many
share tells nothing and is left out, and so are, in a very large registry, the most common ones of the others.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.beneficiaries.queries.comparing import COMPARED, PEOPLE, POSSIBLE, REASONS, TRAITS
from portal.core.db import rows_changed
from portal.core.errors import Conflict
from portal.duplicates.operations.starting import UNDER_WAY

CROWDED = 500
"""From how many people on a mark tells nothing of each of them."""
MOST = 6_000_000
"""Pairs compared by one search at most, counted before those are taken out that share several marks."""
CHUNK = 50_000
"""Pairs compared by one statement; between two, one may see how far it is, and stop."""

_ONE_AT_A_TIME = text("SELECT pg_try_advisory_xact_lock(hashtext('duplicates.scan'))")
_WITH_ROOM = text("SET LOCAL work_mem = '64MB'")

_READ = f"""
CREATE TEMPORARY TABLE scanned ON COMMIT DROP AS
SELECT {TRAITS} FROM {PEOPLE} WHERE b."deletedAt" IS NULL
"""

_MARK = """
CREATE TEMPORARY TABLE marks ON COMMIT DROP AS
SELECT hashtextextended(mark, kind) AS mark, kind <= 2 AS sure, id FROM (
    SELECT 1 AS kind, line AS mark, id FROM scanned
    UNION ALL SELECT 1, shared, id FROM scanned WHERE shared IS DISTINCT FROM line
    UNION ALL SELECT 2, govt_id, id FROM scanned
    UNION ALL SELECT 3, sound || '|' || at, id FROM scanned, generate_series(year, year + 1) AS at
    UNION ALL SELECT 4, sound || '|' || place, id FROM scanned
    UNION ALL SELECT 5, word || '|' || born, id FROM scanned, {words} WHERE dated
    UNION ALL SELECT 6, concat_ws('|', word, year, place), id FROM scanned, {words}
        WHERE year IS NOT NULL AND place IS NOT NULL
    UNION ALL SELECT 7, concat_ws('|', born, place), id FROM scanned WHERE dated AND place IS NOT NULL
) marked WHERE mark IS NOT NULL
""".format(
    words="LATERAL (SELECT split_part(sound, ' ', 1) UNION SELECT split_part(sound, ' ', 2)) AS of (word)"
)

_SORT = """
CREATE TEMPORARY TABLE known ON COMMIT DROP AS
SELECT mark, people, people <= :crowded
    AND sum(people * (people - 1) / 2) OVER (ORDER BY sure DESC, people, mark) <= :most AS compared
FROM (SELECT mark, sure, count(*) AS people FROM marks GROUP BY mark, sure HAVING count(*) > 1) shared
"""
"""Phones and ids first, then the marks that the fewest share."""

_CROSS = """
CREATE TEMPORARY TABLE crossed ON COMMIT DROP AS
SELECT row_number() OVER () AS number, first, second FROM (
    SELECT one.id AS first, other.id AS second
    FROM known JOIN marks one USING (mark) JOIN marks other USING (mark)
    WHERE known.compared AND one.id < other.id
    UNION
    SELECT least(one.id, other.id), greatest(one.id, other.id)
    FROM tbl_duplicate_pairs pair
    JOIN scanned one ON one.uuid = pair."firstId" JOIN scanned other ON other.uuid = pair."secondId"
    WHERE pair.state = 'OPEN'
) pairs
"""
"""What was found before is compared again, so that nothing goes because it is not looked for any more."""

_LEFT_OUT = text("SELECT count(*), coalesce(max(people), 0) FROM known WHERE NOT compared")

_COMPARE = f"""
INSERT INTO found (first, second, score, reasons)
SELECT least(x.uuid, y.uuid), greatest(x.uuid, y.uuid), score, {REASONS}
FROM crossed JOIN scanned x ON x.id = crossed.first JOIN scanned y ON y.id = crossed.second {COMPARED}
WHERE crossed.number > :after AND crossed.number <= :after + {CHUNK} AND score >= {POSSIBLE}
"""

_KEEP = """
WITH kept AS (
    INSERT INTO tbl_duplicate_pairs ("firstId", "secondId", score, reasons, scan)
    SELECT first, second, score, reasons, :scan FROM found ORDER BY score, first, second
    ON CONFLICT ("firstId", "secondId") DO UPDATE
    SET score = excluded.score, reasons = excluded.reasons, scan = excluded.scan, state = 'OPEN',
        "decidedAt" = NULL, "decidedBy" = NULL
    WHERE (tbl_duplicate_pairs.score, tbl_duplicate_pairs.reasons) IS DISTINCT FROM (excluded.score, excluded.reasons)
    RETURNING 1
)
SELECT count(*) FROM kept
"""
"""Two people whom somebody kept apart are offered again only when they have something else in common than then."""

_DROP = """
DELETE FROM tbl_duplicate_pairs pair
WHERE state = 'OPEN' AND NOT EXISTS (
    SELECT FROM found WHERE found.first = pair."firstId" AND found.second = pair."secondId")
    AND NOT EXISTS (SELECT FROM tbl_merges merge WHERE merge."pairId" = pair.uuid)
"""


def scan(
    session: Session, job: UUID, step: Callable[[str, int | None], None], advance: Callable[[int], None]
) -> dict[str, int]:
    """Find all pairs and keep them, in the session's transaction; what is no longer alike and undecided goes.

    `step` and `advance` are told how far it is, and may raise to stop. Returns how many `people` were looked at, how
    many pairs were `found` and how many of these are `new`; how many groups of people with a mark in common were
    `left_out`, and how many people the `largest` of these has. Raises Conflict while another scan runs.
    """
    if not session.scalar(_ONE_AT_A_TIME):
        raise Conflict(UNDER_WAY)
    session.execute(_WITH_ROOM)
    step("Reading names, phones and ids", None)
    people = _made(session, _READ)
    session.execute(text("CREATE UNIQUE INDEX ON scanned (id)"))
    session.execute(text("ANALYZE scanned"))
    step("Looking for what people have in common", None)
    _made(session, _MARK)
    session.execute(text("ANALYZE marks"))
    _made(session, _SORT, crowded=CROWDED, most=MOST)
    session.execute(text("ANALYZE known"))
    left_out, largest = session.execute(_LEFT_OUT).one()
    pairs = _made(session, _CROSS)
    session.execute(text("CREATE UNIQUE INDEX ON crossed (number)"))
    session.execute(text("ANALYZE crossed"))
    session.execute(
        text(
            "CREATE TEMPORARY TABLE found (first uuid, second uuid, score int, reasons text[]) ON COMMIT DROP"
        )
    )
    step("Comparing", pairs)
    found = 0
    for after in range(0, pairs, CHUNK):
        found += _made(session, _COMPARE, after=after)
        advance(min(after + CHUNK, pairs))
    session.execute(text("ANALYZE found"))
    step("Keeping what was found", None)
    new = session.scalar(text(_KEEP), {"scan": job}) or 0
    session.execute(text(_DROP))
    for table in ("found", "crossed", "known", "marks", "scanned"):
        session.execute(text(f"DROP TABLE {table}"))
    return {"people": people, "found": found, "new": new, "left_out": left_out, "largest": largest}


def _made(session: Session, statement: str, **values: int) -> int:
    """How many rows the statement made."""
    return rows_changed(session.execute(text(statement), values))
