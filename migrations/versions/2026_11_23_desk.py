"""What a vendor says is wrong with a payment names that payment."""

from portal.core.revising import run

revision = "2026_11_23_desk"
down_revision = "2026_11_23_finding"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE tbl_grievances
    ADD COLUMN "transactionId" uuid,
    ADD CONSTRAINT "fk_tbl_grievances_transactionId"
        FOREIGN KEY ("transactionId") REFERENCES tbl_transactions (uuid);
CREATE INDEX "ix_tbl_grievances_transactionId" ON tbl_grievances ("transactionId");
"""

DOWN = """
ALTER TABLE tbl_grievances DROP COLUMN "transactionId";
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
