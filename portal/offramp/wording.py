"""What the columns, states and events of requests are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from flask_babel.speaklater import LazyString

from portal.core.enums import OfframpStatus

COLUMN_LABELS: dict[str, LazyString] = {
    "receiver": _l("Receiver"),
    "phone": _l("Phone"),
    "network": _l("Network"),
    "amount": _l("Amount"),
    "status": _l("Status"),
    "provider": _l("Provider"),
    "chain": _l("Chain"),
    "project": _l("Project"),
    "list": _l("Payout list"),
    "pays": _l("Pays out"),
    "fee": _l("Fee"),
    "created": _l("Made on"),
    "maker": _l("Made by"),
    "released": _l("Released on"),
    "releaser": _l("Released by"),
    "moved": _l("In this state since"),
    "completed": _l("Completed on"),
    "reason": _l("Why it failed"),
    "request": _l("Provider’s reference"),
    "reference": _l("Reference of the last try"),
    "uuid": _l("Reference"),
}
"""In the order in which a table and a file show them."""

STATUS_LABELS: dict[OfframpStatus, LazyString] = {
    OfframpStatus.PENDING: _l("Pending"),
    OfframpStatus.PROCESSING: _l("Processing"),
    OfframpStatus.COMPLETED: _l("Completed"),
    OfframpStatus.FAILED: _l("Failed"),
}

ATTEMPT_LABELS: dict[str, LazyString] = {
    "SENDING": _l("Being handed over"),
    "UNKNOWN": _l("Unknown, being checked"),
    "ACCEPTED": _l("Accepted"),
    "COMPLETED": _l("Completed"),
    "FAILED": _l("Failed"),
}

EVENT_LABELS: dict[str, LazyString] = {
    "MADE": lazy_pgettext("event", "Made"),
    "QUOTED": _l("Quoted by the provider"),
    "REQUESTED": _l("Announced to the provider"),
    "DEPOSITED": _l("Transfer of the tokens noted"),
    "RELEASED": _l("Released"),
    "SENT": _l("Order to pay sent"),
    "ANSWERED": _l("The provider answered"),
    "UNANSWERED": _l("No answer came"),
    "CHECKED": _l("Asked the provider"),
    "CALLBACK": _l("The provider reported"),
    "COMPLETED": _l("Completed"),
    "FAILED": _l("Failed"),
    "RETRIED": _l("To be tried again"),
    "MARKED": _l("Marked as failed by hand"),
    "WITHDRAWN": _l("Withdrawn"),
    "GIVEN_UP": _l("Given up"),
    "PROOF": _l("Proof attached"),
    "STATEMENT": _l("Found in the provider’s statement"),
    "FILED": _l("Put into a payout file"),
}

EVENT_TONES: dict[str, str] = {
    "COMPLETED": "good",
    "FAILED": "bad",
    "UNANSWERED": "warn",
    "MARKED": "bad",
    "WITHDRAWN": "neutral",
    "GIVEN_UP": "bad",
}
"""Events that change how a request stands, or say that something is unsure; the others are told plainly."""

CALLBACK_LABELS: dict[str, LazyString] = {
    "STORED": lazy_pgettext("callback", "To be looked at"),
    "PARKED": lazy_pgettext("callback", "Set by, about nothing that is known"),
    "APPLIED": lazy_pgettext("callback", "Taken"),
    "IGNORED": lazy_pgettext("callback", "Said nothing new"),
    "SET_ASIDE": lazy_pgettext("callback", "Set aside"),
}

CHECK_ASKED_FOR = _l("To be checked now")

TROUBLE_LABELS: dict[str, LazyString] = {
    "UNREACHED": _l("The provider could not be reached."),
    "UNKNOWN": _l("Whether the provider heard of it is not known."),
    "REFUSED": _l("The provider refused."),
    "BUSY": _l("The provider asked to come again later."),
    "INTERRUPTED": _l("The portal was interrupted while it handed the order over."),
}
"""Why an answer is none; the last where nobody waited for one any more."""

SOURCE_LABELS: dict[str, LazyString] = {
    "ANSWER": _l("It said so at once."),
    "POLL": _l("It said so when it was asked."),
    "CALLBACK": _l("It said so by itself."),
    "FILE": _l("Its file says so."),
    "HAND": _l("Somebody said so, the provider did not."),
}
"""By which way it is known what became of a try."""
