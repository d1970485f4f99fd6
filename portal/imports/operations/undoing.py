"""Taking a batch back, as long as nothing stands on what it brought: the registry is then as it was before."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.core.db import rows_changed
from portal.core.errors import Conflict
from portal.imports.operations.taking import KNOWN, NEWCOMERS

DEPENDING = text(
    f"""
SELECT
    count(*) FILTER (WHERE b.version > 1 OR b."deletedAt" IS NOT NULL OR b."isVerified") AS changed,
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM tbl_transactions x WHERE x."beneficiaryId" = b.uuid)) AS paid,
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM tbl_grouped_beneficiaries g
        WHERE g."beneficiaryId" = b.uuid AND g."createdAt" > :taken_at)
      OR EXISTS (
        SELECT FROM tbl_beneficiaries_projects j
        WHERE j."beneficiaryId" = b.uuid AND j."createdAt" > :taken_at)) AS joined
FROM tbl_temp_beneficiaries t JOIN tbl_beneficiaries b ON b.uuid = t.uuid
WHERE {NEWCOMERS}
"""
)

ANY_ROW = text('SELECT EXISTS (SELECT FROM tbl_temp_beneficiaries WHERE "batchId" = :batch)')

CHANGED_SINCE = text(
    f"""
SELECT count(*) FROM tbl_temp_beneficiaries t JOIN tbl_beneficiaries b ON b.uuid = t."matchId"
WHERE {KNOWN} AND b.version <> (t.before ->> 'version')::integer
"""
)

GIVEN_AWAY = text(
    f"""
SELECT count(*) FROM tbl_temp_beneficiaries t JOIN tbl_beneficiaries b ON b.uuid = t."matchId"
WHERE {KNOWN} AND (
    EXISTS (SELECT FROM tbl_beneficiaries_pii p
        WHERE p.phone = t.before #>> '{{pii,phone}}' AND p."beneficiaryId" <> b.id)
    OR EXISTS (SELECT FROM tbl_beneficiaries w
        WHERE lower(w."walletAddress") = lower(t.before #>> '{{person,walletAddress}}') AND w.id <> b.id))
"""
)

CLOSED_SINCE = text(
    f"""
SELECT min(p.name) FROM tbl_projects p
WHERE p.status = 'CLOSED' AND (EXISTS (
    SELECT FROM tbl_beneficiaries_projects m JOIN tbl_temp_beneficiaries t ON m."beneficiaryId" = t.uuid
    WHERE m."projectId" = p.uuid AND {NEWCOMERS})
  OR EXISTS (
    SELECT FROM tbl_beneficiaries_projects m JOIN tbl_temp_beneficiaries t ON m."beneficiaryId" = t."matchId"
    WHERE m."projectId" = p.uuid AND {KNOWN}
      AND (m."createdAt" = :taken_at OR (m."updatedAt" = :taken_at AND m."deletedAt" IS NULL))))
"""
)
"""A closed project that people would have to leave: nobody leaves it."""

NEW_UUIDS = f"SELECT t.uuid FROM tbl_temp_beneficiaries t WHERE {NEWCOMERS}"

REMOVE = [
    text(f'DELETE FROM tbl_grouped_beneficiaries WHERE "beneficiaryId" IN ({NEW_UUIDS})'),
    text(f'DELETE FROM tbl_beneficiaries_projects WHERE "beneficiaryId" IN ({NEW_UUIDS})'),
    text(
        f"""DELETE FROM tbl_beneficiaries_pii p USING tbl_beneficiaries b
        WHERE b.id = p."beneficiaryId" AND b.uuid IN ({NEW_UUIDS})"""
    ),
    text(f"DELETE FROM tbl_beneficiaries WHERE uuid IN ({NEW_UUIDS})"),
]

LEAVE_AGAIN = [
    text(
        f"""DELETE FROM {table} m USING tbl_temp_beneficiaries t
        WHERE {KNOWN} AND m."beneficiaryId" = t."matchId" AND m."createdAt" = :taken_at"""
    )
    for table in ("tbl_grouped_beneficiaries", "tbl_beneficiaries_projects")
] + [
    text(
        f"""UPDATE {table} m SET "deletedAt" = now(), "updatedAt" = now() FROM tbl_temp_beneficiaries t
        WHERE {KNOWN} AND m."beneficiaryId" = t."matchId"
          AND m."updatedAt" = :taken_at AND m."createdAt" < :taken_at AND m."deletedAt" IS NULL"""
    )
    for table in ("tbl_grouped_beneficiaries", "tbl_beneficiaries_projects")
]
"""Memberships that the taking made go; those that it only brought back are ended again."""

RESTORE_PEOPLE = text(
    f"""
UPDATE tbl_beneficiaries b SET
    gender = o.gender, "walletAddress" = o."walletAddress", "birthDate" = o."birthDate", age = o.age,
    location = o.location, latitude = o.latitude, longitude = o.longitude,
    extras = nullif(o.extras, 'null'), notes = o.notes, "bankedStatus" = o."bankedStatus",
    "internetStatus" = o."internetStatus", "phoneStatus" = o."phoneStatus",
    version = b.version + 1, "updatedAt" = now()
FROM tbl_temp_beneficiaries t
CROSS JOIN LATERAL jsonb_populate_record(NULL::tbl_beneficiaries, t.before -> 'person') o
WHERE {KNOWN} AND b.uuid = t."matchId"
"""
)

RESTORE_PII = text(
    f"""
UPDATE tbl_beneficiaries_pii p SET
    name = t.before #>> '{{pii,name}}', phone = t.before #>> '{{pii,phone}}',
    email = t.before #>> '{{pii,email}}', extras = nullif(t.before #> '{{pii,extras}}', 'null')
FROM tbl_temp_beneficiaries t JOIN tbl_beneficiaries b ON b.uuid = t."matchId"
WHERE {KNOWN} AND p."beneficiaryId" = b.id
"""
)

REMOVE_EMPTY_GROUPS = text(
    """
DELETE FROM tbl_beneficiaries_group g
WHERE g.uuid = ANY(:groups)
  AND NOT EXISTS (SELECT FROM tbl_grouped_beneficiaries m WHERE m."beneficiaryGroupId" = g.uuid)
  AND NOT EXISTS (SELECT FROM tbl_beneficiaries_gorup_projects p WHERE p."beneficiaryGroupId" = g.uuid)
"""
)


CLOSE_GROUPS = text(
    """
UPDATE tbl_beneficiaries_group g SET "deletedAt" = now(), "updatedAt" = now()
WHERE g."updatedAt" = :taken_at AND g."createdAt" < :taken_at AND g."deletedAt" IS NULL
  AND NOT EXISTS (SELECT FROM tbl_grouped_beneficiaries m
                  WHERE m."beneficiaryGroupId" = g.uuid AND m."deletedAt" IS NULL)
"""
)
"""Groups that the taking brought back and that nobody is in."""


def undo_rows(session: Session, batch: UUID, *, taken_at: object, groups: list[UUID]) -> dict[str, int]:
    """Remove the people a taken batch made and give back to others what it changed, in the session's transaction.

    `taken_at` is the moment of the taking, `groups` those it made; a group that others use by now stays.
    Returns the counts `removed` and `restored`. Raises Conflict, changing nothing, when something has come to
    depend on the batch (a payment, an edit, a new membership), or its rows are forgotten.
    """
    values = {"batch": batch}
    if not session.scalar(ANY_ROW, values):
        raise Conflict("This import can no longer be undone: its rows were forgotten when its time was over.")
    _refuse_if_depended_upon(session, batch, taken_at)
    for statement in LEAVE_AGAIN:
        session.execute(statement, {**values, "taken_at": taken_at})
    restored = rows_changed(session.execute(RESTORE_PEOPLE, values))
    session.execute(RESTORE_PII, values)
    removed = 0
    for statement in REMOVE:
        removed = rows_changed(session.execute(statement, values))
    session.execute(REMOVE_EMPTY_GROUPS, {"groups": groups})
    session.execute(CLOSE_GROUPS, {"taken_at": taken_at})
    return {"removed": removed, "restored": restored}


def _refuse_if_depended_upon(session: Session, batch: UUID, taken_at: object) -> None:
    found = session.execute(DEPENDING, {"batch": batch, "taken_at": taken_at}).one()
    since = session.scalar(CHANGED_SINCE, {"batch": batch}) or 0
    if found.paid:
        raise Conflict(
            "This import can no longer be undone: payments exist for %(people)s of its people.",
            people=found.paid,
        )
    if found.changed or since:
        raise Conflict(
            "This import can no longer be undone: %(people)s of its people were changed since.",
            people=found.changed + since,
        )
    if given_away := session.scalar(GIVEN_AWAY, {"batch": batch}):
        raise Conflict(
            "This import can no longer be undone: the old phone or wallet of %(people)s of its people is somebody "
            "else's by now.",
            people=given_away,
        )
    if closed := session.scalar(CLOSED_SINCE, {"batch": batch, "taken_at": taken_at}):
        raise Conflict(
            "This import can no longer be undone: the project “%(name)s”, which its people joined, was closed since.",
            name=closed,
        )
    if found.joined:
        raise Conflict(
            "This import can no longer be undone: %(people)s of its people joined other groups or projects since.",
            people=found.joined,
        )
