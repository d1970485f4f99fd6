"""What tables, columns and deeds are called in the reader's language."""

import re

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.audit.deeds import (
    DENIED,
    EXPORT,
    EXPORT_LIMIT,
    READ,
    REVEAL,
    REVEAL_LIMIT,
    SIGN_IN,
    SIGN_IN_FAILED,
    SIGN_OUT,
)
from portal.audit.fields import FIELDS

ACTIONS: dict[str, tuple[LazyString, str]] = {
    "INSERT": (_l("Added"), "good"),
    "UPDATE": (_l("Changed"), "info"),
    "DELETE": (_l("Deleted"), "bad"),
    "TRUNCATE": (_l("Emptied"), "bad"),
    READ: (_l("Read personal data"), "neutral"),
    REVEAL: (_l("Showed hidden data"), "warn"),
    REVEAL_LIMIT: (_l("Showed too much"), "bad"),
    EXPORT: (_l("Exported"), "warn"),
    EXPORT_LIMIT: (_l("Exported too much"), "bad"),
    SIGN_IN: (_l("Signed in"), "neutral"),
    SIGN_IN_FAILED: (_l("Failed to sign in"), "warn"),
    SIGN_OUT: (_l("Signed out"), "neutral"),
    DENIED: (_l("Was refused"), "bad"),
    "SCAN": (_l("Searched for duplicates"), "info"),
    "SEND": (_l("Had it sent by offramp"), "info"),
    "ERASE": (_l("Erased"), "bad"),
    "CANCEL": (_l("Cancelled"), "warn"),
    "RETRY": (_l("Begun anew"), "info"),
    "CHECK": (_l("Tested the connection"), "neutral"),
}
"""Deed → its name, and the tone of its sign."""

TABLES: dict[str, LazyString] = {
    "tbl_users": _l("User"),
    "tbl_auth_roles": _l("Role"),
    "tbl_auth_permissions": _l("Rule of a role"),
    "tbl_users_roles": _l("Role of a user"),
    "tbl_auth": _l("Way to sign in"),
    "tbl_auth_sessions": _l("Session"),
    "tbl_auth_tokens": _l("Link or code for one time"),
    "tbl_auth_second_factors": _l("Second factor"),
    "tbl_auth_recovery_codes": _l("Recovery code"),
    "tbl_users_signups": _l("Sign-up"),
    "tbl_settings": _l("Setting"),
    "tbl_auth_apps": _l("Application"),
    "tbl_messages": _l("Message"),
    "tbl_jobs": _l("Job"),
    "tbl_beneficiaries": _l("Beneficiary"),
    "tbl_beneficiaries_pii": _l("Personal data"),
    "tbl_beneficiaries_group": _l("Group"),
    "tbl_grouped_beneficiaries": _l("Member of a group"),
    "tbl_beneficiaries_projects": _l("Person in a project"),
    "tbl_beneficiaries_gorup_projects": _l("Group in a project"),
    "tbl_saved_filters": _l("Saved filter"),
    "tbl_temp_beneficiaries": _l("Row of an import"),
    "tbl_import_batches": _l("Import"),
    "tbl_duplicate_pairs": _l("Pair of records"),
    "tbl_merges": _l("Merge"),
    "tbl_bulk_actions": _l("Bulk action"),
    "tbl_projects": _l("Project"),
    "tbl_tokens": _l("Token"),
    "tbl_vendors": _l("Vendor"),
    "tbl_project_budgets": _l("Budget of a project"),
    "tbl_projects_vendors": _l("Vendor in a project"),
    "tbl_grievances": _l("Grievance"),
    "tbl_grievance_categories": _l("Category of grievances"),
    "tbl_grievance_channels": _l("Channel of grievances"),
    "tbl_grievance_events": _l("Entry in a grievance’s story"),
    "tbl_grievance_attachments": _l("File of a grievance"),
    "tbl_grievance_watchers": _l("Watcher of a grievance"),
    "tbl_grievance_calendars": _l("Working hours"),
    "tbl_grievance_holidays": _l("Holiday"),
    "tbl_grievance_targets": _l("Target of the clocks"),
    "tbl_grievance_rules": _l("Rule of assignment"),
    "tbl_grievance_steps": _l("Step of the ladder"),
    "tbl_grievance_escalations": _l("Step that was taken"),
    "tbl_grievance_pauses": _l("Pause of a clock"),
    "tbl_grievance_actions": _l("One deed for many grievances"),
    "tbl_transactions": _l("Transaction"),
    "tbl_payout_lists": _l("Payout list"),
    "tbl_payout_rows": _l("Row of a payout list"),
    "tbl_payout_approvals": _l("Approval of a payout list"),
    "tbl_reconciliations": _l("Provider’s file"),
    "tbl_hotline_files": _l("Hotline’s file"),
    "tbl_offramps": _l("Offramp request"),
    "tbl_offramp_transactions": _l("Offramp transaction"),
    "tbl_offramp_providers": _l("Offramp provider"),
    "tbl_offramp_attempts": _l("Try of an offramp"),
    "tbl_offramp_files": _l("Payout file"),
    "tbl_offramp_events": _l("What happened to an offramp"),
    "tbl_offramp_callbacks": _l("Callback of a provider"),
    "tbl_offramp_attention": _l("Needs attention"),
    "tbl_offramp_statements": _l("Provider’s statement"),
    "tbl_kobo_beneficiaries": _l("Kobo submission"),
}
"""Table → what one of its records is called. One that is not named here is called by its own name."""


def action_name(action: str) -> LazyString | str:
    """What a deed is called."""
    known = ACTIONS.get(action)
    return known[0] if known else _spelt_out(action.lower())


def action_tone(action: str) -> str:
    """The tone of a deed's sign."""
    return ACTIONS[action][1] if action in ACTIONS else "neutral"


def table_name(table: str | None) -> LazyString | str:
    """What a record of the table is called."""
    if not table:
        return ""
    return TABLES.get(table) or _spelt_out(table.removeprefix("tbl_"))


def field_name(field: str) -> LazyString | str:
    """What a column is called."""
    return FIELDS.get(field) or _spelt_out(field)


def kebab_of(table: str) -> str:
    """A table's name as addresses have it: "tbl_auth_roles" is "auth-roles"."""
    return table.removeprefix("tbl_").replace("_", "-")


def table_of(kebab: str) -> str:
    """The table that an address names."""
    return f"tbl_{kebab.replace('-', '_')}"


def _spelt_out(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|_", " ", name).lower()
    return words[:1].upper() + words[1:]
