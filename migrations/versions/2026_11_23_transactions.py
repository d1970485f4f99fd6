"""Transactions at work: who made and who decided them, what they may become, what they sum up to, who sees them."""

from portal.core.revising import run

revision = "2026_11_23_transactions"
down_revision = "2026_11_23_vendors"
branch_labels = None
depends_on = None

# The indexes of a list begin with what it is narrowed by and go on with its order; they serve the foreign keys too.
COLUMNS = """
ALTER TABLE tbl_transactions
    ADD COLUMN "createdBy" integer,
    ADD COLUMN "decidedBy" integer,
    ADD COLUMN "decidedAt" timestamptz,
    ADD COLUMN "failedBy" integer,
    ADD COLUMN "failedAt" timestamptz,
    ADD COLUMN reason text,
    ADD COLUMN "retryOf" uuid,
    ADD COLUMN "payoutListId" uuid,
    ADD COLUMN "requestKey" uuid,
    ADD COLUMN "requestHash" text,
    ADD CONSTRAINT "ck_tbl_transactions_decidedBy" CHECK ("decidedBy" <> "createdBy"),
    ADD CONSTRAINT "fk_tbl_transactions_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id),
    ADD CONSTRAINT "fk_tbl_transactions_decidedBy" FOREIGN KEY ("decidedBy") REFERENCES tbl_users (id),
    ADD CONSTRAINT "fk_tbl_transactions_failedBy" FOREIGN KEY ("failedBy") REFERENCES tbl_users (id),
    ADD CONSTRAINT "fk_tbl_transactions_retryOf" FOREIGN KEY ("retryOf") REFERENCES tbl_transactions (uuid);

DROP INDEX "ix_tbl_transactions_projectId";
DROP INDEX "ix_tbl_transactions_vendorId";
DROP INDEX "ix_tbl_transactions_beneficiaryId";
CREATE INDEX ix_tbl_transactions_project ON tbl_transactions ("projectId", "createdAt" DESC, id DESC);
CREATE INDEX ix_tbl_transactions_vendor ON tbl_transactions ("vendorId", "createdAt" DESC, id DESC);
CREATE INDEX ix_tbl_transactions_beneficiary ON tbl_transactions ("beneficiaryId", "createdAt" DESC, id DESC);
CREATE INDEX ix_tbl_transactions_payout_list ON tbl_transactions ("payoutListId", "createdAt" DESC, id DESC)
    WHERE "payoutListId" IS NOT NULL;
CREATE INDEX ix_tbl_transactions_pending_live ON tbl_transactions ("createdAt" DESC, id DESC)
    WHERE status = 'PENDING' AND "deletedAt" IS NULL;
CREATE INDEX ix_tbl_transactions_rejected_live ON tbl_transactions ("createdAt" DESC, id DESC)
    WHERE status = 'REJECTED' AND "deletedAt" IS NULL;
CREATE INDEX ix_tbl_transactions_failed_live ON tbl_transactions ("createdAt" DESC, id DESC)
    WHERE status = 'FAILED' AND "deletedAt" IS NULL;
CREATE INDEX "ix_tbl_transactions_createdBy" ON tbl_transactions ("createdBy");
CREATE INDEX "ix_tbl_transactions_decidedBy" ON tbl_transactions ("decidedBy") WHERE "decidedBy" IS NOT NULL;
CREATE INDEX "ix_tbl_transactions_failedBy" ON tbl_transactions ("failedBy") WHERE "failedBy" IS NOT NULL;
CREATE UNIQUE INDEX "ix_tbl_transactions_retryOf" ON tbl_transactions ("retryOf") WHERE "retryOf" IS NOT NULL;
CREATE UNIQUE INDEX "ix_tbl_transactions_requestKey" ON tbl_transactions ("createdBy", "requestKey")
    WHERE "requestKey" IS NOT NULL;

-- Why somebody decided so is told in people's own words, which the log could not forget.
DROP TRIGGER audit_added ON tbl_transactions;
DROP TRIGGER audit_changed ON tbl_transactions;
DROP TRIGGER audit_removed ON tbl_transactions;
DROP TRIGGER audit_emptied ON tbl_transactions;
SELECT portal_audit_attach('tbl_transactions', 'uuid', added => 'key', hidden => '{extras,reason}');
"""

# SQLSTATEs of our own, in words in `portal/core/told.py`: RP005 is a move that is none, RP004 a change of what stays.
MOVES = """
-- A transaction comes as PENDING, with nothing decided; or as APPROVED with a payout list, whose maker and approver it
-- then names. What tries again a payout that failed is the same payout.
CREATE FUNCTION portal_transaction_comes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM new_rows n WHERE NOT CASE n.status
            WHEN 'PENDING' THEN n."decidedBy" IS NULL AND n."decidedAt" IS NULL AND n."failedBy" IS NULL
                AND n."failedAt" IS NULL AND n.reason IS NULL
            WHEN 'APPROVED' THEN n."payoutListId" IS NOT NULL AND n."createdBy" IS NOT NULL
                AND n."decidedBy" IS NOT NULL AND n."decidedAt" IS NOT NULL AND n."failedBy" IS NULL
                AND n."failedAt" IS NULL AND n.reason IS NULL
            ELSE false END
    ) THEN
        RAISE EXCEPTION 'a transaction begins as PENDING, or as APPROVED by a payout list' USING ERRCODE = 'RP005';
    END IF;
    IF EXISTS (
        SELECT FROM new_rows n WHERE n."retryOf" IS NOT NULL AND NOT EXISTS (
            SELECT FROM public.tbl_transactions o WHERE o.uuid = n."retryOf" AND o.status = 'FAILED'
                AND o."deletedAt" IS NULL AND (o."projectId", o."beneficiaryId", o.amount, o.currency)
                    = (n."projectId", n."beneficiaryId", n.amount, n.currency)
        )
    ) THEN
        RAISE EXCEPTION 'only a failed payout is tried again, as it was' USING ERRCODE = 'RP005';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER comes AFTER INSERT ON tbl_transactions REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_transaction_comes();

-- PENDING -> APPROVED or REJECTED by a named person, APPROVED -> FAILED. What has ended stays as it ended, and what a
-- transaction says of whom, what for and how much stays as it was made. But the person of a merged record is another,
-- and words may have to go that tell of a person who is erased.
CREATE FUNCTION portal_transaction_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    moving text[] := '{status,decidedBy,decidedAt,failedBy,failedAt,reason,updatedAt,deletedAt}';
BEGIN
    IF current_setting('portal.follows_people', true) = 'on' THEN
        moving := moving || '{beneficiaryId,extras}';
    END IF;
    IF to_jsonb(NEW) - moving <> to_jsonb(OLD) - moving
        OR (NEW."deletedAt" IS DISTINCT FROM OLD."deletedAt" AND OLD.status = 'APPROVED') THEN
        RAISE EXCEPTION 'a transaction stays as it was made' USING ERRCODE = 'RP004', DETAIL = OLD.uuid;
    END IF;
    IF NEW.status = OLD.status THEN
        IF (NEW."decidedBy", NEW."decidedAt", NEW."failedBy", NEW."failedAt")
            IS DISTINCT FROM (OLD."decidedBy", OLD."decidedAt", OLD."failedBy", OLD."failedAt")
            OR (NEW.reason IS DISTINCT FROM OLD.reason AND NOT 'beneficiaryId' = ANY (moving)) THEN
            RAISE EXCEPTION 'what was decided of a transaction stays' USING ERRCODE = 'RP004', DETAIL = OLD.uuid;
        END IF;
        RETURN NEW;
    END IF;
    IF OLD."deletedAt" IS NOT NULL OR NOT (CASE
        WHEN OLD.status = 'PENDING' AND NEW.status IN ('APPROVED', 'REJECTED') THEN
            NEW."decidedBy" IS NOT NULL AND NEW."decidedAt" IS NOT NULL
            AND NEW."failedBy" IS NULL AND NEW."failedAt" IS NULL
            AND (NEW.status = 'REJECTED') = (btrim(coalesce(NEW.reason, '')) <> '')
        WHEN OLD.status = 'APPROVED' AND NEW.status = 'FAILED' THEN
            NEW."failedBy" IS NOT NULL AND NEW."failedAt" IS NOT NULL
            AND (NEW."decidedBy", NEW."decidedAt") IS NOT DISTINCT FROM (OLD."decidedBy", OLD."decidedAt")
            AND btrim(coalesce(NEW.reason, '')) <> ''
        ELSE false END) THEN
        RAISE EXCEPTION 'a transaction does not move from % to % so', OLD.status, NEW.status
            USING ERRCODE = 'RP005', DETAIL = OLD.uuid;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER moves BEFORE UPDATE ON tbl_transactions
    FOR EACH ROW EXECUTE FUNCTION portal_transaction_moves();

-- What was decided is never removed; what waits may be, by whoever may delete rows.
CREATE FUNCTION portal_transaction_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM old_rows o WHERE o.status <> 'PENDING') THEN
        RAISE EXCEPTION 'what was decided of a transaction stays' USING ERRCODE = 'RP004';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER stays AFTER DELETE ON tbl_transactions REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_transaction_stays();
"""

# Both kinds of sums are kept by every statement that touches transactions, in one order of keys, so that two of them
# wait for each other and never block each other.
SUMS = """
-- How many transactions there are and what they come to, by everything that a list's totals are mostly asked by.
CREATE TABLE tbl_transaction_sums (
    "projectId" uuid NOT NULL,
    "vendorId" uuid NOT NULL,
    currency text NOT NULL,
    status "TransactionStatus" NOT NULL,
    number bigint DEFAULT 0 NOT NULL,
    amount numeric(38, 8) DEFAULT 0 NOT NULL,
    CONSTRAINT pk_tbl_transaction_sums PRIMARY KEY ("vendorId", "projectId", currency, status),
    CONSTRAINT "fk_tbl_transaction_sums_projectId" FOREIGN KEY ("projectId") REFERENCES tbl_projects (uuid),
    CONSTRAINT "fk_tbl_transaction_sums_vendorId" FOREIGN KEY ("vendorId") REFERENCES tbl_vendors (uuid)
);
CREATE INDEX "ix_tbl_transaction_sums_projectId" ON tbl_transaction_sums ("projectId");

INSERT INTO tbl_transaction_sums ("projectId", "vendorId", currency, status, number, amount)
SELECT "projectId", "vendorId", currency, status, count(*), sum(amount)
FROM tbl_transactions WHERE "deletedAt" IS NULL GROUP BY 1, 2, 3, 4;
INSERT INTO tbl_project_budgets ("projectId", currency, spent)
SELECT "projectId", currency, sum(amount) FROM tbl_transactions
WHERE "deletedAt" IS NULL AND status IN ('PENDING', 'APPROVED') GROUP BY 1, 2
ON CONFLICT ("projectId", currency) DO UPDATE SET spent = excluded.spent;

-- Adds to what is spent of the budgets and to the sums. The check of a budget refuses what is too much.
CREATE FUNCTION portal_transaction_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    each record;
    came text := 'SELECT "projectId", "vendorId", currency, status, 1 AS number, amount FROM new_rows
        WHERE "deletedAt" IS NULL';
    went text := 'SELECT "projectId", "vendorId", currency, status, -1 AS number, -amount AS amount FROM old_rows
        WHERE "deletedAt" IS NULL';
    touched text := CASE TG_OP WHEN 'INSERT' THEN came WHEN 'DELETE' THEN went ELSE came || ' UNION ALL ' || went END;
BEGIN
    FOR each IN EXECUTE format(
        'SELECT "projectId", currency, sum(amount) AS amount FROM (%s) touched
        WHERE status IN (''PENDING'', ''APPROVED'') GROUP BY 1, 2 HAVING sum(amount) <> 0 ORDER BY 1, 2', touched)
    LOOP
        LOOP
            UPDATE public.tbl_project_budgets b SET spent = b.spent + each.amount
            WHERE b."projectId" = each."projectId" AND b.currency = each.currency;
            EXIT WHEN FOUND;
            INSERT INTO public.tbl_project_budgets ("projectId", currency)
            VALUES (each."projectId", each.currency) ON CONFLICT DO NOTHING;
        END LOOP;
    END LOOP;
    FOR each IN EXECUTE format(
        'SELECT "projectId", "vendorId", currency, status, sum(number) AS number, sum(amount) AS amount
        FROM (%s) touched GROUP BY 1, 2, 3, 4 HAVING sum(number) <> 0 OR sum(amount) <> 0
        ORDER BY 1, 2, 3, 4', touched)
    LOOP
        LOOP
            UPDATE public.tbl_transaction_sums s SET number = s.number + each.number, amount = s.amount + each.amount
            WHERE s."projectId" = each."projectId" AND s."vendorId" = each."vendorId"
                AND s.currency = each.currency AND s.status = each.status;
            EXIT WHEN FOUND;
            INSERT INTO public.tbl_transaction_sums ("projectId", "vendorId", currency, status)
            VALUES (each."projectId", each."vendorId", each.currency, each.status) ON CONFLICT DO NOTHING;
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;

CREATE TRIGGER counts_added AFTER INSERT ON tbl_transactions REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_transaction_counts();
CREATE TRIGGER counts_changed AFTER UPDATE ON tbl_transactions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_transaction_counts();
CREATE TRIGGER counts_removed AFTER DELETE ON tbl_transactions REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_transaction_counts();
"""

# A second net below the portal's own conditions. The setting is empty for all but those who are vendors and nothing
# else. FORCE holds the owner too, as whom the portal works; nobody holds a superuser.
ROWS = """
CREATE FUNCTION portal_only_vendor() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('portal.vendor', true), '')::uuid;

ALTER TABLE tbl_transactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE tbl_transactions FORCE ROW LEVEL SECURITY;
ALTER TABLE tbl_transaction_sums ENABLE ROW LEVEL SECURITY;
ALTER TABLE tbl_transaction_sums FORCE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON tbl_transactions USING (
    CASE WHEN (SELECT portal_only_vendor()) IS NULL THEN true ELSE "vendorId" = (SELECT portal_only_vendor()) END
);
CREATE POLICY own_rows ON tbl_transaction_sums USING (
    CASE WHEN (SELECT portal_only_vendor()) IS NULL THEN true ELSE "vendorId" = (SELECT portal_only_vendor()) END
);
"""

DOWN = """
DROP POLICY own_rows ON tbl_transactions;
ALTER TABLE tbl_transactions NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tbl_transactions DISABLE ROW LEVEL SECURITY;
DROP TABLE tbl_transaction_sums;
DROP FUNCTION portal_only_vendor();
DROP FUNCTION portal_transaction_counts() CASCADE;
DROP FUNCTION portal_transaction_stays() CASCADE;
DROP FUNCTION portal_transaction_moves() CASCADE;
DROP FUNCTION portal_transaction_comes() CASCADE;
DROP TRIGGER audit_added ON tbl_transactions;
DROP TRIGGER audit_changed ON tbl_transactions;
DROP TRIGGER audit_removed ON tbl_transactions;
DROP TRIGGER audit_emptied ON tbl_transactions;
SELECT portal_audit_attach('tbl_transactions', 'uuid', added => 'key', hidden => '{extras}');
DROP INDEX ix_tbl_transactions_project;
DROP INDEX ix_tbl_transactions_vendor;
DROP INDEX ix_tbl_transactions_beneficiary;
DROP INDEX ix_tbl_transactions_pending_live;
DROP INDEX ix_tbl_transactions_rejected_live;
DROP INDEX ix_tbl_transactions_failed_live;
CREATE INDEX "ix_tbl_transactions_beneficiaryId" ON tbl_transactions ("beneficiaryId");
CREATE INDEX "ix_tbl_transactions_projectId" ON tbl_transactions ("projectId");
CREATE INDEX "ix_tbl_transactions_vendorId" ON tbl_transactions ("vendorId");
ALTER TABLE tbl_transactions
    DROP COLUMN "requestHash",
    DROP COLUMN "requestKey",
    DROP COLUMN "payoutListId",
    DROP COLUMN "retryOf",
    DROP COLUMN reason,
    DROP COLUMN "failedAt",
    DROP COLUMN "failedBy",
    DROP COLUMN "decidedAt",
    DROP COLUMN "decidedBy",
    DROP COLUMN "createdBy";
"""


def upgrade() -> None:
    run(COLUMNS + MOVES + SUMS + ROWS)


def downgrade() -> None:
    run(DOWN)
