"""What roles can allow: which actions make sense on which subjects."""

ACTIONS = (
    "read",
    "create",
    "update",
    "delete",
    "import",
    "export",
    "approve",
    "reopen",
    "reveal",
    "locate",
    "erase",
    "manage",
)
"""In the order in which people think of them. `manage` is every action."""

EVERYTHING = "all"

SUBJECTS: dict[str, str] = {
    "Beneficiary": "read create update delete import export",
    "BeneficiaryPii": "read update reveal locate erase",
    "BeneficiaryGroup": "read create update delete export",
    "Duplicate": "read update",
    "ImportBatch": "read create update delete",
    "BulkAction": "read create update",
    "Project": "read create update delete reopen export",
    "Vendor": "read create update delete approve export",
    "Transaction": "read create update approve export",
    "PayoutList": "read create update approve export",
    "Grievance": "read create update import export",
    "SensitiveGrievance": "read",
    "Stat": "read",
    "Token": "read create update delete",
    "OfframpProvider": "read create update delete",
    "OfframpRequest": "read create update approve export",
    "OfframpTransaction": "read create update export",
    "Job": "read update",
    "User": "read create update delete",
    "Role": "read create update delete",
    "SignUp": "read update",
    "Message": "read update",
    "Setting": "read update",
    "AuditEntry": "read",
}
"""Subject → the actions that some page asks for, or will. `all` and `manage` stand for every one of them."""


def actions_on(subject: str) -> tuple[str, ...]:
    """The actions that make sense on a subject; on `all` those that make sense anywhere."""
    if subject == EVERYTHING:
        return ("read", "manage")
    return (*SUBJECTS.get(subject, "").split(), "manage")
