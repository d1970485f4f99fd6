"""What providers' statements say became of offramps."""

from portal.core.revising import run

revision = "2026_11_23_offramp_statements"
down_revision = "2026_11_23_offramp_watch"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE tbl_offramp_statements (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "providerId" uuid NOT NULL,
    "fileName" text NOT NULL,
    "filePath" text,
    "fileHash" text NOT NULL,
    inspection jsonb,
    columns jsonb,
    words jsonb DEFAULT '{}' NOT NULL,
    since date,
    until date,
    state text DEFAULT 'UPLOADED' NOT NULL,
    counts jsonb,
    "jobId" uuid,
    "createdBy" integer NOT NULL,
    "doneBy" integer,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    "doneAt" timestamptz,
    CONSTRAINT pk_tbl_offramp_statements PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_offramp_statements_state CHECK (state IN ('UPLOADED', 'CHECKING', 'REVIEW', 'APPLYING', 'DONE')),
    CONSTRAINT ck_tbl_offramp_statements_done CHECK ((state = 'DONE') = ("doneAt" IS NOT NULL)),
    CONSTRAINT ck_tbl_offramp_statements_time CHECK (since <= until),
    CONSTRAINT "fk_tbl_offramp_statements_providerId"
        FOREIGN KEY ("providerId") REFERENCES tbl_offramp_providers (uuid),
    CONSTRAINT "fk_tbl_offramp_statements_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id),
    CONSTRAINT "fk_tbl_offramp_statements_doneBy" FOREIGN KEY ("doneBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_offramp_statements_providerId" ON tbl_offramp_statements ("providerId");
CREATE INDEX "ix_tbl_offramp_statements_createdBy" ON tbl_offramp_statements ("createdBy");
CREATE INDEX "ix_tbl_offramp_statements_doneBy" ON tbl_offramp_statements ("doneBy");

CREATE TABLE tbl_offramp_statement_rows (
    "statementId" uuid NOT NULL,
    number integer NOT NULL,
    given text,
    said text,
    reason text,
    amount numeric(28, 8),
    tokens numeric(28, 8),
    "attemptId" integer,
    "offrampId" uuid,
    verdict text NOT NULL,
    CONSTRAINT pk_tbl_offramp_statement_rows PRIMARY KEY ("statementId", number),
    CONSTRAINT "fk_tbl_offramp_statement_rows_statementId" FOREIGN KEY ("statementId")
        REFERENCES tbl_offramp_statements (uuid) ON DELETE CASCADE,
    CONSTRAINT "fk_tbl_offramp_statement_rows_attemptId" FOREIGN KEY ("attemptId")
        REFERENCES tbl_offramp_attempts (id),
    CONSTRAINT "fk_tbl_offramp_statement_rows_offrampId" FOREIGN KEY ("offrampId") REFERENCES tbl_offramps (uuid)
);
CREATE INDEX "ix_tbl_offramp_statement_rows_attemptId" ON tbl_offramp_statement_rows ("attemptId");
CREATE INDEX "ix_tbl_offramp_statement_rows_offrampId" ON tbl_offramp_statement_rows ("offrampId");

-- What strangers' files hold is in no log: it can be forgotten, the log cannot.
SELECT portal_audit_attach('tbl_offramp_statements', 'uuid', hidden => '{inspection,words,filePath}');
"""

DOWN = """
DROP TABLE tbl_offramp_statement_rows;
DROP TABLE tbl_offramp_statements;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
