"""Taking the chosen rows of a batch into the registry: all in one transaction, or nothing.

A person keeps the uuid of the row they came from, so what a batch made can be found again at any time.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.beneficiaries.operations.named_groups import join_groups, join_project, make_groups
from portal.core.db import rows_changed
from portal.core.errors import Refusal
from portal.imports.operations.staging import SURVEY, WITH_ROOM
from portal.imports.queries.batches import is_open
from portal.wallets.operations import ensure_pool

NEWCOMERS = """t."batchId" = :batch AND t.take AND t.verdict IN ('NEW', 'DUPLICATE')"""
KNOWN = """t."batchId" = :batch AND t.take AND t.verdict = 'UPDATE'"""
ANOTHER_PLACE = """t.latitude IS NOT NULL AND t.longitude IS NOT NULL
        AND (t.latitude, t.longitude) IS DISTINCT FROM (round(b.latitude * 100.0::float8) / 100.0::float8,
            round(b.longitude * 100.0::float8) / 100.0::float8)"""
"""A row names a place that is more than the one on record in hundredths of a degree. Whoever may not locate people
exports places so: imported again, they must not come back over the exact ones."""

HOLD_TAKEN_MEANWHILE = text(
    f"""
UPDATE tbl_temp_beneficiaries t
SET verdict = 'DUPLICATE', take = false, "matchId" = clash.uuid,
    reasons = jsonb_build_array(jsonb_strip_nulls(
        jsonb_build_object('code', clash.code, 'match', clash.uuid, 'row', clash.row, 'blocking', true)))
FROM (
    SELECT t.id, b.uuid, 'phone_known' AS code, NULL::integer AS row
    FROM tbl_temp_beneficiaries t
    JOIN tbl_beneficiaries_pii p ON p.phone = t.phone JOIN tbl_beneficiaries b ON b.id = p."beneficiaryId"
    WHERE {NEWCOMERS}
    UNION ALL
    SELECT t.id, b.uuid, 'wallet_known', NULL
    FROM tbl_temp_beneficiaries t
    JOIN tbl_beneficiaries b ON lower(b."walletAddress") = lower(t."walletAddress")
    WHERE {NEWCOMERS} AND t."walletAddress" <> ''
    UNION ALL
    SELECT t.id, b.uuid, CASE WHEN b.id IS NULL OR b."erasedAt" IS NOT NULL THEN 'person_gone'
        WHEN b."deletedAt" IS NOT NULL THEN 'person_deleted'
        WHEN p.phone IS NOT NULL THEN 'phone_known' ELSE 'wallet_known' END, NULL
    FROM tbl_temp_beneficiaries t
    LEFT JOIN tbl_beneficiaries b ON b.uuid = t."matchId"
    LEFT JOIN tbl_beneficiaries_pii p ON p.phone = t.phone AND p."beneficiaryId" <> b.id
    LEFT JOIN tbl_beneficiaries w ON t."walletAddress" <> ''
        AND lower(w."walletAddress") = lower(t."walletAddress") AND w.id <> b.id
    WHERE {KNOWN} AND (b.id IS NULL OR b."deletedAt" IS NOT NULL OR p.phone IS NOT NULL OR w.id IS NOT NULL)
    UNION ALL
    SELECT twin.id, twin."matchId", 'person_in_file', twin.first
    FROM (
        SELECT t.id, t."matchId", t."rowNumber", min(t."rowNumber") OVER (PARTITION BY t."matchId") AS first
        FROM tbl_temp_beneficiaries t WHERE {KNOWN}
    ) twin
    WHERE twin."rowNumber" > twin.first
) clash
WHERE t.id = clash.id
"""
)

COUNT_WITHOUT_WALLET = text(
    f"""SELECT count(*) FROM tbl_temp_beneficiaries t WHERE {NEWCOMERS} AND t."walletAddress" = ''"""
)

ADD_PEOPLE = text(
    f"""
WITH chosen AS MATERIALIZED (
    SELECT t.uuid, t."rowNumber", t.gender, t."birthDate", t.age, t.location, t.latitude, t.longitude, t.extras,
        t.notes, t."bankedStatus", t."internetStatus", t."phoneStatus", t.name, t.phone, t.email,
        t."govtIDNumber", t."walletAddress",
        nextval(pg_get_serial_sequence('tbl_beneficiaries', 'id')) AS person,
        CASE WHEN t."walletAddress" = '' THEN nextval('wallet_index_seq') END AS wallet_index
    FROM tbl_temp_beneficiaries t WHERE {NEWCOMERS} ORDER BY t."rowNumber"
), made AS (
    INSERT INTO tbl_beneficiaries (id, uuid, gender, "walletAddress", "birthDate", age, location, latitude,
        longitude, extras, notes, "bankedStatus", "internetStatus", "phoneStatus")
    SELECT c.person, c.uuid, c.gender, wallet.address, c."birthDate",
        coalesce(date_part('year', age(c."birthDate"))::integer, c.age), c.location, c.latitude, c.longitude,
        nullif(c.extras, '{{}}'), c.notes, c."bankedStatus", c."internetStatus", c."phoneStatus"
    FROM chosen c LEFT JOIN tbl_wallet_pool w ON w.index = c.wallet_index
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.wallet_index IS NULL THEN c."walletAddress" ELSE w.address END AS address) wallet
    ORDER BY lower(wallet.address)
), named AS (
    INSERT INTO tbl_beneficiaries_pii ("beneficiaryId", name, phone, email, extras)
    SELECT c.person, c.name, coalesce(c.phone, 'none:' || c.uuid), c.email,
        CASE WHEN c."govtIDNumber" IS NOT NULL THEN jsonb_build_object('govtIDNumber', c."govtIDNumber") END
    FROM chosen c
    ORDER BY c.name
    RETURNING 1
)
SELECT count(*) FROM named
"""
)
"""People are numbered in the order of the file, and put in the order of the indexes that would else be hit all over."""

KEEP_BEFORE = text(
    f"""
UPDATE tbl_temp_beneficiaries t SET before = jsonb_build_object(
    'version', b.version + 1,
    'person', jsonb_build_object('gender', b.gender, 'walletAddress', b."walletAddress",
        'birthDate', b."birthDate", 'age', b.age, 'location', b.location, 'latitude', b.latitude,
        'longitude', b.longitude, 'extras', b.extras, 'notes', b.notes, 'bankedStatus', b."bankedStatus",
        'internetStatus', b."internetStatus", 'phoneStatus', b."phoneStatus"),
    'pii', jsonb_build_object('name', p.name, 'phone', p.phone, 'email', p.email, 'extras', p.extras))
FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
WHERE {KNOWN} AND b.uuid = t."matchId"
"""
)

UPDATE_PEOPLE = text(
    f"""
UPDATE tbl_beneficiaries b SET
    gender = CASE WHEN t.gender <> 'UNKNOWN' THEN t.gender ELSE b.gender END,
    "walletAddress" = coalesce(nullif(t."walletAddress", ''), b."walletAddress"),
    "birthDate" = coalesce(t."birthDate", b."birthDate"),
    age = coalesce(date_part('year', age(t."birthDate"))::integer, t.age, b.age),
    location = coalesce(t.location, b.location),
    latitude = CASE WHEN {ANOTHER_PLACE} THEN t.latitude ELSE b.latitude END,
    longitude = CASE WHEN {ANOTHER_PLACE} THEN t.longitude ELSE b.longitude END,
    extras = coalesce(b.extras || t.extras, b.extras, nullif(t.extras, '{{}}')),
    notes = coalesce(t.notes, b.notes),
    "bankedStatus" = CASE WHEN t."bankedStatus" <> 'UNKNOWN' THEN t."bankedStatus" ELSE b."bankedStatus" END,
    "internetStatus" =
        CASE WHEN t."internetStatus" <> 'UNKNOWN' THEN t."internetStatus" ELSE b."internetStatus" END,
    "phoneStatus" = CASE WHEN t."phoneStatus" <> 'UNKNOWN' THEN t."phoneStatus" ELSE b."phoneStatus" END,
    version = b.version + 1, "updatedAt" = now()
FROM tbl_temp_beneficiaries t
WHERE {KNOWN} AND b.uuid = t."matchId"
"""
)

UPDATE_PII = text(
    f"""
UPDATE tbl_beneficiaries_pii p SET
    name = coalesce(t.name, p.name), phone = coalesce(t.phone, p.phone), email = coalesce(t.email, p.email),
    extras = CASE WHEN t."govtIDNumber" IS NULL THEN p.extras
        ELSE coalesce(p.extras, '{{}}') || jsonb_build_object('govtIDNumber', t."govtIDNumber") END
FROM tbl_temp_beneficiaries t JOIN tbl_beneficiaries b ON b.uuid = t."matchId"
WHERE {KNOWN} AND p."beneficiaryId" = b.id
"""
)

TAKEN = f"""
SELECT t.uuid AS person, t.uuid AS row FROM tbl_temp_beneficiaries t WHERE {NEWCOMERS}
UNION ALL
SELECT t."matchId", t.uuid FROM tbl_temp_beneficiaries t WHERE {KNOWN}
"""
"""The people of a batch with the rows they came from."""

IN_NAMED_GROUPS = f"""
SELECT taken.person, g.name AS group_name FROM ({TAKEN}) taken
JOIN tbl_temp_beneficiary_group tg ON tg."tempBenefUID" = taken.row
JOIN tbl_temp_group g ON g.uuid = tg."tempGroupUID"
"""
IN_COMMON_GROUP = f"SELECT taken.person, CAST(:common AS text) AS group_name FROM ({TAKEN}) taken"


def take_rows(
    session: Session, batch: UUID, *, group_name: str | None, project: UUID | None
) -> dict[str, Any]:
    """Make people of the chosen rows and update those already known, in the session's transaction.

    All of them join the group and the project chosen for the batch, and each the groups its row names. Rows
    whose phone or wallet somebody got since the check are held back. Returns the counts `added`, `updated`,
    `held`, and the uuids of the `groups` that were made. Run again after a rollback it does the same once.
    Raises Refusal when the project was closed or deleted since it was chosen.
    """
    if project is not None and not is_open(session, project):
        raise Refusal("The project of this import was closed meanwhile. Choose another, or none.", "project")
    values: dict[str, Any] = {"batch": batch}
    session.execute(WITH_ROOM)
    session.execute(SURVEY)
    held = rows_changed(session.execute(HOLD_TAKEN_MEANWHILE, values))
    ensure_pool(session, session.scalar(COUNT_WITHOUT_WALLET, values) or 0)
    added = session.scalar(ADD_PEOPLE, values) or 0
    session.execute(KEEP_BEFORE, values)
    updated = rows_changed(session.execute(UPDATE_PEOPLE, values))
    if updated:
        session.execute(UPDATE_PII, values)
    groups = _join(session, values, group_name, project)
    return {"added": added, "updated": updated, "held": held, "groups": [str(group) for group in groups]}


def _join(
    session: Session, values: dict[str, Any], group_name: str | None, project: UUID | None
) -> list[UUID]:
    """Put the taken people into the groups and the project; which groups were made for it."""
    made = make_groups(session, f"SELECT DISTINCT m.group_name FROM ({IN_NAMED_GROUPS}) m", values)
    join_groups(session, IN_NAMED_GROUPS, values)
    if group_name:
        common = {**values, "common": group_name}
        made += make_groups(session, "SELECT CAST(:common AS text)", {"common": group_name})
        join_groups(session, IN_COMMON_GROUP, common)
    if project:
        join_project(session, f"SELECT taken.person FROM ({TAKEN}) taken", project, values)
    return made
