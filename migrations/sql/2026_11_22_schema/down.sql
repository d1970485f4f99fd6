-- Everything the numbered files made, in reverse.
DROP TABLE
    tbl_temp_beneficiary_group,
    tbl_temp_beneficiaries,
    tbl_auth_sessions,
    tbl_users_signups,
    tbl_users_roles,
    tbl_transactions,
    tbl_projects_vendors,
    tbl_offramp_transactions,
    tbl_jobs,
    tbl_import_mappings,
    tbl_import_batches,
    tbl_grouped_beneficiaries,
    tbl_grievances,
    tbl_beneficiaries_projects,
    tbl_beneficiaries_pii,
    tbl_beneficiaries_gorup_projects,
    tbl_auth_permissions,
    tbl_auth,
    tbl_wallet_pool,
    tbl_vendors,
    tbl_users,
    tbl_tokens,
    tbl_temp_group,
    tbl_stats,
    tbl_settings,
    tbl_projects,
    tbl_offramps,
    tbl_offramp_providers,
    tbl_kobo_beneficiaries,
    tbl_beneficiaries_group,
    tbl_beneficiaries,
    tbl_auth_roles,
    tbl_auth_apps,
    tbl_audit_log;
DROP SEQUENCE wallet_index_seq;
DROP FUNCTION
    portal_audit_attach, portal_audit_emptied, portal_audit_changed, portal_audit_removed, portal_audit_added,
    portal_audit_shown, portal_audit_refuse, portal_search_text, portal_fold;
DROP TYPE
    "Gender",
    "Service",
    "SignupStatus",
    "BankedStatus",
    "InternetStatus",
    "PhoneStatus",
    "GroupPurpose",
    "ProjectStatus",
    "TransactionStatus",
    "GrievanceStatus",
    "GrievanceType",
    "SettingDataType",
    "TokenDataType",
    "OfframpStatus",
    "KoboBeneficiaryType",
    "KoboBeneficiaryStatus";

-- Extensions that were there before us belong to somebody else.
DO $$
DECLARE
    extension name;
BEGIN
    FOR extension IN SELECT extname FROM pg_extension
        WHERE extname IN ('unaccent', 'pg_trgm') AND extowner = current_user::regrole
    LOOP
        EXECUTE format('DROP EXTENSION %I', extension);
    END LOOP;
END $$;
