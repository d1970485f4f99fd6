"""Vendors at work: how they stand, where they are, in which project until when; one truth of who they are."""

from portal.core.revising import run

revision = "2026_11_23_vendors"
down_revision = "2026_11_23_projects"
branch_labels = None
depends_on = None

COLUMNS = """
-- Who is a vendor already was let in before there was a state; who comes from now on waits for somebody's word.
ALTER TABLE tbl_vendors
    ADD COLUMN state text DEFAULT 'APPROVED' NOT NULL,
    ADD COLUMN "stateReason" text,
    ADD COLUMN "stateBy" integer,
    ADD COLUMN "stateAt" timestamptz,
    ADD COLUMN latitude double precision,
    ADD COLUMN longitude double precision,
    ADD COLUMN version integer DEFAULT 1 NOT NULL,
    ADD COLUMN "deletedReason" text,
    ADD COLUMN "deletedBy" uuid,
    ADD CONSTRAINT ck_tbl_vendors_state CHECK (state IN ('PENDING', 'APPROVED', 'SUSPENDED')),
    ADD CONSTRAINT "ck_tbl_vendors_stateReason"
        CHECK (state <> 'SUSPENDED' OR btrim(coalesce("stateReason", '')) <> ''),
    ADD CONSTRAINT ck_tbl_vendors_latitude CHECK (latitude BETWEEN -90 AND 90),
    ADD CONSTRAINT ck_tbl_vendors_longitude CHECK (longitude BETWEEN -180 AND 180),
    ADD CONSTRAINT ck_tbl_vendors_place CHECK ((latitude IS NULL) = (longitude IS NULL)),
    ADD CONSTRAINT "fk_tbl_vendors_stateBy" FOREIGN KEY ("stateBy") REFERENCES tbl_users (id);
ALTER TABLE tbl_vendors ALTER COLUMN state SET DEFAULT 'PENDING';
CREATE INDEX "ix_tbl_vendors_stateBy" ON tbl_vendors ("stateBy");
CREATE INDEX ix_tbl_vendors_state_live
    ON tbl_vendors (state, "createdAt" DESC, id DESC) WHERE "deletedAt" IS NULL;
CREATE INDEX ix_tbl_vendors_search ON tbl_vendors USING gin
    (portal_search_text(name, phone, coalesce(wallet, '') || ' ' || coalesce(email, '')) gin_trgm_ops);
CREATE INDEX ix_tbl_vendors_by_name ON tbl_vendors
    (portal_search_text(name, phone, coalesce(wallet, '') || ' ' || coalesce(email, '')), id);
CREATE UNIQUE INDEX uq_tbl_vendors_wallet_live ON tbl_vendors (lower(wallet)) WHERE "deletedAt" IS NULL;

ALTER TABLE tbl_projects_vendors
    ADD COLUMN "startsOn" date,
    ADD COLUMN "endsOn" date,
    ADD CONSTRAINT ck_tbl_projects_vendors_dates CHECK ("startsOn" <= "endsOn");
"""

# The user is who a vendor is: their row says name, e-mail and phone, and the vendor's repeats them, for lists and for
# who takes the tables over. With the user goes the vendor, and comes back; a vendor may go alone.
ONE_TRUTH = """
CREATE FUNCTION portal_vendor_is_user() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    their record;
BEGIN
    SELECT u.name, u.email, u.phone, u."deletedAt" INTO their FROM public.tbl_users u WHERE u.uuid = NEW.uuid;
    IF FOUND THEN
        NEW.name := coalesce(their.name, NEW.name);
        NEW.email := their.email;
        NEW.phone := their.phone;
        NEW."deletedAt" := coalesce(NEW."deletedAt", their."deletedAt");
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION portal_vendor_follows_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.tbl_vendors v
    SET name = coalesce(NEW.name, v.name), email = NEW.email, phone = NEW.phone,
        "deletedAt" = coalesce(v."deletedAt", NEW."deletedAt"), version = v.version + 1, "updatedAt" = now()
    WHERE v.uuid = NEW.uuid
        AND (v.name, v.email, v.phone, v."deletedAt") IS DISTINCT FROM
            (coalesce(NEW.name, v.name), NEW.email, NEW.phone, coalesce(v."deletedAt", NEW."deletedAt"));
    IF OLD."deletedAt" IS NOT NULL AND NEW."deletedAt" IS NULL THEN
        BEGIN
            UPDATE public.tbl_vendors v SET "deletedAt" = NULL, version = v.version + 1, "updatedAt" = now()
            WHERE v.uuid = NEW.uuid AND v."deletedAt" = OLD."deletedAt";
        EXCEPTION WHEN unique_violation THEN
            NULL; -- their wallet is somebody else's by now: the vendor stays deleted, and its page says so
        END;
    END IF;
    RETURN NULL;
END $$;

-- A vendor moves PENDING -> APPROVED -> SUSPENDED and back to APPROVED.
CREATE FUNCTION portal_vendor_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.state, NEW.state) IN (('PENDING', 'APPROVED'), ('APPROVED', 'SUSPENDED'), ('SUSPENDED', 'APPROVED'))
    THEN
        RAISE EXCEPTION 'a vendor does not move from % to %', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- What a vendor had and their user had not becomes the user's, unless somebody else has it. What differs gives way,
-- and stays readable among the vendor's extras.
DO $$
DECLARE
    shop record;
BEGIN
    FOR shop IN
        SELECT v.uuid, v.name, v.email, v.phone FROM tbl_vendors v JOIN tbl_users u USING (uuid) ORDER BY v.id
    LOOP
        UPDATE tbl_users u SET name = shop.name WHERE u.uuid = shop.uuid AND u.name IS NULL;
        BEGIN
            UPDATE tbl_users u SET email = shop.email
            WHERE u.uuid = shop.uuid AND u.email IS NULL AND shop.email IS NOT NULL;
        EXCEPTION WHEN unique_violation THEN NULL;
        END;
        BEGIN
            UPDATE tbl_users u SET phone = shop.phone
            WHERE u.uuid = shop.uuid AND u.phone IS NULL AND shop.phone IS NOT NULL;
        EXCEPTION WHEN unique_violation THEN NULL;
        END;
    END LOOP;
END $$;
UPDATE tbl_vendors v
SET name = u.name, email = u.email, phone = u.phone, "deletedAt" = coalesce(v."deletedAt", u."deletedAt"),
    extras = nullif(coalesce(v.extras, '{}') || jsonb_strip_nulls(jsonb_build_object(
        'formerName', CASE WHEN v.name <> u.name THEN v.name END,
        'formerEmail', CASE WHEN v.email IS DISTINCT FROM u.email THEN v.email END,
        'formerPhone', CASE WHEN v.phone IS DISTINCT FROM u.phone THEN v.phone END)), '{}')
FROM tbl_users u
WHERE u.uuid = v.uuid
    AND (v.name, v.email, v.phone, v."deletedAt")
        IS DISTINCT FROM (u.name, u.email, u.phone, coalesce(v."deletedAt", u."deletedAt"));

CREATE TRIGGER vendor_is_user BEFORE INSERT ON tbl_vendors
    FOR EACH ROW EXECUTE FUNCTION portal_vendor_is_user();
CREATE TRIGGER vendor_stays_user BEFORE UPDATE ON tbl_vendors
    FOR EACH ROW WHEN ((OLD.uuid, OLD.name, OLD.email, OLD.phone, OLD."deletedAt")
        IS DISTINCT FROM (NEW.uuid, NEW.name, NEW.email, NEW.phone, NEW."deletedAt"))
    EXECUTE FUNCTION portal_vendor_is_user();
CREATE TRIGGER vendor_follows AFTER UPDATE ON tbl_users
    FOR EACH ROW WHEN ((OLD.name, OLD.email, OLD.phone, OLD."deletedAt")
        IS DISTINCT FROM (NEW.name, NEW.email, NEW.phone, NEW."deletedAt"))
    EXECUTE FUNCTION portal_vendor_follows_user();
CREATE TRIGGER vendor_moves BEFORE UPDATE ON tbl_vendors
    FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION portal_vendor_moves();
"""

DOWN = """
DROP TRIGGER vendor_follows ON tbl_users;
DROP TRIGGER vendor_is_user ON tbl_vendors;
DROP TRIGGER vendor_stays_user ON tbl_vendors;
DROP TRIGGER vendor_moves ON tbl_vendors;
DROP FUNCTION portal_vendor_follows_user();
DROP FUNCTION portal_vendor_is_user();
DROP FUNCTION portal_vendor_moves();
ALTER TABLE tbl_projects_vendors DROP COLUMN "endsOn", DROP COLUMN "startsOn";
DROP INDEX uq_tbl_vendors_wallet_live;
DROP INDEX ix_tbl_vendors_by_name;
DROP INDEX ix_tbl_vendors_search;
ALTER TABLE tbl_vendors
    DROP COLUMN state,
    DROP COLUMN "stateReason",
    DROP COLUMN "stateBy",
    DROP COLUMN "stateAt",
    DROP COLUMN latitude,
    DROP COLUMN longitude,
    DROP COLUMN version,
    DROP COLUMN "deletedReason",
    DROP COLUMN "deletedBy";
"""


def upgrade() -> None:
    run(COLUMNS + ONE_TRUTH)


def downgrade() -> None:
    run(DOWN)
