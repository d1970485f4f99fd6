"""What a hotline wrote down in its own spreadsheet, until it is taken as cases."""

from portal.core.revising import run

revision = "2026_11_23_intake"
down_revision = "2026_11_23_board"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE tbl_hotline_files (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "projectId" uuid NOT NULL,
    "fileName" text NOT NULL,
    "filePath" text,
    "fileHash" text NOT NULL,
    inspection jsonb,
    columns jsonb,
    state text DEFAULT 'UPLOADED' NOT NULL,
    counts jsonb,
    "jobId" uuid,
    "createdBy" integer NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    CONSTRAINT pk_tbl_hotline_files PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_hotline_files_state CHECK (state IN ('UPLOADED', 'REVIEW', 'TAKING', 'DONE')),
    CONSTRAINT "fk_tbl_hotline_files_projectId" FOREIGN KEY ("projectId") REFERENCES tbl_projects (uuid),
    CONSTRAINT "fk_tbl_hotline_files_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_hotline_files_projectId" ON tbl_hotline_files ("projectId");
CREATE INDEX "ix_tbl_hotline_files_createdBy" ON tbl_hotline_files ("createdBy");

-- A row's uuid follows from what it says: the same call is one case, in however many files it stands.
CREATE TABLE tbl_hotline_rows (
    "fileId" uuid NOT NULL,
    number integer NOT NULL,
    "caseUuid" uuid NOT NULL,
    words text DEFAULT '' NOT NULL,
    name text DEFAULT '' NOT NULL,
    contact text DEFAULT '' NOT NULL,
    category text DEFAULT '' NOT NULL,
    "categoryId" uuid,
    verdict text NOT NULL,
    CONSTRAINT pk_tbl_hotline_rows PRIMARY KEY ("fileId", number),
    CONSTRAINT "fk_tbl_hotline_rows_fileId" FOREIGN KEY ("fileId")
        REFERENCES tbl_hotline_files (uuid) ON DELETE CASCADE,
    CONSTRAINT "fk_tbl_hotline_rows_categoryId"
        FOREIGN KEY ("categoryId") REFERENCES tbl_grievance_categories (uuid)
);
CREATE INDEX "ix_tbl_hotline_rows_categoryId" ON tbl_hotline_rows ("categoryId");

-- What callers said is in no log: it can be forgotten, the log cannot.
SELECT portal_audit_attach('tbl_hotline_files', 'uuid', hidden => '{inspection,filePath}');
"""

DOWN = """
DROP TABLE tbl_hotline_rows;
DROP TABLE tbl_hotline_files;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
