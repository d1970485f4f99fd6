"""Sign-ups: what keeps one from being decided twice."""

from portal.core.revising import run

revision = "2026_11_22_sign_ups"
down_revision = "2026_11_22_second_factor"
branch_labels = None
depends_on = None

UP = """
ALTER TABLE tbl_users_signups
    ADD COLUMN "failedReason" text,
    ADD COLUMN "userId" integer,
    ADD CONSTRAINT "fk_tbl_users_signups_userId" FOREIGN KEY ("userId") REFERENCES tbl_users (id);
CREATE INDEX "ix_tbl_users_signups_userId" ON tbl_users_signups ("userId");
CREATE INDEX ix_tbl_users_signups_newest ON tbl_users_signups ("createdAt" DESC, id DESC);
CREATE INDEX ix_tbl_users_signups_status_newest ON tbl_users_signups (status, "createdAt" DESC, id DESC);
-- Who asks twice waits once.
CREATE UNIQUE INDEX ix_tbl_users_signups_waiting ON tbl_users_signups ("userIdentifier")
    WHERE status = 'PENDING';

CREATE FUNCTION portal_sign_up_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.status = 'PENDING' OR OLD.status = 'FAILED' AND NEW.status = 'APPROVED')
        OR NEW.status = 'REJECTED' AND coalesce(NEW."rejectedReason", '') = ''
        OR NEW.status = 'FAILED' AND coalesce(NEW."failedReason", '') = '' THEN
        RAISE EXCEPTION 'a sign-up does not move from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sign_up_moves BEFORE UPDATE OF status ON tbl_users_signups
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION portal_sign_up_moves();

-- The address of a stranger is no more for a log that cannot forget than what they wrote.
DROP TRIGGER audit_added ON tbl_users_signups;
DROP TRIGGER audit_changed ON tbl_users_signups;
DROP TRIGGER audit_removed ON tbl_users_signups;
DROP TRIGGER audit_emptied ON tbl_users_signups;
SELECT portal_audit_attach('tbl_users_signups', 'uuid', hidden => '{data,userIdentifier}');
"""

DOWN = """
DROP TRIGGER audit_added ON tbl_users_signups;
DROP TRIGGER audit_changed ON tbl_users_signups;
DROP TRIGGER audit_removed ON tbl_users_signups;
DROP TRIGGER audit_emptied ON tbl_users_signups;
SELECT portal_audit_attach('tbl_users_signups', 'uuid', hidden => '{data}');
DROP TRIGGER sign_up_moves ON tbl_users_signups;
DROP FUNCTION portal_sign_up_moves();
DROP INDEX ix_tbl_users_signups_waiting;
DROP INDEX ix_tbl_users_signups_status_newest;
DROP INDEX ix_tbl_users_signups_newest;
ALTER TABLE tbl_users_signups DROP COLUMN "userId", DROP COLUMN "failedReason";
"""


def upgrade() -> None:
    run(UP)


def downgrade() -> None:
    run(DOWN)
