"""Two people's rows, to keep and to compare with later."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

ROWS = text(
    """
    SELECT b.uuid,
        to_jsonb(b) - '{id,uuid,erasedAt,erasedBy,erasedReason,erasedNote}'::text[] AS person,
        to_jsonb(p) - '{beneficiaryId,searchText,erasedAt}'::text[] AS pii
    FROM tbl_beneficiaries b JOIN tbl_beneficiaries_pii p ON p."beneficiaryId" = b.id
    WHERE b.uuid = ANY(:people)
    """
)


def rows(session: Session, people: tuple[UUID, UUID]) -> dict[str, dict[str, Any]]:
    """Both people's rows as the database writes them down, by uuid: to keep, and to compare with later."""
    session.flush()
    found = session.execute(ROWS, {"people": list(people)})
    return {str(row.uuid): {"person": row.person, "pii": row.pii} for row in found}


def seen(found: dict[str, dict[str, Any]]) -> str:
    """A stamp of two people as they are: a page carries it, and another one means that somebody changed them."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()
