"""Transactions at work."""

from portal.core.revising import run

revision = "2026_11_23_transactions"
down_revision = "2026_11_23_vendors"
branch_labels = None
depends_on = None

UP = """
"""

DOWN = """
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
