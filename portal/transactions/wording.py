"""What the columns and states of transactions are called."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.core.enums import TransactionStatus

COLUMN_LABELS: dict[str, LazyString] = {
    "beneficiary": _l("Person"),
    "phone": _l("Phone"),
    "amount": _l("Amount"),
    "status": _l("Status"),
    "project": _l("Project"),
    "vendor": _l("Vendor"),
    "created": _l("Made on"),
    "maker": _l("Made by"),
    "decided": _l("Decided on"),
    "decider": _l("Decided by"),
    "failed": _l("Failed on"),
    "reason": _l("Reason"),
    "person": _l("Person’s reference"),
    "uuid": _l("Reference"),
}
"""In the order in which a table and a file show them."""

STATUS_LABELS: dict[TransactionStatus, LazyString] = {
    TransactionStatus.PENDING: _l("Pending"),
    TransactionStatus.APPROVED: _l("Approved"),
    TransactionStatus.REJECTED: _l("Rejected"),
    TransactionStatus.FAILED: _l("Failed"),
}
