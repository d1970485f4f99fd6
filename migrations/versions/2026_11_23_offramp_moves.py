"""What an offramp may become, what stays of it, and what they sum up to."""

from portal.core.revising import run

revision = "2026_11_23_offramp_moves"
down_revision = "2026_11_23_offramp"
branch_labels = None
depends_on = None

# SQLSTATEs of our own, in words in `portal/core/told.py`: RP011 a move that is none, RP012 a change of what stays,
# RP013 a payment that is under way with a provider.
MOVES = """
-- A request comes as PENDING, for a payment that was approved and that is what the request says. Only a try takes it to
-- PROCESSING, and only what became of that try takes it further. What failed may be tried again while its project is
-- open, its payment still stands and nobody has given it up; what was paid stays paid.
CREATE FUNCTION portal_offramp_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
    project record;
    moving text[] := '{requestId,escrowAddress,status,fiatAmount,fee,currency,quoteId,quoteExpiresAt,needsRelease,
        releasedBy,releasedAt,statusAt,completedAt,failedReason,endedBy,endedAt,updatedAt,updatedBy,deletedAt,extras}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'PENDING' OR NEW."completedAt" IS NOT NULL OR NEW."endedAt" IS NOT NULL THEN
            RAISE EXCEPTION 'an offramp begins as PENDING' USING ERRCODE = 'RP011', DETAIL = NEW.uuid;
        END IF;
        IF NEW."transactionId" IS NOT NULL THEN
            PERFORM FROM public.tbl_transactions t WHERE t.uuid = NEW."transactionId" AND t.status = 'APPROVED'
                AND t."deletedAt" IS NULL
                AND (t."projectId", t."beneficiaryId") = (NEW."projectId", NEW."beneficiaryId") FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'only an approved payment is sent' USING ERRCODE = 'RP011', DETAIL = NEW.uuid;
            END IF;
        END IF;
        RETURN NEW;
    END IF;
    IF current_setting('portal.follows_people', true) = 'on' THEN
        moving := moving || '{beneficiaryId,receiverPhone,receiverName,receiverNetwork}';
    END IF;
    IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
        OR (OLD."requestId" IS NOT NULL AND NEW."requestId" IS DISTINCT FROM OLD."requestId")
        OR (OLD."releasedBy" IS NOT NULL AND NEW."releasedBy" IS DISTINCT FROM OLD."releasedBy")
        OR (OLD."endedAt" IS NOT NULL AND NEW."endedAt" IS DISTINCT FROM OLD."endedAt")
        OR (NEW."deletedAt" IS DISTINCT FROM OLD."deletedAt" AND OLD.status <> 'PENDING') THEN
        RAISE EXCEPTION 'an offramp stays as it was asked for' USING ERRCODE = 'RP012', DETAIL = OLD.uuid;
    END IF;
    IF NEW.status = OLD.status THEN
        IF NEW."completedAt" IS DISTINCT FROM OLD."completedAt" THEN
            RAISE EXCEPTION 'an offramp stays as it was asked for' USING ERRCODE = 'RP012', DETAIL = OLD.uuid;
        END IF;
        RETURN NEW;
    END IF;
    SELECT a.state INTO standing FROM public.tbl_offramp_attempts a
    WHERE a."offrampId" = OLD.uuid AND a.state <> 'FAILED';
    IF OLD."deletedAt" IS NOT NULL OR NOT (CASE
        WHEN OLD.status = 'PENDING' AND NEW.status = 'PROCESSING' THEN
            coalesce(standing, 'none') IN ('SENDING', 'UNKNOWN', 'ACCEPTED')
            AND (NOT NEW."needsRelease" OR NEW."releasedBy" IS NOT NULL)
            AND EXISTS (SELECT FROM public.tbl_offramp_transactions t WHERE t."requestId" = NEW."requestId")
        WHEN OLD.status = 'PROCESSING' AND NEW.status = 'COMPLETED' THEN coalesce(standing, 'none') = 'COMPLETED'
        WHEN OLD.status = 'PROCESSING' AND NEW.status = 'FAILED' THEN
            standing IS NULL AND btrim(coalesce(NEW."failedReason", '')) <> ''
        WHEN OLD.status = 'FAILED' AND NEW.status = 'PENDING' THEN OLD."endedAt" IS NULL AND standing IS NULL
            AND (OLD."transactionId" IS NULL OR EXISTS (SELECT FROM public.tbl_transactions t
                WHERE t.uuid = OLD."transactionId" AND t.status = 'APPROVED'))
        ELSE false END) THEN
        RAISE EXCEPTION 'an offramp does not move from % to % so', OLD.status, NEW.status
            USING ERRCODE = 'RP011', DETAIL = OLD.uuid;
    END IF;
    IF NEW.status IN ('PENDING', 'PROCESSING') AND OLD."projectId" IS NOT NULL THEN
        SELECT p.name, p.status INTO project FROM public.tbl_projects p WHERE p.uuid = OLD."projectId" FOR SHARE;
        IF project.status = 'CLOSED' THEN
            RAISE EXCEPTION 'the project is closed' USING ERRCODE = 'RP001', DETAIL = project.name;
        END IF;
    END IF;
    NEW."statusAt" := clock_timestamp();
    NEW."completedAt" := CASE NEW.status WHEN 'COMPLETED' THEN NEW."statusAt" END;
    NEW."failedReason" := CASE NEW.status WHEN 'FAILED' THEN NEW."failedReason" END;
    RETURN NEW;
END $$;

CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON tbl_offramps
    FOR EACH ROW EXECUTE FUNCTION portal_offramp_moves();

-- What the provider did for a request stands where the request stands, whoever moved it.
CREATE FUNCTION portal_offramp_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.tbl_offramp_transactions t SET status = n.status, "updatedAt" = now()
    FROM new_rows n WHERE t."requestId" = n."requestId" AND t.status <> n.status;
    RETURN NULL;
END $$;

CREATE TRIGGER follows AFTER UPDATE ON tbl_offramps REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_offramp_follows();

-- SENDING -> UNKNOWN -> ACCEPTED -> COMPLETED or FAILED; steps may be left out, none is taken back.
CREATE FUNCTION portal_offramp_attempt_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ways text[] := '{SENDING,UNKNOWN,ACCEPTED}';
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.uuid, NEW."offrampId", NEW.number, NEW."referenceId", NEW."createdAt")
        IS DISTINCT FROM (OLD.uuid, OLD."offrampId", OLD.number, OLD."referenceId", OLD."createdAt")
        OR (OLD."settledAt" IS NOT NULL AND NEW IS DISTINCT FROM OLD)
        OR (NEW.state <> OLD.state AND NEW."settledAt" IS NULL
            AND array_position(ways, NEW.state) < array_position(ways, OLD.state)) THEN
        RAISE EXCEPTION 'a try stays as it was made' USING ERRCODE = 'RP012', DETAIL = OLD."referenceId";
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER moves BEFORE UPDATE OR DELETE ON tbl_offramp_attempts
    FOR EACH ROW EXECUTE FUNCTION portal_offramp_attempt_moves();

-- A story is only ever added to; words go where a person is erased.
CREATE FUNCTION portal_offramp_story_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portal.follows_people', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the story of an offramp is only added to' USING ERRCODE = 'RP012';
END $$;

CREATE TRIGGER stays AFTER UPDATE OR DELETE ON tbl_offramp_events
    FOR EACH STATEMENT EXECUTE FUNCTION portal_offramp_story_stays();

-- What is under way with a provider is not said to have failed elsewhere, or it could be paid a second time.
CREATE FUNCTION portal_transaction_under_way() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.tbl_offramps o WHERE o."transactionId" = OLD.uuid AND o."deletedAt" IS NULL
        AND o."endedAt" IS NULL) THEN
        RAISE EXCEPTION 'the payment is under way with a provider' USING ERRCODE = 'RP013', DETAIL = OLD.uuid;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER under_way BEFORE UPDATE ON tbl_transactions FOR EACH ROW
    WHEN (OLD.status = 'APPROVED' AND NEW.status = 'FAILED') EXECUTE FUNCTION portal_transaction_under_way();

CREATE TRIGGER closed_added AFTER INSERT ON tbl_offramps REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_refuse_closed();
"""

# Kept by every statement that touches requests, in one order of keys, so that two of them wait for each other and never
# block each other.
SUMS = """
CREATE TABLE tbl_offramp_sums (
    id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    "projectId" uuid,
    "providerId" uuid,
    chain text NOT NULL,
    token text NOT NULL,
    status "OfframpStatus" NOT NULL,
    number bigint DEFAULT 0 NOT NULL,
    amount numeric(38, 8) DEFAULT 0 NOT NULL,
    CONSTRAINT pk_tbl_offramp_sums PRIMARY KEY (id),
    CONSTRAINT "fk_tbl_offramp_sums_projectId" FOREIGN KEY ("projectId") REFERENCES tbl_projects (uuid),
    CONSTRAINT "fk_tbl_offramp_sums_providerId" FOREIGN KEY ("providerId") REFERENCES tbl_offramp_providers (uuid)
);
CREATE UNIQUE INDEX uq_tbl_offramp_sums_key ON tbl_offramp_sums
    (coalesce("projectId", '00000000-0000-0000-0000-000000000000'),
     coalesce("providerId", '00000000-0000-0000-0000-000000000000'), chain, token, status);
CREATE INDEX "ix_tbl_offramp_sums_projectId" ON tbl_offramp_sums ("projectId");
CREATE INDEX "ix_tbl_offramp_sums_providerId" ON tbl_offramp_sums ("providerId");

INSERT INTO tbl_offramp_sums ("projectId", "providerId", chain, token, status, number, amount)
SELECT "projectId", "providerId", chain, token, status, count(*), sum(amount)
FROM tbl_offramps WHERE "deletedAt" IS NULL GROUP BY 1, 2, 3, 4, 5;

CREATE FUNCTION portal_offramp_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    each record;
    nobody uuid := '00000000-0000-0000-0000-000000000000';
    came text := 'SELECT "projectId", "providerId", chain, token, status, 1 AS number, amount FROM new_rows
        WHERE "deletedAt" IS NULL';
    went text := 'SELECT "projectId", "providerId", chain, token, status, -1 AS number, -amount AS amount FROM old_rows
        WHERE "deletedAt" IS NULL';
    touched text := CASE TG_OP WHEN 'INSERT' THEN came WHEN 'DELETE' THEN went ELSE came || ' UNION ALL ' || went END;
BEGIN
    FOR each IN EXECUTE format(
        'SELECT "projectId", "providerId", chain, token, status, sum(number) AS number, sum(amount) AS amount
        FROM (%s) touched GROUP BY 1, 2, 3, 4, 5 HAVING sum(number) <> 0 OR sum(amount) <> 0
        ORDER BY 1, 2, 3, 4, 5', touched)
    LOOP
        LOOP
            UPDATE public.tbl_offramp_sums s SET number = s.number + each.number, amount = s.amount + each.amount
            WHERE coalesce(s."projectId", nobody) = coalesce(each."projectId", nobody)
                AND coalesce(s."providerId", nobody) = coalesce(each."providerId", nobody)
                AND s.chain = each.chain AND s.token = each.token AND s.status = each.status;
            EXIT WHEN FOUND;
            INSERT INTO public.tbl_offramp_sums ("projectId", "providerId", chain, token, status)
            VALUES (each."projectId", each."providerId", each.chain, each.token, each.status)
            ON CONFLICT DO NOTHING;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER counts_added AFTER INSERT ON tbl_offramps REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_offramp_counts();
CREATE TRIGGER counts_changed AFTER UPDATE ON tbl_offramps REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_offramp_counts();
CREATE TRIGGER counts_removed AFTER DELETE ON tbl_offramps REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_offramp_counts();
"""

DOWN = """
DROP TRIGGER under_way ON tbl_transactions;
DROP TRIGGER closed_added ON tbl_offramps;
DROP FUNCTION portal_offramp_counts() CASCADE;
DROP TABLE tbl_offramp_sums;
DROP FUNCTION portal_transaction_under_way();
DROP FUNCTION portal_offramp_story_stays() CASCADE;
DROP FUNCTION portal_offramp_attempt_moves() CASCADE;
DROP FUNCTION portal_offramp_follows() CASCADE;
DROP FUNCTION portal_offramp_moves() CASCADE;
"""


def upgrade() -> None:
    run(MOVES + SUMS)


def downgrade() -> None:
    run(DOWN)
