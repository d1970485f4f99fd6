"""Cases kept and let go: who complained is forgotten in time, a hotline's calls have their own day and e-mail
address, and many cases are made sensitive by one deed."""

from portal.core.revising import run

revision = "2026_11_23_cases_kept"
down_revision = "2026_11_23_offramp_moves"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE tbl_grievances ADD COLUMN "reporterForgottenAt" timestamptz;
-- Whom the portal has to forget one day, the longest closed first.
CREATE INDEX ix_tbl_grievances_remembered ON tbl_grievances ("closedAt")
    WHERE "closedAt" IS NOT NULL AND ("reportedBy" <> '' OR "reporterContact" <> '');

ALTER TABLE tbl_hotline_rows ADD COLUMN email text DEFAULT '' NOT NULL, ADD COLUMN "calledAt" timestamptz;

ALTER TABLE tbl_grievance_actions DROP CONSTRAINT ck_tbl_grievance_actions_kind,
    ADD CONSTRAINT ck_tbl_grievance_actions_kind
        CHECK (kind IN ('ASSIGN', 'PRIORITY', 'CATEGORY', 'NOTE', 'SENSITIVE'));
"""

DOWN = """
DELETE FROM tbl_grievance_actions WHERE kind = 'SENSITIVE';
ALTER TABLE tbl_grievance_actions DROP CONSTRAINT ck_tbl_grievance_actions_kind,
    ADD CONSTRAINT ck_tbl_grievance_actions_kind CHECK (kind IN ('ASSIGN', 'PRIORITY', 'CATEGORY', 'NOTE'));
ALTER TABLE tbl_hotline_rows DROP COLUMN "calledAt", DROP COLUMN email;
DROP INDEX ix_tbl_grievances_remembered;
ALTER TABLE tbl_grievances DROP COLUMN "reporterForgottenAt";
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
