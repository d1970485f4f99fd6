"""What a revision of the schema needs beyond Alembic."""

from contextlib import closing

from alembic import op


def run(statements: str) -> None:
    """Run several SQL statements at once: the driver's own cursor takes them, and leaves `%` and `:` alone."""
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(statements)
