"""What was settled of offramps is paged through by its time, however much it became."""

from portal.core.revising import run

revision = "2026_11_23_offramp_settled"
down_revision = "2026_11_23_offramp_receivers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        """
        CREATE INDEX ix_tbl_offramp_attention_settled
            ON tbl_offramp_attention (since, uuid) WHERE "settledAt" IS NOT NULL;
        """
    )


def downgrade() -> None:
    run("DROP INDEX ix_tbl_offramp_attention_settled")
