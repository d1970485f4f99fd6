CREATE TABLE tbl_audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz DEFAULT now() NOT NULL,
    txid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    actor uuid DEFAULT (NULLIF(current_setting('portal.actor', true), ''))::uuid,
    "requestId" text DEFAULT NULLIF(current_setting('portal.request', true), ''),
    action text NOT NULL,
    "tableName" text,
    "recordId" text,
    before jsonb,
    after jsonb,
    details jsonb,
    CONSTRAINT pk_tbl_audit_log PRIMARY KEY (id)
);
CREATE INDEX ix_tbl_audit_log_actor ON tbl_audit_log (actor, id);
CREATE INDEX ix_tbl_audit_log_record ON tbl_audit_log ("tableName", "recordId", id);
