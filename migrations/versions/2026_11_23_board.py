"""The list and the board of grievances: their orders and their search; and one deed for many cases."""

from portal.core.revising import run

revision = "2026_11_23_board"
down_revision = "2026_11_23_figures"
branch_labels = None
depends_on = None

# Cases on which no clock runs come after all others: a moment that never comes, since a page is found by comparing.
ORDERS = """
CREATE INDEX ix_tbl_grievances_due_first_live
    ON tbl_grievances (coalesce("dueAt", timestamptz '9999-01-01 00:00:00+00'), id) WHERE "deletedAt" IS NULL;
CREATE INDEX ix_tbl_grievances_moved_live
    ON tbl_grievances (status, "statusAt" DESC, id DESC) WHERE "deletedAt" IS NULL;
-- The counters above the list are read from this one alone.
CREATE INDEX ix_tbl_grievances_open_live ON tbl_grievances ("assigneeId")
    INCLUDE ("waitingSince", "riskAt", "dueAt", "isSensitive", "projectId")
    WHERE "resolvedAt" IS NULL AND "closedAt" IS NULL AND "deletedAt" IS NULL;
CREATE INDEX ix_tbl_grievances_titles ON tbl_grievances USING gin ((' ' || portal_fold(title)) gin_trgm_ops);
CREATE INDEX ix_tbl_grievances_reporters
    ON tbl_grievances USING gin (portal_search_text("reportedBy", "reporterContact", "reporterContact") gin_trgm_ops);
"""

# `value` is what the kind says: a user's id, a priority, or the uuid of a category. What was searched for may be a
# name, and how many were found tells of sensitive cases: neither goes into the log.
ACTIONS = """
CREATE TABLE tbl_grievance_actions (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'DRAFT' NOT NULL,
    filter jsonb,
    value text,
    body text,
    expected integer,
    counts jsonb,
    "jobId" uuid,
    "createdBy" integer NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    "doneAt" timestamptz,
    CONSTRAINT pk_tbl_grievance_actions PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_grievance_actions_kind CHECK (kind IN ('ASSIGN', 'PRIORITY', 'CATEGORY', 'NOTE')),
    CONSTRAINT ck_tbl_grievance_actions_state CHECK (state IN ('DRAFT', 'RUNNING', 'DONE')),
    CONSTRAINT ck_tbl_grievance_actions_done CHECK (("doneAt" IS NULL) = (state <> 'DONE')),
    CONSTRAINT "fk_tbl_grievance_actions_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_grievance_actions_createdBy" ON tbl_grievance_actions ("createdBy");
SELECT portal_audit_attach('tbl_grievance_actions', 'uuid', hidden => '{filter,body,expected,counts}');
"""

DOWN = """
DROP TABLE tbl_grievance_actions;
DROP INDEX ix_tbl_grievances_reporters;
DROP INDEX ix_tbl_grievances_titles;
DROP INDEX ix_tbl_grievances_open_live;
DROP INDEX ix_tbl_grievances_moved_live;
DROP INDEX ix_tbl_grievances_due_first_live;
"""


def upgrade() -> None:
    run(ORDERS + ACTIONS)


def downgrade() -> None:
    run(DOWN)
