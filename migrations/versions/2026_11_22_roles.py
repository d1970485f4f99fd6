"""Roles: an assignment limited to projects, and what a role demands."""

from portal.core.revising import run

revision = "2026_11_22_roles"
down_revision = "2026_11_22_queue"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE tbl_users_roles
    ADD COLUMN conditions jsonb,
    ADD CONSTRAINT ck_tbl_users_roles_conditions CHECK ((
        jsonb_typeof(conditions) = 'object' AND conditions - 'projects' = '{}'
        AND jsonb_typeof(conditions -> 'projects') = 'array'
        AND jsonb_array_length(conditions -> 'projects') BETWEEN 1 AND 500
        AND NOT jsonb_path_exists(conditions, 'strict $.projects[*] ? (@.type() != "string"
        || !(@ like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"))', '{}', true)
    ) IS TRUE OR conditions IS NULL);
ALTER TABLE tbl_auth_roles
    ADD COLUMN "demandsSecondFactor" boolean DEFAULT false NOT NULL,
    ADD COLUMN "exportLimit" integer,
    ADD COLUMN version integer DEFAULT 1 NOT NULL,
    ADD CONSTRAINT "ck_tbl_auth_roles_exportLimit" CHECK ("exportLimit" >= 0);
CREATE INDEX ix_tbl_users_search
    ON tbl_users USING gin (portal_search_text(name, phone, email) gin_trgm_ops);
CREATE INDEX ix_tbl_users_by_name ON tbl_users (portal_search_text(name, phone, email), id);
CREATE UNIQUE INDEX uq_tbl_users_email_live ON tbl_users (email) WHERE "deletedAt" IS NULL;
CREATE UNIQUE INDEX uq_tbl_users_phone_live ON tbl_users (phone) WHERE "deletedAt" IS NULL;
CREATE UNIQUE INDEX uq_tbl_users_wallet_live ON tbl_users (lower(wallet)) WHERE "deletedAt" IS NULL;
"""

DOWN = """
DROP INDEX uq_tbl_users_wallet_live, uq_tbl_users_phone_live, uq_tbl_users_email_live,
    ix_tbl_users_by_name, ix_tbl_users_search;
ALTER TABLE tbl_auth_roles
    DROP COLUMN version,
    DROP COLUMN "exportLimit",
    DROP COLUMN "demandsSecondFactor";
ALTER TABLE tbl_users_roles DROP COLUMN conditions;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
