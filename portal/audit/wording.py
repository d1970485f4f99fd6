"""What tables, columns and deeds are called in the reader's language."""

import re

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
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
    "ERASE": (_l("Erased"), "bad"),
    "CANCEL": (_l("Cancelled"), "warn"),
    "RETRY": (_l("Begun anew"), "info"),
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
    "tbl_transactions": _l("Transaction"),
    "tbl_payout_lists": _l("Payout list"),
    "tbl_payout_rows": _l("Row of a payout list"),
    "tbl_payout_approvals": _l("Approval of a payout list"),
    "tbl_offramps": _l("Offramp request"),
    "tbl_offramp_transactions": _l("Offramp transaction"),
    "tbl_offramp_providers": _l("Offramp provider"),
    "tbl_kobo_beneficiaries": _l("Kobo submission"),
}
"""Table → what one of its records is called. One that is not named here is called by its own name."""

FIELDS: dict[str, LazyString] = {
    "id": _l("Number"),
    "uuid": _l("Reference"),
    "createdAt": lazy_pgettext("when", "Registered"),
    "createdBy": _l("Registered by"),
    "updatedAt": _l("Last changed"),
    "updatedBy": _l("Last changed by"),
    "deletedAt": lazy_pgettext("when", "Deleted"),
    "bankedStatus": _l("Bank account"),
    "internetStatus": _l("Internet"),
    "phoneStatus": _l("Phone type"),
    "isVerified": _l("Verified"),
    "govtIDNumber": _l("Government ID"),
    "walletAddress": _l("Wallet"),
    "birthDate": _l("Birth date"),
    "email": _l("E-mail"),
    "expiry": _l("Ends"),
    "inverted": _l("Forbids"),
    "userId": _l("User"),
    "roleId": _l("Role"),
    "isSystem": _l("Comes with the portal"),
    "exportLimit": _l("Most rows in one export"),
    "demandsSecondFactor": _l("Demands a second factor"),
    "passwordHash": _l("Password"),
    "serviceId": _l("Signs in as"),
    "falseAttempts": _l("Wrong attempts"),
    "isLocked": _l("Locked"),
    "lockedOnAt": _l("Locked since"),
    "lastLoginAt": _l("Last signed in"),
    "revokedAt": _l("Session ended"),
    "expiresAt": _l("Ends"),
    "userAgent": _l("Browser"),
    "ip": _l("Network address"),
    "tokenHash": _l("Secret of the session"),
    "extras": _l("More"),
    "fileName": _l("File"),
    "rowCount": _l("Rows"),
    "groupPurpose": _l("Purpose"),
    "name": _l("Name"),
    "gender": _l("Gender"),
    "phone": _l("Phone"),
    "wallet": _l("Wallet"),
    "notes": _l("Notes"),
    "age": _l("Age"),
    "location": _l("Location"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
    "deletedReason": _l("Reason"),
    "deletedBy": _l("Deleted by"),
    "mergedInto": _l("Merged into"),
    "erasedAt": _l("Erased"),
    "erasedBy": _l("Erased by"),
    "erasedReason": _l("Reason"),
    "erasedNote": _l("Note"),
    "beneficiaryId": _l("Beneficiary"),
    "beneficiaryGroupId": _l("Group"),
    "groupId": _l("Group"),
    "groupName": _l("Group"),
    "projectId": _l("Project"),
    "broughtBy": _l("Came with the group"),
    "version": _l("Version"),
    "conditions": _l("Conditions"),
    "reason": _l("Reason"),
    "details": _l("Details"),
    "challenge": _l("Question that waits for an answer"),
    "sessionId": _l("Session"),
    "clientId": _l("Browser"),
    "authId": _l("Signs in as"),
    "lastSeenAt": _l("Last seen"),
    "secondFactorAt": _l("Second factor shown"),
    "privileges": _l("Stamp of what they may do"),
    "formerTokenHash": _l("Former secret of the session"),
    "rotatedAt": _l("Secret renewed"),
    "secret": _l("Secret"),
    "confirmedAt": _l("Confirmed"),
    "lastStep": _l("Last code"),
    "codeHash": _l("Code"),
    "usedAt": _l("Used"),
    "kind": _l("Kind"),
    "state": _l("State"),
    "status": _l("State"),
    "value": _l("Value"),
    "filter": _l("Filtered by"),
    "expected": _l("People expected"),
    "counts": _l("What came of it"),
    "jobId": _l("Job"),
    "doneAt": _l("Done"),
    "undoneAt": _l("Undone"),
    "undone": _l("Undone"),
    "takenAt": _l("Taken"),
    "ownerId": _l("Whose"),
    "filePath": _l("Where the file lies"),
    "fileSize": _l("Size of the file"),
    "fileHash": _l("Fingerprint of the file"),
    "sheet": _l("Sheet of the workbook"),
    "mapping": _l("What the columns are"),
    "inspection": _l("What the file is"),
    "row": _l("Row"),
    "step": _l("Step"),
    "done": _l("Done"),
    "total": _l("In all"),
    "result": _l("Result"),
    "error": _l("Error"),
    "attempts": _l("Attempts"),
    "startedAt": _l("Begun"),
    "finishedAt": lazy_pgettext("when", "Ended"),
    "cancelRequestedAt": _l("Cancelling asked for"),
    "to": _l("Receiver"),
    "lastError": _l("Last error"),
    "lastCode": _l("Last answer"),
    "nextAttemptAt": _l("Next attempt"),
    "goodUntil": _l("Good until"),
    "sentAt": lazy_pgettext("when", "Sent"),
    "purgedAt": _l("Forgotten"),
    "userIdentifier": _l("E-mail"),
    "data": _l("What was written"),
    "rejectedReason": _l("Reason"),
    "failedReason": _l("Why it failed"),
    "approvedBy": _l("Approved by"),
    "approvedAt": _l("Approved"),
    "firstId": _l("First record"),
    "secondId": _l("Second record"),
    "score": _l("How likely"),
    "reasons": _l("In common"),
    "scan": _l("Last search"),
    "decidedAt": _l("Decided"),
    "decidedBy": _l("Decided by"),
    "pairId": _l("Pair of records"),
    "winnerId": _l("Record that stays"),
    "loserId": _l("Record that goes"),
    "before": _l("Before"),
    "after": _l("After"),
    "moved": _l("What moved"),
    "mergedAt": _l("Merged"),
    "mergedBy": _l("Merged by"),
    "undoneBy": _l("Undone by"),
    "dataType": _l("Data type"),
    "isReadOnly": _l("Cannot be changed"),
    "isPrivate": _l("Private"),
    # What the deeds that change no row tell.
    "rows": _l("How many people"),
    "columns": _l("Columns"),
    "fields": _l("What"),
    "purpose": _l("What for"),
    "format": _l("File type"),
    "narrowed_by": _l("Filtered by"),
    "action": _l("Deed"),
    "subject": _l("Of what"),
    "endpoint": _l("Page"),
    "service": _l("By"),
    "limit": _l("Limit"),
    "govt_id": _l("Government ID"),
    "copies": _l("Copies"),
}
"""Column → its name. One that is not named here is spelt out: "jobId" becomes "Job id"."""


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
