"""Two people as a merge sees them: held, and written back."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from portal.beneficiaries.models import Beneficiary, BeneficiaryPii
from portal.core.errors import NotFound
from portal.duplicates.fields import facts_of


@dataclass
class Side:
    """One of two people: their rows, locked."""

    person: Beneficiary
    pii: BeneficiaryPii

    @property
    def facts(self) -> dict[str, Any]:
        """What the person is, by the names of `duplicates.fields`."""
        return facts_of(self.person, self.pii)


def hold(session: Session, people: tuple[UUID, UUID]) -> dict[UUID, Side]:
    """Both people, locked in the order of their uuids and read anew: of two who merge at once one waits.

    Raises NotFound where one of them is no longer in the registry at all.
    """
    found = session.execute(
        select(Beneficiary, BeneficiaryPii)
        .join(BeneficiaryPii, BeneficiaryPii.beneficiary_id == Beneficiary.id)
        .where(Beneficiary.uuid.in_(people))
        .order_by(Beneficiary.uuid)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != 2:
        raise NotFound
    return {person.uuid: Side(person, pii) for person, pii in found}


def write_back(session: Session, found: dict[str, dict[str, Any]]) -> None:
    """Make two people what their rows once were, but for the count of their edits, which only ever grows.

    Phone and wallet are unique, and may have to be exchanged: they are moved out of the way first.
    """
    session.flush()
    people = [UUID(uuid) for uuid in found]
    session.execute(text(PARKED_PHONES), {"people": people})
    session.execute(text(PARKED_WALLETS), {"people": people})
    person = _columns(Beneficiary, {"id", "uuid", "version", "updatedAt", *ERASED})
    pii = _columns(BeneficiaryPii, {"beneficiaryId", "searchText", *ERASED})
    for uuid, row in found.items():
        values = {"uuid": UUID(uuid), "row": json.dumps(row["person"])}
        session.execute(
            text(
                _restoring(
                    "tbl_beneficiaries",
                    person,
                    "t.uuid = :uuid",
                    ', version = t.version + 1, "updatedAt" = now()',
                )
            ),
            values,
        )
        mine = 't."beneficiaryId" = (SELECT id FROM tbl_beneficiaries WHERE uuid = :uuid)'
        session.execute(
            text(_restoring("tbl_beneficiaries_pii", pii, mine, "")),
            {"uuid": UUID(uuid), "row": json.dumps(row["pii"])},
        )
    session.expire_all()


ERASED = frozenset({"erasedAt", "erasedBy", "erasedReason", "erasedNote"})
"""What no merge keeps and none gives back."""

PARKED_PHONES = """
UPDATE tbl_beneficiaries_pii p SET phone = 'none:merging ' || b.uuid
FROM tbl_beneficiaries b WHERE b.id = p."beneficiaryId" AND b.uuid = ANY(:people)
"""
PARKED_WALLETS = """
UPDATE tbl_beneficiaries SET "walletAddress" = 'merging ' || uuid WHERE uuid = ANY(:people)
"""


def _columns(model: Any, without: set[str]) -> list[str]:
    return [column.name for column in inspect(model).local_table.columns if column.name not in without]


def _restoring(table: str, columns: list[str], where: str, more: str) -> str:
    """SQL: give a row the columns it has in the JSON `row`, read by the table's own types."""
    sets = ", ".join(f'"{name}" = r."{name}"' for name in columns)
    return (
        f"UPDATE {table} t SET {sets}{more} "
        f"FROM jsonb_populate_record(NULL::{table}, CAST(:row AS jsonb)) r WHERE {where}"
    )
