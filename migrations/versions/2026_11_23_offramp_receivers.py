"""Whom an offramp pays who is on no record is found by name and phone, at once."""

from portal.core.revising import run

revision = "2026_11_23_offramp_receivers"
down_revision = "2026_11_23_offramp_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        """
        CREATE INDEX ix_tbl_offramps_receivers
            ON tbl_offramps USING gin (portal_search_text("receiverName", "receiverPhone", NULL) gin_trgm_ops)
            WHERE "beneficiaryId" IS NULL;
        """
    )


def downgrade() -> None:
    run("DROP INDEX ix_tbl_offramps_receivers")
