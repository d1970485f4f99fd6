"""People by where they are: for the map's cells, and for lists of an area."""

from portal.core.revising import run

revision = "2026_11_23_maps"
down_revision = "2026_11_23_duplicates"
branch_labels = None
depends_on = None

UP = """
CREATE INDEX ix_tbl_beneficiaries_place_live
    ON tbl_beneficiaries (latitude, longitude) WHERE "deletedAt" IS NULL;
"""

DOWN = """
DROP INDEX ix_tbl_beneficiaries_place_live;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
