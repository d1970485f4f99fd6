"""Saved filters, and what groups keep beside the seed."""

from portal.core.revising import run

revision = "2026_11_23_groups"
down_revision = "2026_11_23_people"
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
