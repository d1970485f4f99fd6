"""Grievances as cases: what they are about, who looks after them, their story, and the moves they may make."""

from portal.core.revising import run

revision = "2026_11_23_cases"
down_revision = "2026_11_23_reconciliation"
branch_labels = None
depends_on = None

# Names that came with the portal are translated where they are shown; those that somebody added are as they were typed.
TERMS = """
CREATE TABLE tbl_grievance_categories (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    "isSensitive" boolean DEFAULT false NOT NULL,
    priority text DEFAULT 'NORMAL' NOT NULL,
    "isActive" boolean DEFAULT true NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    CONSTRAINT pk_tbl_grievance_categories PRIMARY KEY (uuid),
    CONSTRAINT uq_tbl_grievance_categories_name UNIQUE (name),
    CONSTRAINT ck_tbl_grievance_categories_name CHECK (btrim(name) <> ''),
    CONSTRAINT ck_tbl_grievance_categories_priority CHECK (priority IN ('LOW', 'NORMAL', 'HIGH', 'URGENT'))
);
INSERT INTO tbl_grievance_categories (name, "isSensitive", priority) VALUES
    ('Payment not received', false, 'HIGH'),
    ('Wrong amount', false, 'HIGH'),
    ('Registration and eligibility', false, 'NORMAL'),
    ('Goods or service', false, 'NORMAL'),
    ('Vendor’s behaviour', false, 'HIGH'),
    ('Correction of data', false, 'NORMAL'),
    ('Question or suggestion', false, 'LOW'),
    ('Staff’s behaviour', true, 'HIGH'),
    ('Fraud or corruption', true, 'HIGH'),
    ('Protection', true, 'URGENT'),
    ('Sexual exploitation or abuse', true, 'URGENT'),
    ('Something else', false, 'NORMAL');

-- `key` is set for those that the portal itself fills in.
CREATE TABLE tbl_grievance_channels (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    key text,
    name text NOT NULL,
    "isActive" boolean DEFAULT true NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    CONSTRAINT pk_tbl_grievance_channels PRIMARY KEY (uuid),
    CONSTRAINT uq_tbl_grievance_channels_key UNIQUE (key),
    CONSTRAINT uq_tbl_grievance_channels_name UNIQUE (name),
    CONSTRAINT ck_tbl_grievance_channels_name CHECK (btrim(name) <> '')
);
INSERT INTO tbl_grievance_channels (key, name) VALUES
    ('STAFF', 'In person'), ('PUBLIC', 'Public form'), ('DESK', 'Vendor’s desk'), (NULL, 'Hotline'),
    (NULL, 'Help desk'), (NULL, 'Complaints box'), (NULL, 'E-mail');

SELECT portal_audit_attach('tbl_grievance_categories', 'uuid');
SELECT portal_audit_attach('tbl_grievance_channels', 'uuid');
"""

CODE = """
-- What is read out on the phone and written on paper: eight signs, none like another, and nothing that counts cases.
CREATE FUNCTION portal_case_code() RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT string_agg(substr('23456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(id, at) % 30), 1), '' ORDER BY at)
    FROM (SELECT uuid_send(gen_random_uuid()) AS id) made, unnest('{0,1,2,3,4,5,10,11}'::int[]) AS at
$$;
"""

CASES = """
ALTER TABLE tbl_grievances
    ADD COLUMN code text DEFAULT portal_case_code() NOT NULL,
    ADD COLUMN "pinHash" text,
    ADD COLUMN "beneficiaryId" uuid,
    ADD COLUMN "vendorId" uuid,
    ADD COLUMN "categoryId" uuid,
    ADD COLUMN "channelId" uuid,
    ADD COLUMN priority text DEFAULT 'NORMAL' NOT NULL,
    ADD COLUMN "isSensitive" boolean DEFAULT false NOT NULL,
    ADD COLUMN "assigneeId" integer,
    ADD COLUMN "duplicateOf" uuid,
    ADD COLUMN follows uuid,
    ADD COLUMN language text,
    ADD COLUMN "createdBy" integer,
    ADD COLUMN "statusAt" timestamptz DEFAULT now() NOT NULL,
    ADD COLUMN "statusReason" text,
    ADD COLUMN "waitingSince" timestamptz,
    ADD COLUMN "acknowledgedAt" timestamptz,
    ADD COLUMN "resolvedAt" timestamptz,
    ADD COLUMN "closedAt" timestamptz,
    ADD COLUMN reopened integer DEFAULT 0 NOT NULL,
    ADD CONSTRAINT uq_tbl_grievances_code UNIQUE (code),
    ADD CONSTRAINT ck_tbl_grievances_priority CHECK (priority IN ('LOW', 'NORMAL', 'HIGH', 'URGENT')),
    ADD CONSTRAINT ck_tbl_grievances_waiting CHECK ("waitingSince" IS NULL OR status = 'UNDER_REVIEW'),
    ADD CONSTRAINT ck_tbl_grievances_itself CHECK ("duplicateOf" <> uuid AND follows <> uuid),
    ADD CONSTRAINT "fk_tbl_grievances_beneficiaryId" FOREIGN KEY ("beneficiaryId") REFERENCES tbl_beneficiaries (uuid),
    ADD CONSTRAINT "fk_tbl_grievances_vendorId" FOREIGN KEY ("vendorId") REFERENCES tbl_vendors (uuid),
    ADD CONSTRAINT "fk_tbl_grievances_categoryId" FOREIGN KEY ("categoryId") REFERENCES tbl_grievance_categories (uuid),
    ADD CONSTRAINT "fk_tbl_grievances_channelId" FOREIGN KEY ("channelId") REFERENCES tbl_grievance_channels (uuid),
    ADD CONSTRAINT "fk_tbl_grievances_assigneeId" FOREIGN KEY ("assigneeId") REFERENCES tbl_users (id),
    ADD CONSTRAINT "fk_tbl_grievances_duplicateOf" FOREIGN KEY ("duplicateOf") REFERENCES tbl_grievances (uuid),
    ADD CONSTRAINT fk_tbl_grievances_follows FOREIGN KEY (follows) REFERENCES tbl_grievances (uuid),
    ADD CONSTRAINT "fk_tbl_grievances_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id);

DROP INDEX "ix_tbl_grievances_projectId";
CREATE INDEX ix_tbl_grievances_project ON tbl_grievances ("projectId", "createdAt" DESC, id DESC);
CREATE INDEX ix_tbl_grievances_newest_live ON tbl_grievances ("createdAt" DESC, id DESC) WHERE "deletedAt" IS NULL;
CREATE INDEX "ix_tbl_grievances_beneficiaryId" ON tbl_grievances ("beneficiaryId") WHERE "beneficiaryId" IS NOT NULL;
CREATE INDEX "ix_tbl_grievances_vendorId" ON tbl_grievances ("vendorId") WHERE "vendorId" IS NOT NULL;
CREATE INDEX "ix_tbl_grievances_categoryId" ON tbl_grievances ("categoryId");
CREATE INDEX "ix_tbl_grievances_channelId" ON tbl_grievances ("channelId");
CREATE INDEX "ix_tbl_grievances_duplicateOf" ON tbl_grievances ("duplicateOf") WHERE "duplicateOf" IS NOT NULL;
CREATE INDEX ix_tbl_grievances_follows ON tbl_grievances (follows) WHERE follows IS NOT NULL;
CREATE INDEX "ix_tbl_grievances_createdBy" ON tbl_grievances ("createdBy") WHERE "createdBy" IS NOT NULL;

SELECT set_config('portal.follows_people', 'on', true);  -- also what lies in closed projects
UPDATE tbl_grievances SET "acknowledgedAt" = "updatedAt" WHERE status <> 'NEW';
UPDATE tbl_grievances SET "resolvedAt" = "updatedAt" WHERE status IN ('RESOLVED', 'CLOSED');
UPDATE tbl_grievances SET "closedAt" = "updatedAt" WHERE status = 'CLOSED';
SELECT set_config('portal.follows_people', '', true);
ALTER TABLE tbl_grievances ADD CONSTRAINT ck_tbl_grievances_moments CHECK (
    (status = 'NEW') <= ("acknowledgedAt" IS NULL) AND (status = 'RESOLVED') <= ("resolvedAt" IS NOT NULL)
    AND (status = 'CLOSED') = ("closedAt" IS NOT NULL)
);

DROP TRIGGER audit_added ON tbl_grievances;
DROP TRIGGER audit_changed ON tbl_grievances;
DROP TRIGGER audit_removed ON tbl_grievances;
DROP TRIGGER audit_emptied ON tbl_grievances;
SELECT portal_audit_attach('tbl_grievances', 'uuid',
    hidden => '{reportedBy,reporterContact,title,description,statusReason,pinHash}');

-- A case begins as NEW. NEW -> UNDER_REVIEW is the acknowledgement; NEW -> CLOSED is for what is out of scope or was
-- told before; what was resolved or closed comes back when the answer is not accepted. Each move says why. Moments
-- follow from moves here, whoever makes them.
CREATE FUNCTION portal_grievance_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'NEW' OR (NEW."acknowledgedAt", NEW."resolvedAt", NEW."closedAt") IS DISTINCT FROM
            (NULL::timestamptz, NULL::timestamptz, NULL::timestamptz) THEN
            RAISE EXCEPTION 'a case begins as NEW' USING ERRCODE = 'RP006', DETAIL = NEW.code;
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.uuid, NEW.code, NEW."createdAt", NEW."createdBy", NEW."reporterUserId")
        IS DISTINCT FROM (OLD.uuid, OLD.code, OLD."createdAt", OLD."createdBy", OLD."reporterUserId")
        OR (NEW.description <> OLD.description AND current_setting('portal.follows_people', true)
            IS DISTINCT FROM 'on') THEN
        RAISE EXCEPTION 'what was complained about stays as it was said' USING ERRCODE = 'RP007', DETAIL = OLD.code;
    END IF;
    IF NEW.status = OLD.status THEN
        RETURN NEW;
    END IF;
    IF NEW."statusAt" IS NOT DISTINCT FROM OLD."statusAt" THEN
        -- What was said of the last move is no reason for this one.
        IF NEW."statusReason" IS NOT DISTINCT FROM OLD."statusReason" THEN
            NEW."statusReason" := NULL;
        END IF;
        NEW."statusAt" := clock_timestamp();
    END IF;
    IF NOT (OLD.status, NEW.status) IN (
            ('NEW', 'UNDER_REVIEW'), ('NEW', 'CLOSED'), ('UNDER_REVIEW', 'RESOLVED'), ('RESOLVED', 'CLOSED'),
            ('RESOLVED', 'UNDER_REVIEW'), ('CLOSED', 'UNDER_REVIEW')
        ) OR btrim(coalesce(NEW."statusReason", '')) = '' OR OLD."deletedAt" IS NOT NULL THEN
        RAISE EXCEPTION 'a case does not move from % to % so', OLD.status, NEW.status
            USING ERRCODE = 'RP006', DETAIL = OLD.code;
    END IF;
    NEW."waitingSince" := NULL;
    NEW."acknowledgedAt" := coalesce(OLD."acknowledgedAt", NEW."statusAt");
    NEW."resolvedAt" := CASE NEW.status
        WHEN 'RESOLVED' THEN NEW."statusAt" WHEN 'CLOSED' THEN OLD."resolvedAt" ELSE NULL END;
    NEW."closedAt" := CASE NEW.status WHEN 'CLOSED' THEN NEW."statusAt" ELSE NULL END;
    NEW.reopened := OLD.reopened + (OLD.status IN ('RESOLVED', 'CLOSED') AND NEW.status = 'UNDER_REVIEW')::int;
    RETURN NEW;
END $$;

CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON tbl_grievances
    FOR EACH ROW EXECUTE FUNCTION portal_grievance_moves();
"""

# What happened in a case, in the order in which it did. `isPublic` is what the person who complained gets to read.
STORY = """
CREATE TABLE tbl_grievance_events (
    id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "grievanceId" uuid NOT NULL,
    kind text NOT NULL,
    "isPublic" boolean DEFAULT false NOT NULL,
    "byReporter" boolean DEFAULT false NOT NULL,
    "fromStatus" "GrievanceStatus",
    "toStatus" "GrievanceStatus",
    body text,
    facts jsonb,
    "createdBy" integer,
    "createdAt" timestamptz DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_tbl_grievance_events PRIMARY KEY (id),
    CONSTRAINT uq_tbl_grievance_events_uuid UNIQUE (uuid),
    CONSTRAINT "fk_tbl_grievance_events_grievanceId" FOREIGN KEY ("grievanceId") REFERENCES tbl_grievances (uuid),
    CONSTRAINT "fk_tbl_grievance_events_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_grievance_events_grievanceId" ON tbl_grievance_events ("grievanceId", id);
CREATE INDEX "ix_tbl_grievance_events_createdBy" ON tbl_grievance_events ("createdBy") WHERE "createdBy" IS NOT NULL;

CREATE TABLE tbl_grievance_attachments (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "grievanceId" uuid NOT NULL,
    "eventId" uuid,
    name text NOT NULL,
    "mediaType" text NOT NULL,
    size integer NOT NULL,
    "filePath" text NOT NULL,
    "isPublic" boolean DEFAULT false NOT NULL,
    "createdBy" integer,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_tbl_grievance_attachments PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_grievance_attachments_size CHECK (size > 0),
    CONSTRAINT "fk_tbl_grievance_attachments_grievanceId" FOREIGN KEY ("grievanceId") REFERENCES tbl_grievances (uuid),
    CONSTRAINT "fk_tbl_grievance_attachments_eventId" FOREIGN KEY ("eventId") REFERENCES tbl_grievance_events (uuid),
    CONSTRAINT "fk_tbl_grievance_attachments_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_grievance_attachments_grievanceId" ON tbl_grievance_attachments ("grievanceId");
CREATE INDEX "ix_tbl_grievance_attachments_eventId" ON tbl_grievance_attachments ("eventId");
CREATE INDEX "ix_tbl_grievance_attachments_createdBy" ON tbl_grievance_attachments ("createdBy");

CREATE TABLE tbl_grievance_watchers (
    "grievanceId" uuid NOT NULL,
    "userId" integer NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT pk_tbl_grievance_watchers PRIMARY KEY ("grievanceId", "userId"),
    CONSTRAINT "fk_tbl_grievance_watchers_grievanceId" FOREIGN KEY ("grievanceId") REFERENCES tbl_grievances (uuid),
    CONSTRAINT "fk_tbl_grievance_watchers_userId" FOREIGN KEY ("userId") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_grievance_watchers_userId" ON tbl_grievance_watchers ("userId");

-- A story is only ever added to; words go where a person is erased.
CREATE FUNCTION portal_grievance_story_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portal.follows_people', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the story of a case is only added to' USING ERRCODE = 'RP007';
END $$;

CREATE TRIGGER stays AFTER UPDATE OR DELETE ON tbl_grievance_events
    FOR EACH STATEMENT EXECUTE FUNCTION portal_grievance_story_stays();

SELECT portal_audit_attach('tbl_grievance_events', 'uuid', added => 'key', hidden => '{body,facts}');
SELECT portal_audit_attach('tbl_grievance_attachments', 'uuid', hidden => '{name,filePath}');
SELECT portal_audit_attach('tbl_grievance_watchers', 'grievanceId');
"""

DOWN = """
DROP TABLE tbl_grievance_watchers;
DROP TABLE tbl_grievance_attachments;
DROP TABLE tbl_grievance_events;
DROP FUNCTION portal_grievance_story_stays();
DROP FUNCTION portal_grievance_moves() CASCADE;
DROP TRIGGER audit_added ON tbl_grievances;
DROP TRIGGER audit_changed ON tbl_grievances;
DROP TRIGGER audit_removed ON tbl_grievances;
DROP TRIGGER audit_emptied ON tbl_grievances;
SELECT portal_audit_attach('tbl_grievances', 'uuid', hidden => '{reportedBy,reporterContact,title,description}');
DROP INDEX ix_tbl_grievances_project;
DROP INDEX ix_tbl_grievances_newest_live;
CREATE INDEX "ix_tbl_grievances_projectId" ON tbl_grievances ("projectId");
ALTER TABLE tbl_grievances
    DROP CONSTRAINT ck_tbl_grievances_moments,
    DROP COLUMN reopened,
    DROP COLUMN "closedAt",
    DROP COLUMN "resolvedAt",
    DROP COLUMN "acknowledgedAt",
    DROP COLUMN "waitingSince",
    DROP COLUMN "statusReason",
    DROP COLUMN "statusAt",
    DROP COLUMN "createdBy",
    DROP COLUMN language,
    DROP COLUMN follows,
    DROP COLUMN "duplicateOf",
    DROP COLUMN "assigneeId",
    DROP COLUMN "isSensitive",
    DROP COLUMN priority,
    DROP COLUMN "channelId",
    DROP COLUMN "categoryId",
    DROP COLUMN "vendorId",
    DROP COLUMN "beneficiaryId",
    DROP COLUMN "pinHash",
    DROP COLUMN code;
DROP FUNCTION portal_case_code();
DROP TABLE tbl_grievance_channels;
DROP TABLE tbl_grievance_categories;
"""


def upgrade() -> None:
    run(TERMS + CODE + CASES + STORY)


def downgrade() -> None:
    run(DOWN)
