"""Payout lists: who is to be paid what, who approved it, and that nobody approves their own."""

from portal.core.revising import run

revision = "2026_11_23_payouts"
down_revision = "2026_11_23_transactions"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE tbl_payout_lists (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    title text NOT NULL,
    "projectId" uuid NOT NULL,
    "groupId" uuid,
    "followsId" uuid,
    filter jsonb,
    "vendorId" uuid NOT NULL,
    provider text,
    method text NOT NULL,
    currency text NOT NULL,
    "amountRule" text NOT NULL,
    amount numeric(28, 8),
    "amountKey" text,
    state text DEFAULT 'FILLING' NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    "rowsHash" text,
    total numeric(38, 8),
    payable integer,
    "stepsNeeded" integer DEFAULT 1 NOT NULL,
    "jobId" uuid,
    trouble jsonb,
    reason text,
    "createdBy" integer NOT NULL,
    "editedBy" integer NOT NULL,
    "submittedBy" integer,
    "decidedBy" integer,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "updatedAt" timestamptz,
    "submittedAt" timestamptz,
    "decidedAt" timestamptz,
    CONSTRAINT pk_tbl_payout_lists PRIMARY KEY (uuid),
    CONSTRAINT ck_tbl_payout_lists_state CHECK (state IN
        ('FILLING', 'DRAFT', 'CHECKING', 'SUBMITTED', 'PAYING', 'APPROVED', 'RETURNED', 'CANCELLED')),
    CONSTRAINT ck_tbl_payout_lists_method CHECK (method IN ('HANDED_OUT', 'MOBILE_MONEY', 'BANK_TRANSFER')),
    CONSTRAINT "ck_tbl_payout_lists_amountRule" CHECK (CASE "amountRule"
        WHEN 'FIXED' THEN amount IS NOT NULL AND "amountKey" IS NULL
        WHEN 'PER_MEMBER' THEN amount IS NOT NULL AND "amountKey" IS NOT NULL
        WHEN 'COLUMN' THEN amount IS NULL AND "amountKey" IS NOT NULL
        WHEN 'AS_BEFORE' THEN amount IS NULL AND "amountKey" IS NULL AND "followsId" IS NOT NULL
        ELSE false END),
    CONSTRAINT ck_tbl_payout_lists_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT "ck_tbl_payout_lists_stepsNeeded" CHECK ("stepsNeeded" IN (1, 2)),
    CONSTRAINT ck_tbl_payout_lists_submitted CHECK (state NOT IN ('SUBMITTED', 'PAYING', 'APPROVED')
        OR ("submittedBy" IS NOT NULL AND "submittedAt" IS NOT NULL AND "rowsHash" IS NOT NULL
            AND total > 0 AND payable > 0)),
    CONSTRAINT ck_tbl_payout_lists_decided CHECK (("decidedAt" IS NOT NULL) = (state = 'APPROVED')
        AND ("decidedBy" IS NOT NULL) = (state IN ('PAYING', 'APPROVED'))),
    CONSTRAINT ck_tbl_payout_lists_reason CHECK (state <> 'RETURNED' OR btrim(coalesce(reason, '')) <> ''),
    CONSTRAINT ck_tbl_payout_lists_maker CHECK ("decidedBy" NOT IN ("createdBy", "editedBy", "submittedBy")),
    CONSTRAINT "fk_tbl_payout_lists_projectId" FOREIGN KEY ("projectId") REFERENCES tbl_projects (uuid),
    CONSTRAINT "fk_tbl_payout_lists_groupId" FOREIGN KEY ("groupId") REFERENCES tbl_beneficiaries_group (uuid)
        ON DELETE SET NULL,
    CONSTRAINT "fk_tbl_payout_lists_followsId" FOREIGN KEY ("followsId") REFERENCES tbl_payout_lists (uuid),
    CONSTRAINT "fk_tbl_payout_lists_vendorId" FOREIGN KEY ("vendorId") REFERENCES tbl_vendors (uuid),
    CONSTRAINT "fk_tbl_payout_lists_createdBy" FOREIGN KEY ("createdBy") REFERENCES tbl_users (id),
    CONSTRAINT "fk_tbl_payout_lists_editedBy" FOREIGN KEY ("editedBy") REFERENCES tbl_users (id),
    CONSTRAINT "fk_tbl_payout_lists_submittedBy" FOREIGN KEY ("submittedBy") REFERENCES tbl_users (id),
    CONSTRAINT "fk_tbl_payout_lists_decidedBy" FOREIGN KEY ("decidedBy") REFERENCES tbl_users (id)
);
CREATE INDEX ix_tbl_payout_lists_newest ON tbl_payout_lists ("createdAt" DESC, uuid DESC);
CREATE INDEX "ix_tbl_payout_lists_projectId" ON tbl_payout_lists ("projectId", "createdAt" DESC, uuid DESC);
CREATE INDEX "ix_tbl_payout_lists_groupId" ON tbl_payout_lists ("groupId");
CREATE INDEX "ix_tbl_payout_lists_followsId" ON tbl_payout_lists ("followsId");
CREATE INDEX "ix_tbl_payout_lists_vendorId" ON tbl_payout_lists ("vendorId");
CREATE INDEX "ix_tbl_payout_lists_createdBy" ON tbl_payout_lists ("createdBy");
CREATE INDEX "ix_tbl_payout_lists_editedBy" ON tbl_payout_lists ("editedBy");
CREATE INDEX "ix_tbl_payout_lists_submittedBy" ON tbl_payout_lists ("submittedBy");
CREATE INDEX "ix_tbl_payout_lists_decidedBy" ON tbl_payout_lists ("decidedBy");

-- A row's uuid becomes its transaction's, so that nobody can be paid twice for one row.
CREATE TABLE tbl_payout_rows (
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "listId" uuid NOT NULL,
    number integer NOT NULL,
    "beneficiaryId" uuid NOT NULL,
    name text,
    phone text,
    wallet text,
    account text,
    amount numeric(28, 8),
    verdict text DEFAULT 'OK' NOT NULL,
    reasons text[] DEFAULT '{}' NOT NULL,
    "heldBy" integer,
    "heldAt" timestamptz,
    "heldReason" text,
    "retryOf" uuid,
    CONSTRAINT pk_tbl_payout_rows PRIMARY KEY (uuid),
    CONSTRAINT "uq_tbl_payout_rows_listId_number" UNIQUE ("listId", number),
    CONSTRAINT "uq_tbl_payout_rows_beneficiaryId_listId" UNIQUE ("beneficiaryId", "listId"),
    CONSTRAINT ck_tbl_payout_rows_amount CHECK (amount > 0 AND amount <> 'NaN'),
    CONSTRAINT ck_tbl_payout_rows_verdict CHECK (verdict IN ('OK', 'BAD')
        AND (verdict = 'BAD') = (cardinality(reasons) > 0) AND (verdict = 'BAD' OR amount IS NOT NULL)),
    CONSTRAINT ck_tbl_payout_rows_held CHECK (("heldBy" IS NULL) = ("heldAt" IS NULL)
        AND ("heldBy" IS NULL) = ("heldReason" IS NULL)),
    CONSTRAINT "fk_tbl_payout_rows_listId" FOREIGN KEY ("listId") REFERENCES tbl_payout_lists (uuid),
    CONSTRAINT "fk_tbl_payout_rows_beneficiaryId" FOREIGN KEY ("beneficiaryId") REFERENCES tbl_beneficiaries (uuid),
    CONSTRAINT "fk_tbl_payout_rows_heldBy" FOREIGN KEY ("heldBy") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_payout_rows_heldBy" ON tbl_payout_rows ("heldBy");
CREATE INDEX ix_tbl_payout_rows_out ON tbl_payout_rows ("listId", number)
    WHERE verdict = 'BAD' OR "heldBy" IS NOT NULL;

CREATE TABLE tbl_payout_approvals (
    id integer GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    uuid uuid DEFAULT gen_random_uuid() NOT NULL,
    "listId" uuid NOT NULL,
    "approverId" integer NOT NULL,
    step integer NOT NULL,
    "rowsHash" text NOT NULL,
    total numeric(38, 8) NOT NULL,
    payable integer NOT NULL,
    "madeBy" integer[] NOT NULL,
    "createdAt" timestamptz DEFAULT now() NOT NULL,
    "voidedAt" timestamptz,
    "voidedWhy" text,
    CONSTRAINT pk_tbl_payout_approvals PRIMARY KEY (id),
    CONSTRAINT uq_tbl_payout_approvals_uuid UNIQUE (uuid),
    CONSTRAINT ck_tbl_payout_approvals_step CHECK (step IN (1, 2)),
    CONSTRAINT ck_tbl_payout_approvals_maker CHECK ("approverId" <> ALL ("madeBy")),
    CONSTRAINT ck_tbl_payout_approvals_voided CHECK (("voidedAt" IS NULL) = ("voidedWhy" IS NULL)
        AND "voidedWhy" IN ('EDITED', 'HELD', 'RETURNED', 'TAKEN_BACK', 'CANCELLED', 'REFUSED')),
    CONSTRAINT "fk_tbl_payout_approvals_listId" FOREIGN KEY ("listId") REFERENCES tbl_payout_lists (uuid),
    CONSTRAINT "fk_tbl_payout_approvals_approverId" FOREIGN KEY ("approverId") REFERENCES tbl_users (id)
);
CREATE INDEX "ix_tbl_payout_approvals_listId" ON tbl_payout_approvals ("listId", id);
CREATE INDEX "ix_tbl_payout_approvals_approverId" ON tbl_payout_approvals ("approverId");
-- Of those that stand, a person has given one and each step is taken once.
CREATE UNIQUE INDEX uq_tbl_payout_approvals_approver ON tbl_payout_approvals ("listId", "approverId")
    WHERE "voidedAt" IS NULL;
CREATE UNIQUE INDEX uq_tbl_payout_approvals_step ON tbl_payout_approvals ("listId", step)
    WHERE "voidedAt" IS NULL;

ALTER TABLE tbl_transactions ADD CONSTRAINT "fk_tbl_transactions_payoutListId"
    FOREIGN KEY ("payoutListId") REFERENCES tbl_payout_lists (uuid);

-- What somebody searched for, and why a list was returned, is told in people's own words, which the log cannot forget.
SELECT portal_audit_attach('tbl_payout_lists', 'uuid', hidden => '{filter,reason}');
SELECT portal_audit_attach('tbl_payout_rows', 'uuid', added => 'key', removed => 'key',
    hidden => '{name,phone,wallet,account,heldReason}');
SELECT portal_audit_attach('tbl_payout_approvals', 'uuid');
SELECT portal_closed_attach('tbl_payout_lists');
"""

TRIGGERS = """
-- What an approval is given for: everything that decides who is paid what, and how.
CREATE FUNCTION portal_payout_seal(list uuid, OUT hash text, OUT total numeric, OUT payable integer)
    LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
            concat_ws(E'\\t', l.uuid, l."projectId", l."vendorId", l.provider, l.method, l.currency)
            || E'\\n' || coalesce(
                string_agg(concat_ws(E'\\t', r.number, r."beneficiaryId", r.amount,
                    coalesce(r.phone, '-'), coalesce(r.wallet, '-'), coalesce(r.account, '-')),
                    E'\\n' ORDER BY r.number),
            ''), 'UTF8')), 'hex'),
        coalesce(sum(r.amount), 0), count(r.uuid)::integer
    FROM public.tbl_payout_lists l LEFT JOIN public.tbl_payout_rows r
        ON r."listId" = l.uuid AND r.verdict = 'OK' AND r."heldBy" IS NULL
    WHERE l.uuid = list
    GROUP BY l.uuid
$$;

-- An amount that follows from what a person's details say: that itself, or so much for `each` that it counts. NULL for
-- what cannot be read in one way, is nothing, or has more decimals than the currency.
CREATE FUNCTION portal_payout_amount(said text, "each" numeric, decimals integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN "each" IS NULL THEN
        CASE WHEN said ~ '^[0-9]{1,20}([.][0-9]{1,8})?$' THEN
            CASE WHEN said::numeric > 0 AND said::numeric = round(said::numeric, decimals) THEN said::numeric END
        END
    ELSE
        CASE WHEN said ~ '^[0-9]{1,3}$' THEN
            CASE WHEN said::numeric > 0 AND said::numeric * "each" < 1e20 THEN said::numeric * "each" END
        END
    END;

CREATE FUNCTION portal_payout_list_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given integer;
    terms text[] := '{createdBy,createdAt,projectId}';
    agreed text[] := terms
        || '{vendorId,provider,method,currency,editedBy,submittedBy,submittedAt,stepsNeeded}'::text[];
    old_row jsonb;
    new_row jsonb := to_jsonb(NEW);
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state NOT IN ('FILLING', 'DRAFT') THEN
            RAISE EXCEPTION 'a payout list begins as a draft' USING ERRCODE = 'RP010';
        END IF;
        RETURN NEW;
    END IF;
    old_row := to_jsonb(OLD);
    IF OLD.state IN ('APPROVED', 'CANCELLED') THEN
        IF NEW.filter IS NOT NULL
            OR old_row - '{filter,updatedAt}'::text[] <> new_row - '{filter,updatedAt}'::text[] THEN
            RAISE EXCEPTION 'a payout list that is % stays as it is', OLD.state USING ERRCODE = 'RP010';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('FILLING', 'DRAFT'), ('DRAFT', 'FILLING'), ('DRAFT', 'CHECKING'), ('DRAFT', 'CANCELLED'),
        ('CHECKING', 'SUBMITTED'), ('CHECKING', 'DRAFT'),
        ('SUBMITTED', 'PAYING'), ('SUBMITTED', 'RETURNED'), ('SUBMITTED', 'DRAFT'), ('SUBMITTED', 'CANCELLED'),
        ('RETURNED', 'DRAFT'), ('RETURNED', 'CANCELLED'), ('PAYING', 'APPROVED'), ('PAYING', 'SUBMITTED')
    ) THEN
        RAISE EXCEPTION 'a payout list does not move from % to %', OLD.state, NEW.state USING ERRCODE = 'RP010';
    END IF;
    IF EXISTS (SELECT FROM unnest(CASE WHEN OLD.state IN ('SUBMITTED', 'PAYING') THEN agreed ELSE terms END) AS name
            WHERE old_row -> name IS DISTINCT FROM new_row -> name) THEN
        RAISE EXCEPTION 'this of a payout list stays as it is' USING ERRCODE = 'RP010';
    END IF;
    IF NEW.state IN ('PAYING', 'APPROVED') THEN
        SELECT count(*) FILTER (WHERE a."rowsHash" = NEW."rowsHash" AND a."approverId" <> ALL (
                array[NEW."createdBy", NEW."editedBy", NEW."submittedBy"]))
            * bool_or(a."approverId" = NEW."decidedBy")::integer INTO given
        FROM public.tbl_payout_approvals a WHERE a."listId" = NEW.uuid AND a."voidedAt" IS NULL;
        IF coalesce(given, 0) < NEW."stepsNeeded" THEN
            RAISE EXCEPTION 'this payout list is not approved' USING ERRCODE = '23514',
                CONSTRAINT = 'ck_tbl_payout_lists_approved';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_list_moves BEFORE INSERT OR UPDATE ON tbl_payout_lists
    FOR EACH ROW EXECUTE FUNCTION portal_payout_list_moves();

-- An approval is of a submitted list as it stands; who made that is written here by the database and by nobody else.
CREATE FUNCTION portal_payout_approval_given() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    list record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an approval is not taken away' USING ERRCODE = 'RP010';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD."voidedAt" IS NOT NULL OR NEW."voidedAt" IS NULL
            OR to_jsonb(OLD) - '{voidedAt,voidedWhy}'::text[] <> to_jsonb(NEW) - '{voidedAt,voidedWhy}'::text[] THEN
            RAISE EXCEPTION 'an approval only becomes void' USING ERRCODE = 'RP010';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO list FROM public.tbl_payout_lists l WHERE l.uuid = NEW."listId" FOR UPDATE;
    IF list.state IS DISTINCT FROM 'SUBMITTED' OR NEW."rowsHash" IS DISTINCT FROM list."rowsHash" THEN
        RAISE EXCEPTION 'this is not the list that was submitted' USING ERRCODE = 'RP010';
    END IF;
    NEW.total := list.total;
    NEW.payable := list.payable;
    NEW."voidedAt" := NULL;
    NEW."voidedWhy" := NULL;
    NEW."madeBy" := array[list."createdBy", list."editedBy", list."submittedBy"];
    RETURN NEW;
END $$;
CREATE TRIGGER payout_approval_given BEFORE INSERT OR UPDATE OR DELETE ON tbl_payout_approvals
    FOR EACH ROW EXECUTE FUNCTION portal_payout_approval_given();

-- Rows of a list that was paid out stay, but for what erasing a person empties. Rows of a submitted one that change
-- make its approvals void.
CREATE FUNCTION portal_payout_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid[];
    settled uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        touched := array(SELECT DISTINCT "listId" FROM new_rows);
    ELSIF TG_OP = 'DELETE' THEN
        touched := array(SELECT DISTINCT "listId" FROM old_rows);
    ELSE
        touched := array(SELECT "listId" FROM old_rows UNION SELECT "listId" FROM new_rows);
    END IF;
    settled := array(SELECT uuid FROM public.tbl_payout_lists
        WHERE uuid = ANY (touched) AND state IN ('APPROVED', 'CANCELLED'));
    IF settled <> '{}' THEN
        IF TG_OP <> 'UPDATE' THEN
            RAISE EXCEPTION 'the rows of this payout list stay as they are' USING ERRCODE = 'RP010';
        ELSIF EXISTS (
            SELECT FROM old_rows o FULL JOIN new_rows n ON n.uuid = o.uuid
            WHERE coalesce(o."listId", n."listId") = ANY (settled) AND (
                (o."listId", o.number, o."beneficiaryId", o.amount, o.verdict, o.reasons, o."heldBy", o."retryOf")
                    IS DISTINCT FROM
                (n."listId", n.number, n."beneficiaryId", n.amount, n.verdict, n.reasons, n."heldBy", n."retryOf")
                OR n.name IS DISTINCT FROM o.name AND n.name IS NOT NULL
                OR n.phone IS DISTINCT FROM o.phone AND n.phone IS NOT NULL
                OR n.wallet IS DISTINCT FROM o.wallet AND n.wallet IS NOT NULL
                OR n.account IS DISTINCT FROM o.account AND n.account IS NOT NULL)
        ) THEN
            RAISE EXCEPTION 'the rows of this payout list stay as they are' USING ERRCODE = 'RP010';
        END IF;
    END IF;
    UPDATE public.tbl_payout_approvals a SET "voidedAt" = now(), "voidedWhy" = 'EDITED'
    FROM public.tbl_payout_lists l
    WHERE a."listId" = ANY (touched) AND a."voidedAt" IS NULL AND l.uuid = a."listId"
        AND l.state IN ('SUBMITTED', 'PAYING');
    RETURN NULL;
END $$;
CREATE TRIGGER payout_rows_added AFTER INSERT ON tbl_payout_rows REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_payout_rows_changed();
CREATE TRIGGER payout_rows_changed AFTER UPDATE ON tbl_payout_rows
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_payout_rows_changed();
CREATE TRIGGER payout_rows_removed AFTER DELETE ON tbl_payout_rows REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION portal_payout_rows_changed();
"""

DOWN = """
ALTER TABLE tbl_transactions DROP CONSTRAINT "fk_tbl_transactions_payoutListId";
DROP TABLE tbl_payout_approvals;
DROP TABLE tbl_payout_rows;
DROP TABLE tbl_payout_lists;
DROP FUNCTION portal_payout_rows_changed();
DROP FUNCTION portal_payout_approval_given();
DROP FUNCTION portal_payout_list_moves();
DROP FUNCTION portal_payout_seal(uuid);
DROP FUNCTION portal_payout_amount(text, numeric, integer);
"""


def upgrade() -> None:
    run(TABLES + TRIGGERS)


def downgrade() -> None:
    run(DOWN)
