"""Bulk actions: what was asked for, whom it reached, and how it is undone."""

from portal.core.revising import run

revision = "2026_11_23_bulk"
down_revision = "2026_11_23_groups"
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
