CREATE TABLE tbl_jobs (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    state text DEFAULT 'QUEUED' NOT NULL,
    step text,
    done bigint DEFAULT 0 NOT NULL,
    total bigint,
    arguments jsonb DEFAULT '{}' NOT NULL,
    result jsonb,
    error text,
    attempts integer DEFAULT 0 NOT NULL,
    "queueJobId" bigint,
    "createdBy" integer,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "startedAt" timestamptz,
    "finishedAt" timestamptz,
    "heartbeatAt" timestamptz,
    "cancelRequestedAt" timestamptz,
    CONSTRAINT pk_tbl_jobs PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_jobs_state
        CHECK (state IN ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    CONSTRAINT ck_tbl_jobs_progress CHECK (done >= 0 AND total >= 0),
    CONSTRAINT "fk_tbl_jobs_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_jobs_createdBy" ON tbl_jobs ("createdBy");
CREATE INDEX ix_tbl_jobs_state ON tbl_jobs (state);
