"""Projects at work."""

from portal.core.revising import run

revision = "2026_11_23_projects"
down_revision = "2026_11_23_erasing"
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
