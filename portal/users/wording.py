"""What subjects and actions of rules are called for a reader."""

import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.users.roles import SYSTEM_ROLES

SUBJECT_WORDS: dict[str, LazyString] = {
    "all": _l("Everything"),
    "Beneficiary": _l("Beneficiaries"),
    "BeneficiaryPii": _l("Personal data of beneficiaries"),
    "BeneficiaryGroup": _l("Groups"),
    "Duplicate": _l("Duplicates"),
    "ImportBatch": _l("Imports"),
    "BulkAction": _l("Bulk actions"),
    "Project": _l("Projects"),
    "Vendor": _l("Vendors"),
    "Transaction": _l("Transactions"),
    "PayoutList": _l("Payout lists"),
    "Grievance": _l("Grievances"),
    "SensitiveGrievance": _l("Sensitive grievances"),
    "Stat": _l("Figures"),
    "Token": _l("Tokens"),
    "OfframpProvider": _l("Offramp providers"),
    "OfframpRequest": _l("Offramp requests"),
    "OfframpTransaction": _l("Offramp transactions"),
    "Job": _l("Jobs"),
    "User": _l("Users"),
    "Role": _l("Roles"),
    "SignUp": _l("Sign-ups"),
    "Message": _l("Messages"),
    "Setting": _l("Settings"),
    "AuditEntry": _l("Audit log"),
}

ACTION_WORDS: dict[str, LazyString] = {
    "read": lazy_pgettext("permission", "See"),
    "create": lazy_pgettext("permission", "Add"),
    "update": lazy_pgettext("permission", "Change"),
    "delete": lazy_pgettext("permission", "Delete"),
    "import": lazy_pgettext("permission", "Import"),
    "export": lazy_pgettext("permission", "Export"),
    "approve": lazy_pgettext("permission", "Approve"),
    "reopen": lazy_pgettext("permission", "Open again"),
    "reveal": lazy_pgettext("permission", "Show hidden values"),
    "locate": lazy_pgettext("permission", "See exact places"),
    "erase": lazy_pgettext("permission", "Erase for good"),
    "manage": _l("Everything"),
}


def role_name(name: str) -> str:
    """A role in the reader's words: those that came with the portal have translations, others are called as typed."""
    return str(_(name)) if name in SYSTEM_ROLES else name


def as_json(conditions: Any) -> str:
    """Conditions as they are written, in any script; nothing for none."""
    return "" if conditions is None else json.dumps(conditions, ensure_ascii=False)


def subject_words(subject: str) -> LazyString | str:
    """A subject in the reader's words; its own name where it has none."""
    return SUBJECT_WORDS.get(subject, subject)


def action_words(action: str) -> LazyString | str:
    """An action in the reader's words; its own name where it has none."""
    return ACTION_WORDS.get(action, action)
