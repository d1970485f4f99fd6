"""The list of offramps narrowed to a token or a chain of which there are few: found at once, and not by reading all."""

from portal.core.revising import run

revision = "2026_11_23_offramp_lists"
down_revision = "2026_11_23_offramp_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        """
        CREATE INDEX ix_tbl_offramps_token_live ON tbl_offramps (token, "createdAt" DESC, id DESC)
            WHERE "deletedAt" IS NULL;
        CREATE INDEX ix_tbl_offramps_chain_live ON tbl_offramps (chain, "createdAt" DESC, id DESC)
            WHERE "deletedAt" IS NULL;
        """
    )


def downgrade() -> None:
    run("DROP INDEX ix_tbl_offramps_token_live; DROP INDEX ix_tbl_offramps_chain_live")
