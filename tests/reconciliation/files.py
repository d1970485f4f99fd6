"""A provider's file on a list, as uploading leaves it, without a file."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.payouts.models import PayoutList
from portal.reconciliation.models import Reconciliation
from portal.users.models import User

INSPECTION: dict[str, object] = {
    "kind": "csv", "encoding": "utf-8", "delimiter": ",", "sheets": [], "sheet": None, "header_row": 1, "titles": [],
    "headers": ["Reference", "Status"], "sample": [["x", "failed"]], "sample_rows": [2], "rows": 1, "blank_rows": 0,
    "rows_exact": True, "date_orders": {},
}  # fmt: skip


def paid_out(session: Session, found: PayoutList, decided_by: User) -> None:
    """Let a draft be one that was approved and paid, past everything that watches over that."""
    session.flush()
    session.execute(text("ALTER TABLE tbl_payout_lists DISABLE TRIGGER payout_list_moves"))
    session.execute(
        text(
            """
            UPDATE tbl_payout_lists SET state = 'APPROVED', "submittedBy" = "createdBy", "submittedAt" = now(),
                "rowsHash" = 'x', "decidedBy" = :by, "decidedAt" = now() WHERE uuid = :uuid
            """
        ),
        {"uuid": found.uuid, "by": decided_by.id},
    )
    session.execute(text("ALTER TABLE tbl_payout_lists ENABLE TRIGGER payout_list_moves"))
    session.expire(found)


def add_file(session: Session, found: PayoutList, by: User, **facts: object) -> UUID:
    """A file that was looked at, and nothing more."""
    usual = {"file_name": "result.csv", "file_hash": "x", "inspection": INSPECTION}
    made = Reconciliation(**{"list_id": found.uuid, "created_by": by.id, **usual, **facts})
    session.add(made)
    session.flush()
    return made.uuid
