"""The roles that come with the portal, and what each may do.

What no rule allows is forbidden, so these lists only ever allow. Conditions narrow a rule to some records;
`${user.…}` is the person who holds the role.
"""

from typing import Any

from portal.core.abilities import Rule
from portal.core.errors import Words, sentence

ADMIN = sentence("Admin")
MANAGER = sentence("Manager")
APPROVER = sentence("Approver")
SUPERVISOR = sentence("Supervisor")
OFFICER = sentence("Officer")
VENDOR = sentence("Vendor")
VIEWER = sentence("Viewer")

_PEOPLE = "Beneficiary BeneficiaryGroup"
_WORK = f"{_PEOPLE} Project Vendor Transaction Stat"


def _may(actions: str, subjects: str, conditions: dict[str, Any] | None = None) -> list[Rule]:
    """Rules for each action on each subject; both are words between blanks."""
    return [
        Rule(action, subject, conditions=conditions)
        for subject in subjects.split()
        for action in actions.split()
    ]


SYSTEM_ROLES: dict[str, list[Rule]] = {
    ADMIN: _may("manage", "all"),
    MANAGER: [
        *_may("read create update delete export", f"{_PEOPLE} Project Vendor"),
        *_may("approve", "Vendor"),
        *_may("import", "Beneficiary"),
        *_may("read create update delete", "ImportBatch"),
        *_may("read create update", "BulkAction"),
        *_may("read update reveal locate", "BeneficiaryPii"),
        *_may("read update", "Duplicate"),
        *_may("read create export", "Transaction OfframpRequest OfframpTransaction"),
        *_may("update", "Transaction OfframpRequest OfframpTransaction"),
        *_may("read create update export", "PayoutList"),
        *_may("read export", "Grievance"),
        *_may("read update", "Job"),
        *_may("read", "Stat Token OfframpProvider User Role"),
    ],
    APPROVER: [
        *_may("read", _WORK),
        *_may("read reveal", "BeneficiaryPii"),
        *_may("approve export", "Transaction"),
        *_may("read approve export", "PayoutList"),
        *_may("read approve", "OfframpRequest"),
        *_may("read update", "Job", {"createdBy": "${user.id}"}),
    ],
    SUPERVISOR: [
        *_may("read", f"{_PEOPLE} Project Vendor Transaction Stat"),
        *_may("read reveal", "BeneficiaryPii"),
        *_may("read create update import export", "Grievance"),
        *_may("read", "SensitiveGrievance"),
        *_may("read update", "Job", {"createdBy": "${user.id}"}),
    ],
    OFFICER: [
        *_may("read create update", _PEOPLE),
        *_may("read update reveal locate", "BeneficiaryPii"),
        *_may("import", "Beneficiary"),
        *_may("read create update delete", "ImportBatch"),
        *_may("create", "BulkAction"),
        *_may("read update", "BulkAction", {"createdBy": "${user.id}"}),
        *_may("read update", "Duplicate"),
        *_may("create", "Grievance"),
        *_may("read", "Grievance", {"createdBy": "${user.id}"}),
        *_may("read", "Project Vendor Stat"),
        *_may("read update", "Job", {"createdBy": "${user.id}"}),
    ],
    VENDOR: [
        *_may("read update", "Vendor", {"uuid": "${user.uuid}"}),
        *_may("read create", "Transaction", {"vendorId": "${user.uuid}"}),
        *_may("read create", "Grievance", {"reporterUserId": "${user.id}"}),
        *_may("read", "SensitiveGrievance", {"reporterUserId": "${user.id}"}),
    ],
    VIEWER: _may("read", f"{_WORK} PayoutList"),
}
"""Name → rules. Approving one's own payout is refused by the payout itself, whatever the role.

`read AuditEntry` is the administrators' alone: the log tells where everybody signed in from and what they looked at.
Whom a manager may have look into it, a role of one's own says, with conditions on `tableName` where need be.

`erase BeneficiaryPii` is the administrators' alone too: nothing brings an erased person back, so whoever looks after
the programme deletes, and who answers for the data erases. A role of one's own can have it, with `delete Beneficiary`.

Officers write complaints down for people and see what becomes of those, but for sensitive ones; all others are for who
looks after cases.

`locate BeneficiaryPii` is for those who visit people and write down where they live; all others get places to about a
kilometre, which is enough to plan by.
"""


def spoken(name: str) -> str:
    """A role for a sentence: words with a translation where it came with the portal, as typed where it did not."""
    return Words(name) if name in SYSTEM_ROLES else name
