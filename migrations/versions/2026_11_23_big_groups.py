"""Who has no phone that money can be sent to, and names of groups by a part of them, without reading everybody."""

from portal.core.revising import run

revision = "2026_11_23_big_groups"
down_revision = "2026_11_23_clocks"
branch_labels = None
depends_on = None

# Few are without a valid phone, and their rows say so in the index alone.
UP = r"""
CREATE INDEX ix_tbl_beneficiaries_pii_no_valid_phone ON tbl_beneficiaries_pii ("beneficiaryId")
    WHERE phone !~ '^\+[1-9][0-9]{6,14}$';
CREATE INDEX ix_tbl_beneficiaries_group_name
    ON tbl_beneficiaries_group USING gin ((' ' || portal_fold(name)) gin_trgm_ops);
"""

DOWN = """
DROP INDEX ix_tbl_beneficiaries_group_name;
DROP INDEX ix_tbl_beneficiaries_pii_no_valid_phone;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
