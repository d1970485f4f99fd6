"""Saved filters, and what groups keep beside the seed."""

from portal.core.revising import run

revision = "2026_11_23_groups"
down_revision = "2026_11_23_people"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE tbl_beneficiaries_group ADD COLUMN version integer DEFAULT 1 NOT NULL;

-- No foreign key: an assignment is never removed, and looking each one up would cost a set of a hundred thousand
-- people a third of its time.
ALTER TABLE tbl_beneficiaries_projects ADD COLUMN "broughtBy" uuid;
CREATE INDEX ix_tbl_beneficiaries_projects_brought_live ON tbl_beneficiaries_projects ("broughtBy")
    WHERE "broughtBy" IS NOT NULL AND "deletedAt" IS NULL;

CREATE TABLE tbl_saved_filters (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    filter jsonb NOT NULL,
    "ownerId" integer,
    "beneficiaryGroupId" uuid NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "usedAt" timestamptz,
    CONSTRAINT pk_tbl_saved_filters PRIMARY KEY (uuid),
    CONSTRAINT uq_tbl_saved_filters_pair UNIQUE ("beneficiaryGroupId", name),
    CONSTRAINT "fk_tbl_saved_filters_ownerId" FOREIGN KEY ("ownerId") REFERENCES tbl_users (id),
    CONSTRAINT "fk_tbl_saved_filters_beneficiaryGroupId"
        FOREIGN KEY ("beneficiaryGroupId") REFERENCES tbl_beneficiaries_group (uuid)
);
CREATE INDEX "ix_tbl_saved_filters_ownerId" ON tbl_saved_filters ("ownerId");

-- A filter may hold what was typed to find somebody.
SELECT portal_audit_attach('tbl_saved_filters', 'uuid', hidden => '{filter}');
"""

DOWN = """
DROP TABLE tbl_saved_filters;
ALTER TABLE tbl_beneficiaries_projects DROP COLUMN "broughtBy";
ALTER TABLE tbl_beneficiaries_group DROP COLUMN version;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
