"""Changing one row under review: a cell is corrected, or somebody says who the row is. It is judged again.

Rows that share a reference, phone, wallet, id, or name and birth date with it are judged with it, since which of
them came first may have changed; each against all those that share something with it in turn.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from portal.core.errors import Conflict, Refusal
from portal.imports.models import TempBeneficiary
from portal.imports.operations.judging import CREATE_INCOMING, JUDGED
from portal.imports.operations.staging import stage_groups
from portal.imports.values.plan import Plan
from portal.imports.values.row import Row, convert_row

SHARED_PHONE = "shared phone"
"""Under which name the extras keep the number of somebody who shares another person's phone."""

NEAR = text(
    """
SELECT t."rowNumber" FROM tbl_temp_beneficiaries t
WHERE t."batchId" = :batch AND (
    t.uuid = :row OR t."personUuid" = ANY(:people) OR t.phone = ANY(:phones) OR t."walletAddress" = ANY(:wallets)
    OR lower(t."govtIDNumber") = ANY(:ids) OR t."matchId" = ANY(:matches) OR (
        (t."birthDate" AT TIME ZONE 'UTC')::date = ANY(CAST(:births AS date[]))
        AND portal_fold(t.name) IN (SELECT portal_fold(name) FROM unnest(CAST(:names AS text[])) AS name)))
"""
)
"""The rows whose verdict may hang on this one."""

BESIDE_NEAR = text(
    """
WITH near AS MATERIALIZED (
    SELECT uuid, "personUuid", phone, nullif("walletAddress", '') AS wallet, lower("govtIDNumber") AS govt_id,
        "birthDate", portal_fold(name) AS name
    FROM tbl_temp_beneficiaries WHERE "batchId" = :batch AND "rowNumber" = ANY(:near)
)
INSERT INTO incoming
SELECT t."rowNumber", t.raw, t."personUuid", t."firstName", t."lastName", t.name, t.phone, t.email,
    t."govtIDNumber", t.gender, (t."birthDate" AT TIME ZONE 'UTC')::date, t.age, t.location, t.latitude,
    t.longitude, nullif(t."walletAddress", ''), t.notes, t."bankedStatus", t."internetStatus",
    t."phoneStatus", t.groups, t.extras, t.problems, t.notices
FROM tbl_temp_beneficiaries t
WHERE t."batchId" = :batch AND (
    t.uuid IN (SELECT uuid FROM near) OR t."personUuid" IN (SELECT "personUuid" FROM near)
    OR t.phone IN (SELECT phone FROM near) OR nullif(t."walletAddress", '') IN (SELECT wallet FROM near)
    OR lower(t."govtIDNumber") IN (SELECT govt_id FROM near) OR (
        t."birthDate" IN (SELECT "birthDate" FROM near)
        AND (t."birthDate", portal_fold(t.name)) IN (SELECT "birthDate", name FROM near)))
"""
)
"""These rows, with all that they are to be judged against."""

JUDGE_AGAIN = text(
    JUDGED
    + """
UPDATE tbl_temp_beneficiaries t
SET verdict = j.verdict, reasons = j.reasons, "matchId" = j.match_id,
    take = CASE
        WHEN t.uuid <> :row AND t.verdict = j.verdict
            AND (j.verdict <> 'DUPLICATE' OR NOT coalesce(j.reasons @> '[{"blocking": true}]', false))
        THEN t.take ELSE j.verdict IN ('NEW', 'UPDATE') END
FROM judged j
WHERE t."batchId" = :batch AND t."rowNumber" = j.row_number AND t."rowNumber" = ANY(:near)
"""
)


def mend_cell(session: Session, row: TempBeneficiary, position: int, value: str, plan: Plan) -> None:
    """Put `value` into the cell at `position` (from 0) of a row and judge the row as if the file had said so."""
    cells = list(row.raw or [])
    cells += [None] * (position + 1 - len(cells))
    cells[position] = value
    before = _keys(row)
    converted = convert_row([cell or "" for cell in cells], plan)
    for name, content in _columns(converted).items():
        setattr(row, name, content)
    row.raw = cells
    session.flush()
    _judge_again(session, row, before)
    if row.batch_id is not None:
        stage_groups(session, row.batch_id, row.uuid)


def judge_again(session: Session, row: TempBeneficiary) -> None:
    """Judge a row, and those that share a key with it, by what the registry says now."""
    _judge_again(session, row, _keys(row))


def settle_as_same(session: Session, row: TempBeneficiary) -> None:
    """Say that the row is the person it matches: taking it updates that person.

    Raises Refusal when it matches nobody who is in the registry, and when another row updates them already.
    """
    codes = {reason["code"] for reason in row.reasons or ()}
    if row.match_id is None or row.verdict != "DUPLICATE" or any(code.endswith("_deleted") for code in codes):
        raise Refusal("This row matches nobody whom it could update.")
    twin = session.scalar(
        select(func.min(TempBeneficiary.row_number)).where(
            TempBeneficiary.batch_id == row.batch_id,
            TempBeneficiary.match_id == row.match_id,
            TempBeneficiary.verdict == "UPDATE",
            TempBeneficiary.take.is_(True),
        )
    )
    if twin is not None:
        raise Refusal("Row %(row)s of the file updates this person already. Leave that one first.", row=twin)
    session.execute(
        update(TempBeneficiary)
        .where(TempBeneficiary.uuid == row.uuid, TempBeneficiary.verdict == "DUPLICATE")
        .values(verdict="UPDATE", take=True)
    )


def settle_as_other(session: Session, row: TempBeneficiary) -> None:
    """Say that the row is somebody else who shares the phone: they are taken without one of their own.

    The number stays with them among the extras, as a shared phone.
    """
    if row.phone is None or row.verdict != "DUPLICATE":
        raise Conflict("This row has no phone to share.")
    before = _keys(row)
    row.extras = {**(row.extras or {}), SHARED_PHONE: row.phone}
    row.phone = None
    session.flush()
    _judge_again(session, row, before)


def _keys(row: TempBeneficiary) -> dict[str, list[Any]]:
    return {
        "phones": [row.phone] if row.phone else [],
        "wallets": [row.wallet_address] if row.wallet_address else [],
        "ids": [row.govt_id_number.lower()] if row.govt_id_number else [],
        "people": [row.person_uuid] if row.person_uuid else [],
        "matches": [row.match_id] if row.match_id else [],
        "births": [row.birth_date.isoformat()[:10]] if row.birth_date else [],
        "names": [row.name] if row.name else [],
    }


def _judge_again(session: Session, row: TempBeneficiary, before: dict[str, list[Any]]) -> None:
    now = _keys(row)
    values = {name: before[name] + now[name] for name in now}
    scope = {"batch": row.batch_id, "row": row.uuid}
    near = {"near": session.scalars(NEAR, {**scope, **values}).all()}
    session.execute(text(CREATE_INCOMING))
    session.execute(BESIDE_NEAR, {**scope, **near})
    session.execute(JUDGE_AGAIN, {**scope, **near})
    session.execute(text("DROP TABLE incoming"))
    session.refresh(row)


def _columns(converted: Row) -> dict[str, Any]:
    """A converted row as the staging table's attributes."""
    problems = [problem._asdict() for problem in converted.problems]
    notices = [note._asdict() for note in converted.warnings]
    plain = asdict(converted)
    return {
        "person_uuid": UUID(converted.uuid) if converted.uuid else None,
        "first_name": converted.first_name or "",
        "last_name": converted.last_name or "",
        "wallet_address": converted.wallet_address or "",
        "govt_id_number": converted.govt_id,
        "gender": converted.gender or "UNKNOWN",
        "banked_status": converted.banked_status or "UNKNOWN",
        "internet_status": converted.internet_status or "UNKNOWN",
        "phone_status": converted.phone_status or "UNKNOWN",
        "extras": converted.extras or None,
        "groups": converted.groups or None,
        "problems": problems or None,
        "notices": notices or None,
        **{
            name: plain[name]
            for name in (
                "name",
                "phone",
                "email",
                "birth_date",
                "age",
                "location",
                "latitude",
                "longitude",
                "notes",
            )
        },
    }


def stored_row(session: Session, batch: UUID, number: int) -> TempBeneficiary:
    """The row of a batch by its number, held against others. Raises Conflict when it is gone."""
    found = (
        session.query(TempBeneficiary)
        .filter_by(batch_id=batch, row_number=number)
        .with_for_update()
        .one_or_none()
    )
    if found is None:
        raise Conflict("This row is no longer there: the file was checked again.")
    return found
