"""A form on a token that was filled from an older state is refused."""

from portal.core.revising import run

revision = "2026_11_23_tokens"
down_revision = "2026_11_23_cases_kept"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("ALTER TABLE tbl_tokens ADD COLUMN version integer DEFAULT 1 NOT NULL")


def downgrade() -> None:
    run("ALTER TABLE tbl_tokens DROP COLUMN version")
