"""What the log holds beyond changes of rows: that somebody read, exported, or was refused."""

from typing import Any

from sqlalchemy import func, insert
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry


def record(
    session: Session,
    action: str,
    *,
    table_name: str | None = None,
    record_id: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add an entry in the name of the transaction's actor; it stands or falls with the transaction.

    `details` says what and how many; it never holds personal data.
    """
    session.execute(
        insert(AuditEntry).values(
            action=action,
            table_name=table_name,
            record_id=record_id,
            details=details,
            actor=func.nullif(func.current_setting("portal.actor", True), "").cast(AuditEntry.actor.type),
            request_id=func.nullif(func.current_setting("portal.request", True), ""),
        )
    )
