"""What is good for one time: links, changes of address to confirm, and counters of tries."""

from alembic import op

revision = "2026_11_22_one_time"
down_revision = "2026_11_22_messages"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE tbl_rate_counts (
    name text NOT NULL,
    who bytea NOT NULL,
    count integer NOT NULL,
    "endsAt" timestamptz NOT NULL,
    CONSTRAINT pk_tbl_rate_counts PRIMARY KEY (name, who),
    CONSTRAINT ck_tbl_rate_counts_count CHECK (count >= 0)
);
CREATE INDEX ix_tbl_auth_challenge ON tbl_auth (challenge text_pattern_ops) WHERE challenge IS NOT NULL;
"""

DOWN = """
DROP INDEX ix_tbl_auth_challenge;
DROP TABLE tbl_rate_counts;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)


def run(statements: str) -> None:
    """All statements at once: a raw cursor takes several, and leaves `%` and `:` alone."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(statements)
