"""What the log holds beyond changes of rows: that somebody read, exported, or was refused."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import bindparam, func, insert
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry, AuditWords

OWN_WORDS = "(own words)"
"""What an entry has in place of a purpose that somebody said in their own words."""


_ENTRY = AuditEntry.__table__.c
_ADDING = (
    insert(AuditEntry.__table__)
    .values(
        {
            _ENTRY.action: bindparam("what"),
            _ENTRY.tableName: bindparam("table"),
            _ENTRY.recordId: bindparam("record"),
            _ENTRY.details: bindparam("more"),
            _ENTRY.actor: func.nullif(func.current_setting("portal.actor", True), "").cast(_ENTRY.actor.type),
            _ENTRY.requestId: func.nullif(func.current_setting("portal.request", True), ""),
        }
    )
    .returning(_ENTRY.id)
)
"""Put together once: each look at a person's data adds an entry."""


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
    session.flush()  # what was done before stands before it in the log
    entry = session.scalar(
        _ADDING, {"what": action, "table": table_name, "record": record_id, "more": details}
    )
    if words is not None:
        session.execute(insert(AuditWords).values(entry_id=entry, salt=salt, words=words))


def proof_of(salt: bytes, words: str) -> str:
    """The hash of somebody's words; the salt keeps it from being found by trying once the words are erased."""
    return hashlib.sha256(salt + words.encode()).hexdigest()
