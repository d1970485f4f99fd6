-- Append-only, twice: the owner gives the privilege away, and a trigger refuses whoever still has it.
REVOKE UPDATE, DELETE, TRUNCATE ON tbl_audit_log FROM CURRENT_USER;

CREATE FUNCTION portal_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON tbl_audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION portal_audit_refuse();

-- Who works here and what they may do.
SELECT portal_audit_attach('tbl_users', 'uuid');
SELECT portal_audit_attach('tbl_auth_roles', 'id');
SELECT portal_audit_attach('tbl_auth_permissions', 'id');
SELECT portal_audit_attach('tbl_users_roles', 'id');
SELECT portal_audit_attach('tbl_auth', 'id', hidden => '{passwordHash,challenge,details}');
SELECT portal_audit_attach('tbl_auth_sessions', 'id', hidden => '{tokenHash,details}');
SELECT portal_audit_attach('tbl_users_signups', 'uuid', hidden => '{data}');
SELECT portal_audit_attach('tbl_settings', 'name', hidden => '{value}', hidden_if => 'isPrivate');
SELECT portal_audit_attach('tbl_auth_apps', 'uuid', hidden => '{nonceMessage}');

-- Tables of a million rows: that a row came is logged with its key, since the row itself stands in its table.
-- What tells who a person is or where they live is said to have changed, and never how: the log cannot be erased.
SELECT portal_audit_attach('tbl_beneficiaries', 'uuid', added => 'key', removed => 'key',
    hidden => '{extras,notes,birthDate,location,latitude,longitude}');
SELECT portal_audit_attach('tbl_grouped_beneficiaries', 'uuid', added => 'key');
SELECT portal_audit_attach('tbl_beneficiaries_projects', 'uuid', added => 'key');
SELECT portal_audit_attach('tbl_transactions', 'uuid', added => 'key');
SELECT portal_audit_attach('tbl_offramps', 'uuid', added => 'key');
SELECT portal_audit_attach('tbl_offramp_transactions', 'uuid', added => 'key');

-- Personal data: the log cannot be erased, so what must be erasable never enters it.
SELECT portal_audit_attach('tbl_beneficiaries_pii', 'beneficiaryId', added => 'key', removed => 'key',
    hidden => '{name,phone,email,extras}');
SELECT portal_audit_attach('tbl_kobo_beneficiaries', 'uuid', added => 'key', removed => 'key',
    hidden => '{name,phone,email,wallet,extras}');
SELECT portal_audit_attach('tbl_grievances', 'uuid', hidden => '{reportedBy,reporterContact,title,description}');

SELECT portal_audit_attach('tbl_beneficiaries_group', 'uuid');
SELECT portal_audit_attach('tbl_beneficiaries_gorup_projects', 'uuid');
SELECT portal_audit_attach('tbl_projects', 'uuid');
SELECT portal_audit_attach('tbl_tokens', 'uuid');
SELECT portal_audit_attach('tbl_vendors', 'uuid');
SELECT portal_audit_attach('tbl_projects_vendors', 'id');
SELECT portal_audit_attach('tbl_offramp_providers', 'uuid', hidden => '{config}');
