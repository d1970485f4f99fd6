"""What the log holds beyond changes of rows: that somebody read, exported, or was refused."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import func, insert
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry, AuditWords

OWN_WORDS = "(own words)"
"""What an entry has in place of a purpose that somebody said in their own words."""


def record(
    session: Session,
    action: str,
    *,
    table_name: str | None = None,
    record_id: str | None = None,
    details: dict[str, Any] | None = None,
    words: str | None = None,
) -> None:
    """Add an entry in the name of the transaction's actor; it stands or falls with the transaction.

    `details` says what and how many; it never holds personal data. `words` are somebody's own about what it was for:
    they may name a person, so they stand apart, where they can be erased, and the entry proves them by a hash.
    """
    salt = secrets.token_bytes(16)
    if words is not None:
        details = {**(details or {}), "purpose": OWN_WORDS, "proof": proof_of(salt, words)}
    entry = session.scalar(
        insert(AuditEntry)
        .values(
            action=action,
            table_name=table_name,
            record_id=record_id,
            details=details,
            actor=func.nullif(func.current_setting("portal.actor", True), "").cast(AuditEntry.actor.type),
            request_id=func.nullif(func.current_setting("portal.request", True), ""),
        )
        .returning(AuditEntry.id)
    )
    if words is not None:
        session.execute(insert(AuditWords).values(entry_id=entry, salt=salt, words=words))


def proof_of(salt: bytes, words: str) -> str:
    """The hash of somebody's words; the salt keeps it from being found by trying once the words are erased."""
    return hashlib.sha256(salt + words.encode()).hexdigest()
