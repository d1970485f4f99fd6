"""The outbox: messages to people, until they are sent and after."""

from portal.core.revising import run

revision = "2026_11_22_messages"
down_revision = "2026_11_22_roles"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE tbl_messages (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    "to" text,
    subject text,
    body text,
    purpose text NOT NULL,
    "userId" integer,
    state text DEFAULT 'QUEUED' NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    "lastError" text,
    "lastCode" integer,
    "nextAttemptAt" timestamptz DEFAULT now() NOT NULL,
    "goodUntil" timestamptz,
    "jobUuid" uuid,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "sentAt" timestamptz,
    "purgedAt" timestamptz,
    CONSTRAINT pk_tbl_messages PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_messages_kind CHECK (kind IN ('EMAIL', 'SMS')),
    CONSTRAINT ck_tbl_messages_state CHECK (state IN ('QUEUED', 'SENDING', 'SENT', 'FAILED')),
    CONSTRAINT ck_tbl_messages_attempts CHECK (attempts >= 0),
    CONSTRAINT ck_tbl_messages_subject CHECK (subject !~ '[[:cntrl:]]'),
    CONSTRAINT ck_tbl_messages_to CHECK ("to" !~ '[[:cntrl:][:space:]]'),
    CONSTRAINT "ck_tbl_messages_sentAt" CHECK ((state = 'SENT') = ("sentAt" IS NOT NULL)),
    CONSTRAINT ck_tbl_messages_complete
        CHECK (state IN ('SENT', 'FAILED') OR (body IS NOT NULL AND "to" IS NOT NULL)),
    CONSTRAINT "ck_tbl_messages_purgedAt" CHECK ((body IS NULL) = ("purgedAt" IS NOT NULL)),
    CONSTRAINT "fk_tbl_messages_userId" FOREIGN KEY ("userId") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_messages_userId" ON tbl_messages ("userId");
CREATE INDEX ix_tbl_messages_newest ON tbl_messages ("createdAt" DESC, uuid DESC);
CREATE INDEX ix_tbl_messages_state_newest ON tbl_messages (state, "createdAt" DESC, uuid DESC);
CREATE INDEX ix_tbl_messages_waiting ON tbl_messages ("nextAttemptAt")
    WHERE state IN ('QUEUED', 'SENDING');
CREATE INDEX ix_tbl_messages_addressed ON tbl_messages ("createdAt") WHERE "to" IS NOT NULL;

-- What was said, and to whom, is forgotten after a while; the log cannot forget, so it never learns it.
SELECT portal_audit_attach('tbl_messages', 'uuid', hidden => '{to,subject,body}');
"""

DOWN = """
DROP TABLE tbl_messages;
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
