"""What the columns, states and values of cases are called on pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.core.enums import GrievanceStatus, GrievanceType
from portal.grievances.many import Kind
from portal.grievances.terms import CAME_WITH, PRIORITY_NAMES, TYPE_NAMES

COLUMN_LABELS: dict[str, LazyString] = {
    "title": _l("Grievance"),
    "code": _l("Code"),
    "status": _l("Status"),
    "clock": _l("Clock"),
    "priority": _l("Priority"),
    "category": _l("Category"),
    "type": _l("Type"),
    "project": _l("Project"),
    "assignee": _l("In charge"),
    "channel": _l("Channel"),
    "reporter": _l("Reported by"),
    "contact": _l("Contact"),
    "created": _l("Received"),
    "moved": _l("Last move"),
    "acknowledged": _l("Acknowledged"),
    "resolved": _l("Resolved"),
    "closed": _l("Closed"),
    "reopened": _l("Times reopened"),
    "uuid": _l("Reference"),
}
"""In the order in which a table shows them."""
EXPORT_LABELS: dict[str, LazyString] = {
    "code": _l("Code"),
    "title": _l("Grievance"),
    "description": _l("What was said"),
    "status": _l("Status"),
    "reason": _l("What was said with the last move"),
    "priority": _l("Priority"),
    "category": _l("Category"),
    "type": _l("Type"),
    "channel": _l("Channel"),
    "project": _l("Project"),
    "assignee": _l("In charge"),
    "sensitive": _l("Sensitive"),
    "reporter": _l("Reported by"),
    "contact": _l("Contact"),
    "created": _l("Received"),
    "acknowledge_by": _l("To be acknowledged by"),
    "acknowledged": _l("Acknowledged"),
    "acknowledge_took": _l("Working minutes until acknowledged"),
    "resolve_by": _l("To be resolved by"),
    "resolved": _l("Resolved"),
    "resolve_took": _l("Working minutes until resolved"),
    "closed": _l("Closed"),
    "reopened": _l("Times reopened"),
    "uuid": _l("Reference"),
}
"""In the order in which a file holds them."""
KIND_LABELS: dict[Kind, LazyString] = {
    Kind.ASSIGN: _l("Give them to somebody"),
    Kind.PRIORITY: _l("Set their priority"),
    Kind.CATEGORY: _l("Set their category"),
    Kind.NOTE: _l("Add a note to each"),
    Kind.SENSITIVE: _l("Make them sensitive"),
}
VERDICT_LABELS: dict[str, LazyString] = {
    "same": _l("Are so already"),
    "forbidden": _l("You may not change them"),
    "shut": _l("Their project is closed"),
    "unfit": _l("Their roles do not let them look after these"),
    "meanwhile": _l("Somebody changed them while this was done"),
}
"""Why cases stay as they are."""
STATUS_LABELS: dict[GrievanceStatus, LazyString] = {
    GrievanceStatus.NEW: _l("New"),
    GrievanceStatus.UNDER_REVIEW: _l("Under review"),
    GrievanceStatus.RESOLVED: _l("Resolved"),
    GrievanceStatus.CLOSED: _l("Closed"),
}


def term(name: str) -> str:
    """A category or channel: in the reader's language where it came with the portal, else as it was typed."""
    return str(_(name)) if name in CAME_WITH else name


def priority_words(priority: str) -> str:
    """How urgent, in the reader's language."""
    return str(_(PRIORITY_NAMES[priority]))


def type_words(kind: GrievanceType) -> str:
    """Of which type, in the reader's language."""
    return str(_(TYPE_NAMES[kind]))
