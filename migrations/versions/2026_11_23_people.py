"""How a person was deleted, and what that leaves."""

from portal.core.revising import run

revision = "2026_11_23_people"
down_revision = "2026_11_22_audit_seals"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE tbl_beneficiaries
    ADD COLUMN "deletedReason" text,
    ADD COLUMN "deletedBy" uuid;
CREATE INDEX ix_tbl_beneficiaries_deleted ON tbl_beneficiaries ("deletedAt" DESC, id DESC)
    WHERE "deletedAt" IS NOT NULL;

-- Why somebody was deleted is told in people's own words, which the log could not forget.
DROP TRIGGER audit_added ON tbl_beneficiaries;
DROP TRIGGER audit_changed ON tbl_beneficiaries;
DROP TRIGGER audit_removed ON tbl_beneficiaries;
DROP TRIGGER audit_emptied ON tbl_beneficiaries;
SELECT portal_audit_attach('tbl_beneficiaries', 'uuid', added => 'key', removed => 'key',
    hidden => '{extras,notes,birthDate,location,latitude,longitude,deletedReason}');
"""

DOWN = """
DROP TRIGGER audit_added ON tbl_beneficiaries;
DROP TRIGGER audit_changed ON tbl_beneficiaries;
DROP TRIGGER audit_removed ON tbl_beneficiaries;
DROP TRIGGER audit_emptied ON tbl_beneficiaries;
SELECT portal_audit_attach('tbl_beneficiaries', 'uuid', added => 'key', removed => 'key',
    hidden => '{extras,notes,birthDate,location,latitude,longitude}');
DROP INDEX ix_tbl_beneficiaries_deleted;
ALTER TABLE tbl_beneficiaries DROP COLUMN "deletedBy", DROP COLUMN "deletedReason";
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
