"""How a person was deleted, and what that leaves."""

from portal.core.revising import run

revision = "2026_11_23_people"
down_revision = "2026_11_22_audit_seals"
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
