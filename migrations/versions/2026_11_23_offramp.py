"""Offramps at work: who sends what to whom, each try by its own reference, and everything that was said about it."""

from portal.core.revising import run

revision = "2026_11_23_offramp"
down_revision = "2026_11_23_intake"
branch_labels = None
depends_on = None

PROVIDERS = """
ALTER TABLE tbl_offramp_providers
    ADD COLUMN adapter text DEFAULT 'KOTANI_PAY' NOT NULL,
    ADD COLUMN "isActive" boolean DEFAULT false NOT NULL,
    ADD COLUMN version integer DEFAULT 1 NOT NULL,
    ADD CONSTRAINT ck_tbl_offramp_providers_adapter CHECK (adapter IN ('KOTANI_PAY', 'SANDBOX', 'FILE'));

-- How a provider is doing. It changes with every answer, and tells nothing that the requests' own stories do not.
CREATE TABLE tbl_offramp_health (
    "providerId" uuid NOT NULL,
    "answeredAt" timestamptz,
    "failingSince" timestamptz,
    failures integer DEFAULT 0 NOT NULL,
    trouble text,
    CONSTRAINT "pk_tbl_offramp_health" PRIMARY KEY ("providerId"),
    CONSTRAINT "fk_tbl_offramp_health_providerId" FOREIGN KEY ("providerId") REFERENCES tbl_offramp_providers (uuid)
);
"""

# The indexes of a list begin with what it is narrowed by and go on with its order; they serve the foreign keys too.
REQUESTS = """
ALTER TABLE tbl_offramps
    ADD COLUMN "projectId" uuid,
    ADD COLUMN "providerId" uuid,
    ADD COLUMN "transactionId" uuid,
    ADD COLUMN "payoutListId" uuid,
    ADD COLUMN "beneficiaryId" uuid,
    ADD COLUMN "receiverNetwork" text,
    ADD COLUMN "receiverPhone" text,
    ADD COLUMN "receiverName" text,
    ADD COLUMN currency text,
    ADD COLUMN "fiatAmount" numeric(28, 8),
    ADD COLUMN fee numeric(28, 8),
    ADD COLUMN "quoteId" text,
    ADD COLUMN "quoteExpiresAt" timestamptz,
    ADD COLUMN "needsRelease" boolean DEFAULT false NOT NULL,
    ADD COLUMN "releasedBy" integer,
    ADD COLUMN "releasedAt" timestamptz,
    ADD COLUMN "statusAt" timestamptz DEFAULT now() NOT NULL,
    ADD COLUMN "completedAt" timestamptz,
    ADD COLUMN "failedReason" text,
    ADD COLUMN "endedBy" integer,
    ADD COLUMN "endedAt" timestamptz,
    ADD COLUMN "requestKey" uuid,
    ADD COLUMN "requestHash" text,
    ADD CONSTRAINT ck_tbl_offramps_release CHECK (("releasedBy" IS NULL) = ("releasedAt" IS NULL)
        AND (NOT "needsRelease" OR "releasedBy" <> "createdBy")),
    ADD CONSTRAINT ck_tbl_offramps_ended CHECK (("endedBy" IS NULL) = ("endedAt" IS NULL)
        AND ("endedAt" IS NULL OR status = 'FAILED')),
    ADD CONSTRAINT ck_tbl_offramps_figures CHECK ("fiatAmount" > 0 AND "fiatAmount" <> 'NaN'
        AND fee >= 0 AND fee <> 'NaN'),
    ADD CONSTRAINT "fk_tbl_offramps_projectId" FOREIGN KEY ("projectId") REFERENCES tbl_projects (uuid),
    ADD CONSTRAINT "fk_tbl_offramps_providerId" FOREIGN KEY ("providerId") REFERENCES tbl_offramp_providers (uuid),
    ADD CONSTRAINT "fk_tbl_offramps_transactionId" FOREIGN KEY ("transactionId") REFERENCES tbl_transactions (uuid),
    ADD CONSTRAINT "fk_tbl_offramps_payoutListId" FOREIGN KEY ("payoutListId") REFERENCES tbl_payout_lists (uuid),
    ADD CONSTRAINT "fk_tbl_offramps_beneficiaryId" FOREIGN KEY ("beneficiaryId") REFERENCES tbl_beneficiaries (uuid),
    ADD CONSTRAINT "fk_tbl_offramps_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id),
    ADD CONSTRAINT "fk_tbl_offramps_releasedBy" FOREIGN KEY ("releasedBy") REFERENCES tbl_users (id),
    ADD CONSTRAINT "fk_tbl_offramps_endedBy" FOREIGN KEY ("endedBy") REFERENCES tbl_users (id);

CREATE INDEX ix_tbl_offramps_newest_live ON tbl_offramps ("createdAt" DESC, id DESC) WHERE "deletedAt" IS NULL;
CREATE INDEX ix_tbl_offramps_project ON tbl_offramps ("projectId", "createdAt" DESC, id DESC);
CREATE INDEX ix_tbl_offramps_provider ON tbl_offramps ("providerId", "createdAt" DESC, id DESC);
CREATE INDEX ix_tbl_offramps_payout_list ON tbl_offramps ("payoutListId", "createdAt" DESC, id DESC)
    WHERE "payoutListId" IS NOT NULL;
CREATE INDEX "ix_tbl_offramps_beneficiaryId" ON tbl_offramps ("beneficiaryId") WHERE "beneficiaryId" IS NOT NULL;
CREATE INDEX "ix_tbl_offramps_transactionId" ON tbl_offramps ("transactionId") WHERE "transactionId" IS NOT NULL;
CREATE INDEX ix_tbl_offramps_under_way ON tbl_offramps ("statusAt")
    WHERE status = 'PROCESSING' AND "deletedAt" IS NULL;
CREATE INDEX "ix_tbl_offramps_createdBy" ON tbl_offramps ("createdBy");
CREATE INDEX "ix_tbl_offramps_releasedBy" ON tbl_offramps ("releasedBy") WHERE "releasedBy" IS NOT NULL;
CREATE INDEX "ix_tbl_offramps_endedBy" ON tbl_offramps ("endedBy") WHERE "endedBy" IS NOT NULL;
-- A payment has one request that was not withdrawn, and a form makes one.
CREATE UNIQUE INDEX "uq_tbl_offramps_transaction" ON tbl_offramps ("transactionId")
    WHERE "transactionId" IS NOT NULL AND "deletedAt" IS NULL;
CREATE UNIQUE INDEX "uq_tbl_offramps_requestKey" ON tbl_offramps ("createdBy", "requestKey")
    WHERE "requestKey" IS NOT NULL;

-- A transfer on a chain pays for one request. Where none belongs to it, the hash is `none:` and the reference.
CREATE UNIQUE INDEX "uq_tbl_offramp_transactions_txHash"
    ON tbl_offramp_transactions (coalesce(chain, ''), "txHash");
CREATE UNIQUE INDEX "uq_tbl_offramp_transactions_referenceId"
    ON tbl_offramp_transactions ("referenceId") WHERE "referenceId" IS NOT NULL;
ALTER TABLE tbl_offramp_transactions
    ADD CONSTRAINT "ck_tbl_offramp_transactions_txHash" CHECK ("txHash" ~ '^(none:)?[!-~]{1,160}$');
"""

# A try is one order to pay, under a reference that the provider takes once. What was tried and did not fail keeps the
# next try away, whoever asks for it: that is why nobody is paid twice.
TRIES = """
CREATE TABLE tbl_offramp_attempts (
    id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "offrampId" uuid NOT NULL,
    number integer NOT NULL,
    "referenceId" text NOT NULL,
    state text DEFAULT 'SENDING' NOT NULL,
    "amountPaid" numeric(28, 8),
    currency text,
    fee numeric(28, 8),
    reason text,
    "createdBy" integer,
    "createdAt" timestamptz DEFAULT clock_timestamp() NOT NULL,
    "settledAt" timestamptz,
    CONSTRAINT pk_tbl_offramp_attempts PRIMARY KEY (id),
    CONSTRAINT uq_tbl_offramp_attempts_uuid UNIQUE (uuid),
    CONSTRAINT "uq_tbl_offramp_attempts_offrampId_number" UNIQUE ("offrampId", number),
    CONSTRAINT "uq_tbl_offramp_attempts_referenceId" UNIQUE ("referenceId"),
    CONSTRAINT ck_tbl_offramp_attempts_number CHECK (number > 0),
    CONSTRAINT ck_tbl_offramp_attempts_state
        CHECK (state IN ('SENDING', 'UNKNOWN', 'ACCEPTED', 'COMPLETED', 'FAILED')
            AND (state IN ('COMPLETED', 'FAILED')) = ("settledAt" IS NOT NULL)
            AND (state <> 'FAILED' OR btrim(coalesce(reason, '')) <> '')),
    CONSTRAINT "fk_tbl_offramp_attempts_offrampId" FOREIGN KEY ("offrampId") REFERENCES tbl_offramps (uuid),
    CONSTRAINT "fk_tbl_offramp_attempts_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id)
);
CREATE UNIQUE INDEX uq_tbl_offramp_attempts_standing ON tbl_offramp_attempts ("offrampId") WHERE state <> 'FAILED';
CREATE INDEX "ix_tbl_offramp_attempts_createdBy" ON tbl_offramp_attempts ("createdBy") WHERE "createdBy" IS NOT NULL;

-- When a worker next looks after a request, how often it did in vain, and until when one is at it now.
CREATE TABLE tbl_offramp_work (
    "offrampId" uuid NOT NULL,
    "nextAt" timestamptz DEFAULT now() NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    "heldUntil" timestamptz,
    CONSTRAINT pk_tbl_offramp_work PRIMARY KEY ("offrampId"),
    CONSTRAINT "fk_tbl_offramp_work_offrampId" FOREIGN KEY ("offrampId") REFERENCES tbl_offramps (uuid)
);
CREATE INDEX "ix_tbl_offramp_work_nextAt" ON tbl_offramp_work ("nextAt");

-- Everything that was said about a request, by us, by the provider and by people, in its order. What was sent and
-- answered stands there masked: who was paid, and under which number, is the request's own to tell.
CREATE TABLE tbl_offramp_events (
    id bigint GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "offrampId" uuid NOT NULL,
    "attemptId" integer,
    kind text NOT NULL,
    body text,
    facts jsonb,
    "createdBy" integer,
    "createdAt" timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_tbl_offramp_events PRIMARY KEY (id),
    CONSTRAINT uq_tbl_offramp_events_uuid UNIQUE (uuid),
    CONSTRAINT "fk_tbl_offramp_events_offrampId" FOREIGN KEY ("offrampId") REFERENCES tbl_offramps (uuid),
    CONSTRAINT "fk_tbl_offramp_events_attemptId" FOREIGN KEY ("attemptId") REFERENCES tbl_offramp_attempts (id),
    CONSTRAINT "fk_tbl_offramp_events_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_offramp_events_offrampId" ON tbl_offramp_events ("offrampId", id);
CREATE INDEX "ix_tbl_offramp_events_attemptId" ON tbl_offramp_events ("attemptId") WHERE "attemptId" IS NOT NULL;
CREATE INDEX "ix_tbl_offramp_events_createdBy" ON tbl_offramp_events ("createdBy") WHERE "createdBy" IS NOT NULL;

-- What a provider told us unasked, stored before it is looked at: each of its events once.
CREATE TABLE tbl_offramp_callbacks (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "providerId" uuid NOT NULL,
    "eventId" text NOT NULL,
    "referenceId" text,
    "requestId" text,
    status "OfframpStatus",
    "amountPaid" numeric(28, 8),
    currency text,
    fee numeric(28, 8),
    "txHash" text,
    reason text,
    facts jsonb,
    "bodyHash" text NOT NULL,
    state text DEFAULT 'STORED' NOT NULL,
    "offrampId" uuid,
    "receivedAt" timestamptz DEFAULT clock_timestamp() NOT NULL,
    "settledAt" timestamptz,
    CONSTRAINT pk_tbl_offramp_callbacks PRIMARY KEY (uuid),
    CONSTRAINT "uq_tbl_offramp_callbacks_providerId_eventId" UNIQUE ("providerId", "eventId"),
    CONSTRAINT ck_tbl_offramp_callbacks_state CHECK (state IN ('STORED', 'PARKED', 'APPLIED', 'IGNORED', 'SET_ASIDE')
        AND (state IN ('APPLIED', 'IGNORED', 'SET_ASIDE')) = ("settledAt" IS NOT NULL)),
    CONSTRAINT "fk_tbl_offramp_callbacks_providerId"
        FOREIGN KEY ("providerId") REFERENCES tbl_offramp_providers (uuid),
    CONSTRAINT "fk_tbl_offramp_callbacks_offrampId" FOREIGN KEY ("offrampId") REFERENCES tbl_offramps (uuid)
);
CREATE INDEX "ix_tbl_offramp_callbacks_offrampId" ON tbl_offramp_callbacks ("offrampId") WHERE "offrampId" IS NOT NULL;
CREATE INDEX ix_tbl_offramp_callbacks_open ON tbl_offramp_callbacks ("receivedAt") WHERE "settledAt" IS NULL;

-- What somebody has to look at: found by a job, told once, and settled when it is over or by somebody with a word why.
CREATE TABLE tbl_offramp_attention (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    "providerId" uuid,
    "offrampId" uuid,
    "callbackId" uuid,
    facts jsonb,
    since timestamptz DEFAULT clock_timestamp() NOT NULL,
    "toldAt" timestamptz,
    "settledAt" timestamptz,
    "settledBy" integer,
    note text,
    CONSTRAINT pk_tbl_offramp_attention PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_offramp_attention_kind CHECK (
        kind IN ('STUCK', 'AMOUNT', 'CONFLICT', 'ORPHAN', 'DOWN', 'DIFFERS')
        AND num_nonnulls("offrampId", "callbackId", "providerId") >= 1),
    CONSTRAINT "fk_tbl_offramp_attention_providerId"
        FOREIGN KEY ("providerId") REFERENCES tbl_offramp_providers (uuid),
    CONSTRAINT "fk_tbl_offramp_attention_offrampId" FOREIGN KEY ("offrampId") REFERENCES tbl_offramps (uuid),
    CONSTRAINT "fk_tbl_offramp_attention_callbackId" FOREIGN KEY ("callbackId") REFERENCES tbl_offramp_callbacks (uuid),
    CONSTRAINT "fk_tbl_offramp_attention_settledBy" FOREIGN KEY ("settledBy") REFERENCES tbl_users (id)
);
CREATE UNIQUE INDEX uq_tbl_offramp_attention_open ON tbl_offramp_attention
    (kind, coalesce("offrampId", "callbackId", "providerId")) WHERE "settledAt" IS NULL;
CREATE INDEX "ix_tbl_offramp_attention_providerId" ON tbl_offramp_attention ("providerId");
CREATE INDEX "ix_tbl_offramp_attention_offrampId" ON tbl_offramp_attention ("offrampId");
CREATE INDEX "ix_tbl_offramp_attention_callbackId" ON tbl_offramp_attention ("callbackId");
CREATE INDEX "ix_tbl_offramp_attention_settledBy" ON tbl_offramp_attention ("settledBy");

-- The book of the provider inside the portal: what it took, under which reference, and what became of it.
CREATE TABLE tbl_sandbox_payments (
    id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    "referenceId" text NOT NULL,
    "requestId" text NOT NULL,
    "providerId" uuid NOT NULL,
    token text NOT NULL,
    amount numeric(28, 8) NOT NULL,
    currency text NOT NULL,
    "fiatAmount" numeric(28, 8) NOT NULL,
    fee numeric(28, 8) NOT NULL,
    status "OfframpStatus" DEFAULT 'PROCESSING' NOT NULL,
    reason text,
    "takenAt" timestamptz DEFAULT clock_timestamp() NOT NULL,
    "settlesAt" timestamptz NOT NULL,
    "calledBackAt" timestamptz,
    CONSTRAINT pk_tbl_sandbox_payments PRIMARY KEY (id),
    CONSTRAINT "uq_tbl_sandbox_payments_referenceId" UNIQUE ("referenceId"),
    CONSTRAINT "fk_tbl_sandbox_payments_providerId"
        FOREIGN KEY ("providerId") REFERENCES tbl_offramp_providers (uuid)
);
CREATE INDEX "ix_tbl_sandbox_payments_providerId" ON tbl_sandbox_payments ("providerId");
CREATE INDEX ix_tbl_sandbox_payments_due ON tbl_sandbox_payments ("settlesAt") WHERE "calledBackAt" IS NULL;
"""

AUDIT = """
DROP TRIGGER audit_added ON tbl_offramps;
DROP TRIGGER audit_changed ON tbl_offramps;
DROP TRIGGER audit_removed ON tbl_offramps;
DROP TRIGGER audit_emptied ON tbl_offramps;
SELECT portal_audit_attach('tbl_offramps', 'uuid', added => 'key',
    hidden => '{receiverPhone,receiverName,failedReason,extras}');
SELECT portal_audit_attach('tbl_offramp_attempts', 'uuid', added => 'key', hidden => '{reason}');
SELECT portal_audit_attach('tbl_offramp_events', 'uuid', added => 'key', hidden => '{body,facts}');
SELECT portal_audit_attach('tbl_offramp_callbacks', 'uuid', added => 'key', hidden => '{facts,reason}');
SELECT portal_audit_attach('tbl_offramp_attention', 'uuid', hidden => '{facts,note}');
"""

DOWN = """
DROP TABLE tbl_sandbox_payments;
DROP TABLE tbl_offramp_attention;
DROP TABLE tbl_offramp_callbacks;
DROP TABLE tbl_offramp_events;
DROP TABLE tbl_offramp_work;
DROP TABLE tbl_offramp_attempts;
DROP TRIGGER audit_added ON tbl_offramps;
DROP TRIGGER audit_changed ON tbl_offramps;
DROP TRIGGER audit_removed ON tbl_offramps;
DROP TRIGGER audit_emptied ON tbl_offramps;
SELECT portal_audit_attach('tbl_offramps', 'uuid', added => 'key');
DROP INDEX "uq_tbl_offramp_transactions_txHash";
DROP INDEX "uq_tbl_offramp_transactions_referenceId";
ALTER TABLE tbl_offramp_transactions DROP CONSTRAINT "ck_tbl_offramp_transactions_txHash";
DROP INDEX ix_tbl_offramps_newest_live;
ALTER TABLE tbl_offramps
    DROP COLUMN "requestHash",
    DROP COLUMN "requestKey",
    DROP COLUMN "endedAt",
    DROP COLUMN "endedBy",
    DROP COLUMN "failedReason",
    DROP COLUMN "completedAt",
    DROP COLUMN "statusAt",
    DROP COLUMN "releasedAt",
    DROP COLUMN "releasedBy",
    DROP COLUMN "needsRelease",
    DROP COLUMN "quoteExpiresAt",
    DROP COLUMN "quoteId",
    DROP COLUMN fee,
    DROP COLUMN "fiatAmount",
    DROP COLUMN currency,
    DROP COLUMN "receiverName",
    DROP COLUMN "receiverPhone",
    DROP COLUMN "receiverNetwork",
    DROP COLUMN "beneficiaryId",
    DROP COLUMN "payoutListId",
    DROP COLUMN "transactionId",
    DROP COLUMN "providerId",
    DROP COLUMN "projectId",
    DROP CONSTRAINT "fk_tbl_offramps_createdBy";
DROP INDEX "ix_tbl_offramps_createdBy";
DROP TABLE tbl_offramp_health;
ALTER TABLE tbl_offramp_providers DROP COLUMN version, DROP COLUMN "isActive", DROP COLUMN adapter;
"""


def upgrade() -> None:
    run(PROVIDERS + REQUESTS + TRIES + AUDIT)


def downgrade() -> None:
    run(DOWN)
