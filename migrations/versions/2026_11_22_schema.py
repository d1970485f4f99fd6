"""The whole schema: the seed's 29 tables, the portal's own, search, and the audit log.

The statements are SQL files, one a module, in the order of their numbers, so that each can be read beside the
seed. They are kept as they were applied: what changes later is a new revision.
"""

from pathlib import Path

from portal.core.revising import run

revision = "2026_11_22_schema"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = Path(__file__).parent.parent / "sql" / revision


def upgrade() -> None:
    for file in sorted(STATEMENTS.glob("[0-9]*.sql")):
        run(file.read_text(encoding="utf-8"))


def downgrade() -> None:
    run((STATEMENTS / "down.sql").read_text(encoding="utf-8"))
