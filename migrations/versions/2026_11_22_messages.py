"""The outbox: messages to people, until they are sent and after."""

from alembic import op

revision = "2026_11_22_messages"
down_revision = "2026_11_22_roles"
branch_labels = None
depends_on = None

UP = """
SELECT 1
"""

DOWN = """
SELECT 1
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)


def run(statements: str) -> None:
    """All statements at once: a raw cursor takes several, and leaves `%` and `:` alone."""
    with op.get_bind().connection.cursor() as cursor:
        cursor.execute(statements)
