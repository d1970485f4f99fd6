CREATE TABLE tbl_stats (
    name text NOT NULL,
    data jsonb NOT NULL,
    "group" text,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    CONSTRAINT pk_tbl_stats PRIMARY KEY (name)
);
CREATE INDEX ix_tbl_stats_group ON tbl_stats ("group");
