"""What providers say became of payout lists."""

from portal.core.revising import run

revision = "2026_11_23_reconciliation"
down_revision = "2026_11_23_desk"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE tbl_reconciliations (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "listId" uuid NOT NULL,
    "fileName" text NOT NULL,
    "filePath" text,
    "fileHash" text NOT NULL,
    inspection jsonb,
    columns jsonb,
    words jsonb DEFAULT '{}' NOT NULL,
    state text DEFAULT 'UPLOADED' NOT NULL,
    counts jsonb,
    "jobId" uuid,
    "createdBy" integer NOT NULL,
    "doneBy" integer,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    "doneAt" timestamptz,
    CONSTRAINT pk_tbl_reconciliations PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_reconciliations_state CHECK (state IN ('UPLOADED', 'CHECKING', 'REVIEW', 'MARKING', 'DONE')),
    CONSTRAINT ck_tbl_reconciliations_done CHECK ((state = 'DONE') = ("doneAt" IS NOT NULL)),
    CONSTRAINT "fk_tbl_reconciliations_listId" FOREIGN KEY ("listId") REFERENCES tbl_payout_lists (uuid),
    CONSTRAINT "fk_tbl_reconciliations_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id),
    CONSTRAINT "fk_tbl_reconciliations_doneBy" FOREIGN KEY ("doneBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_reconciliations_listId" ON tbl_reconciliations ("listId");
CREATE INDEX "ix_tbl_reconciliations_createdBy" ON tbl_reconciliations ("createdBy");
CREATE INDEX "ix_tbl_reconciliations_doneBy" ON tbl_reconciliations ("doneBy");

CREATE TABLE tbl_reconciliation_rows (
    "reconciliationId" uuid NOT NULL,
    number integer NOT NULL,
    given text,
    said text,
    reason text,
    amount numeric(28, 8),
    "transactionId" uuid,
    verdict text NOT NULL,
    CONSTRAINT pk_tbl_reconciliation_rows PRIMARY KEY ("reconciliationId", number),
    CONSTRAINT "fk_tbl_reconciliation_rows_reconciliationId" FOREIGN KEY ("reconciliationId")
        REFERENCES tbl_reconciliations (uuid) ON DELETE CASCADE,
    CONSTRAINT "fk_tbl_reconciliation_rows_transactionId" FOREIGN KEY ("transactionId")
        REFERENCES tbl_transactions (uuid)
);
CREATE INDEX "ix_tbl_reconciliation_rows_transactionId" ON tbl_reconciliation_rows ("transactionId");

-- What strangers' files hold is in no log: it can be forgotten, the log cannot.
SELECT portal_audit_attach('tbl_reconciliations', 'uuid', hidden => '{inspection,words,filePath}');
"""

DOWN = """
DROP TABLE tbl_reconciliation_rows;
DROP TABLE tbl_reconciliations;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
