"""Seals over the audit log, and what reading and exporting personal data leaves in it."""

from portal.core.revising import run

revision = "2026_11_22_audit_seals"
down_revision = "2026_11_22_sign_ups"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE tbl_audit_seals (
    number bigint NOT NULL,
    "afterId" bigint NOT NULL,
    "fromId" bigint NOT NULL,
    "toId" bigint NOT NULL,
    "lastTxid" xid8 NOT NULL,
    "lastId" bigint NOT NULL,
    horizon xid8 NOT NULL,
    "rowCount" integer NOT NULL,
    marks bytea NOT NULL,
    "previousHash" bytea NOT NULL,
    hash bytea NOT NULL,
    "sealedAt" timestamptz NOT NULL,
    CONSTRAINT pk_tbl_audit_seals PRIMARY KEY (number),
    CONSTRAINT "ck_tbl_audit_seals_rowCount" CHECK (number > 0 AND "rowCount" > 0)
);

-- Append-only like the log itself: the owner gives the privilege away, and a trigger refuses whoever has it.
REVOKE UPDATE, DELETE, TRUNCATE ON tbl_audit_seals FROM CURRENT_USER;
CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON tbl_audit_seals
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse();

-- The order in which entries are sealed, and the orders in which they are looked up: by time, and by time within
-- an actor, a record, a table, a deed. What is added by the million is found by its time alone.
CREATE INDEX ix_tbl_audit_log_sealing ON tbl_audit_log (txid, id);
CREATE INDEX ix_tbl_audit_log_newest ON tbl_audit_log (at, id);
CREATE INDEX ix_tbl_audit_log_table ON tbl_audit_log ("tableName", at, id);
CREATE INDEX ix_tbl_audit_log_action ON tbl_audit_log (action, at, id) WHERE action <> 'INSERT';
DROP INDEX ix_tbl_audit_log_actor;
CREATE INDEX ix_tbl_audit_log_actor ON tbl_audit_log (actor, at, id);
DROP INDEX ix_tbl_audit_log_record;
CREATE INDEX ix_tbl_audit_log_record ON tbl_audit_log ("tableName", "recordId", at, id);

-- Who brought a file, took it, undid it. What stood in the file is not told.
SELECT portal_audit_attach('tbl_import_batches', 'uuid', hidden => '{inspection,mapping,filePath}');
"""

DOWN = """
DROP TRIGGER audit_added ON tbl_import_batches;
DROP TRIGGER audit_changed ON tbl_import_batches;
DROP TRIGGER audit_removed ON tbl_import_batches;
DROP TRIGGER audit_emptied ON tbl_import_batches;
DROP INDEX ix_tbl_audit_log_record;
CREATE INDEX ix_tbl_audit_log_record ON tbl_audit_log ("tableName", "recordId", id);
DROP INDEX ix_tbl_audit_log_actor;
CREATE INDEX ix_tbl_audit_log_actor ON tbl_audit_log (actor, id);
DROP INDEX ix_tbl_audit_log_action;
DROP INDEX ix_tbl_audit_log_table;
DROP INDEX ix_tbl_audit_log_newest;
DROP INDEX ix_tbl_audit_log_sealing;
DROP TABLE tbl_audit_seals;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
