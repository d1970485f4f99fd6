"""Erasing a person: what is left of them says when and why, and the database lets nothing else come back.

What may name a person stays out of the audit log, which cannot forget: wallets, own words about what data were wanted
for, what users prefer, names of files, and what systems added to payouts.
"""

from portal.core.revising import run

revision = "2026_11_23_erasing"
down_revision = "2026_11_23_maps"
branch_labels = None
depends_on = None

ERASED = """
ALTER TABLE tbl_beneficiaries
    ADD COLUMN "erasedAt" timestamptz,
    ADD COLUMN "erasedBy" uuid,
    ADD COLUMN "erasedReason" text,
    ADD COLUMN "erasedNote" text,
    ADD CONSTRAINT ck_tbl_beneficiaries_erased CHECK (CASE
        WHEN "erasedAt" IS NULL THEN num_nonnulls("erasedBy", "erasedReason", "erasedNote") = 0
        ELSE "erasedReason" IS NOT NULL AND "deletedAt" IS NOT NULL AND "walletAddress" = 'erased:' || uuid
            AND num_nonnulls("birthDate", location, latitude, longitude, extras, notes, "deletedReason") = 0
        END),
    ADD CONSTRAINT "ck_tbl_beneficiaries_erasedReason"
        CHECK ("erasedReason" IN ('ASKED', 'CONSENT', 'MISTAKE', 'RETENTION', 'OTHER'));
CREATE INDEX ix_tbl_beneficiaries_erased ON tbl_beneficiaries ("erasedAt" DESC, id DESC)
    WHERE "erasedAt" IS NOT NULL;
DROP INDEX ix_tbl_beneficiaries_deleted;
CREATE INDEX ix_tbl_beneficiaries_deleted ON tbl_beneficiaries ("deletedAt" DESC, id DESC)
    WHERE "deletedAt" IS NOT NULL AND "erasedAt" IS NULL;

-- Nobody is brought back: it would be somebody without name and phone.
CREATE FUNCTION portal_erased_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an erased person stays erased' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER erased_stays BEFORE UPDATE OF "erasedAt" ON tbl_beneficiaries FOR EACH ROW
    WHEN (OLD."erasedAt" IS NOT NULL AND NEW."erasedAt" IS DISTINCT FROM OLD."erasedAt")
    EXECUTE FUNCTION portal_erased_stays();

ALTER TABLE tbl_beneficiaries_pii
    ADD COLUMN "erasedAt" timestamptz,
    ADD CONSTRAINT ck_tbl_beneficiaries_pii_erased CHECK ("erasedAt" IS NULL
        OR (num_nonnulls(name, email, extras) = 0 AND phone LIKE 'none:%'));
CREATE TRIGGER erased_stays BEFORE UPDATE OF "erasedAt" ON tbl_beneficiaries_pii FOR EACH ROW
    WHEN (OLD."erasedAt" IS NOT NULL AND NEW."erasedAt" IS DISTINCT FROM OLD."erasedAt")
    EXECUTE FUNCTION portal_erased_stays();

ALTER TABLE tbl_merges
    ADD COLUMN "erasedAt" timestamptz,
    ADD CONSTRAINT ck_tbl_merges_erased CHECK ("erasedAt" IS NULL
        OR (before = '{}' AND after = '{}' AND moved = '{}'));

-- A text without what names somebody, wherever it stands and however it is written.
CREATE FUNCTION portal_without(value text, marks text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    mark text;
BEGIN
    FOREACH mark IN ARRAY marks LOOP
        value := regexp_replace(value, regexp_replace(mark, '([][(){}.*+?^$|\\\\])', '\\\\\\1', 'g'), '•••', 'gi');
    END LOOP;
    RETURN value;
END $$;

-- What people say in their own words about what data are for. The entry of the log, which is sealed, holds a salted
-- hash of them; they themselves can be erased. No foreign key: looking an entry up for it takes a privilege that
-- nobody has on the log.
CREATE TABLE tbl_audit_words (
    "entryId" bigint NOT NULL,
    salt bytea,
    words text,
    "erasedAt" timestamptz,
    CONSTRAINT pk_tbl_audit_words PRIMARY KEY ("entryId"),
    CONSTRAINT ck_tbl_audit_words_erased
        CHECK (num_nulls(words, salt) = CASE WHEN "erasedAt" IS NULL THEN 0 ELSE 2 END)
);

-- First values of a file's columns do not belong to what is remembered of its shape, nor to an import whose rows are
-- forgotten.
UPDATE tbl_import_mappings SET mapping = mapping - 'mapping';
UPDATE tbl_import_batches SET mapping = NULL WHERE inspection IS NULL;
"""

TAKE_OFF = "".join(
    f"DROP TRIGGER audit_{part} ON {{table}};" for part in ("added", "changed", "removed", "emptied")
)
AUDITED = {
    "tbl_users": ("'uuid'", "", "extras"),
    "tbl_beneficiaries": (
        "'uuid', added => 'key', removed => 'key'",
        "extras,notes,birthDate,location,latitude,longitude,deletedReason",
        "walletAddress,erasedNote",
    ),
    "tbl_merges": ("'uuid'", "before,after", "moved"),
    "tbl_import_batches": ("'uuid'", "inspection,mapping,filePath", "fileName"),
    "tbl_transactions": ("'uuid', added => 'key'", "", "extras"),
    "tbl_offramps": ("'uuid', added => 'key'", "", "extras,senderAddress"),
    "tbl_offramp_transactions": ("'uuid', added => 'key'", "", "extras,walletId,customerKey"),
}
"""Table → how the log names its rows, which of its columns it never told, and which it does not tell any more."""


def _audit(table: str, key: str, hidden: str) -> str:
    more = f", hidden => '{{{hidden}}}'" if hidden else ""
    return f"{TAKE_OFF.format(table=table)} SELECT portal_audit_attach('{table}', {key}{more});"


DOWN = """
DROP TABLE tbl_audit_words;
DROP FUNCTION portal_without(text, text[]);
ALTER TABLE tbl_merges DROP COLUMN "erasedAt";
DROP TRIGGER erased_stays ON tbl_beneficiaries_pii;
ALTER TABLE tbl_beneficiaries_pii DROP COLUMN "erasedAt";
DROP TRIGGER erased_stays ON tbl_beneficiaries;
DROP FUNCTION portal_erased_stays();
DROP INDEX ix_tbl_beneficiaries_erased;
DROP INDEX ix_tbl_beneficiaries_deleted;
ALTER TABLE tbl_beneficiaries
    DROP COLUMN "erasedNote", DROP COLUMN "erasedReason", DROP COLUMN "erasedBy", DROP COLUMN "erasedAt";
CREATE INDEX ix_tbl_beneficiaries_deleted ON tbl_beneficiaries ("deletedAt" DESC, id DESC)
    WHERE "deletedAt" IS NOT NULL;
"""


def upgrade() -> None:
    run(ERASED)
    for table, (key, before, since) in AUDITED.items():
        run(_audit(table, key, ",".join(filter(None, (before, since)))))


def downgrade() -> None:
    for table, (key, before, _since) in AUDITED.items():
        run(_audit(table, key, before))
    run(DOWN)
