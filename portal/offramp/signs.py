"""What needs attention, in words: what it is, what is known of it, what to do about it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.web.amounts import money_words

KIND_LABELS: dict[str, LazyString] = {
    "STUCK": _l("Stuck with the provider"),
    "AMOUNT": _l("Another amount than quoted"),
    "CONFLICT": _l("The provider contradicts itself"),
    "ORPHAN": _l("Callback about nothing of ours"),
    "DOWN": _l("Provider does not answer"),
    "DIFFERS": _l("The statement tells it otherwise"),
}
KIND_TONES = {
    "STUCK": ("warn", "half"),
    "AMOUNT": ("warn", "diamond"),
    "CONFLICT": ("bad", "cross"),
    "ORPHAN": ("info", "ring"),
    "DOWN": ("bad", "triangle"),
    "DIFFERS": ("warn", "diamond"),
}
"""Kind → tone and shape of its sign."""

ADVICE: dict[str, LazyString] = {
    "STUCK": _l("Ask the provider about it by its reference, then check the request or mark it as failed."),
    "AMOUNT": _l("Ask the receiver what arrived, and the provider why it is another amount."),
    "CONFLICT": _l(
        "Find out from the provider whether it was paid. Until this is settled, the request is not sent again."
    ),
    "ORPHAN": _l("Find out from the provider what it is about. Settled, the callback is set aside."),
    "DOWN": _l("What is under way is asked about again by itself. This settles itself once it answers."),
    "DIFFERS": _l("Compare the statement with the request, and ask the provider which of the two is right."),
}

STATUSES: dict[str, LazyString] = {
    "PENDING": _l("Pending"),
    "PROCESSING": _l("Processing"),
    "COMPLETED": _l("Completed"),
    "FAILED": _l("Failed"),
}
"""What is said to have become of a request."""

TROUBLES: dict[str, LazyString] = {
    "UNREACHED": _l("No connection came about."),
    "UNKNOWN": _l("No answer came that could be understood."),
    "BUSY": _l("It says that it is busy."),
    "REFUSED": _l("It refuses what it is asked."),
}


def facts_in_words(kind: str, facts: Mapping[str, Any] | None) -> str:
    """What is known of it beside which it is; nothing where that is all."""
    told = facts or {}
    if kind == "DOWN":
        return str(TROUBLES.get(str(told.get("trouble")), ""))
    if kind == "STUCK" and told.get("known") is False:
        return str(_("The provider does not know its reference."))
    if kind == "STUCK" and (said := told.get("said")):
        return str(_("The provider will not open it: %(said)s", said=_(str(said))))
    if kind == "CONFLICT":
        now, was = STATUSES.get(str(told.get("told"))), STATUSES.get(str(told.get("was")))
        if now and was:
            words = _("It ended as “%(was)s” and is now said to be “%(now)s”.", was=was, now=now)
            return str(words)
    if kind in {"AMOUNT", "DIFFERS"}:
        return _compared(told)
    return ""


def _compared(told: Mapping[str, Any]) -> str:
    paid = _amount(told, "amountPaid", "currency")
    if (quoted := _amount(told, "quoted", "quotedCurrency")) and paid:
        return str(_("Quoted %(quoted)s, paid %(paid)s.", quoted=quoted, paid=paid))
    if (kept := _amount(told, "kept", "keptCurrency")) and paid:
        return str(_("Here %(kept)s, in the statement %(paid)s.", kept=kept, paid=paid))
    now, was = STATUSES.get(str(told.get("told"))), STATUSES.get(str(told.get("was")))
    if now and was:
        return str(_("Here “%(was)s”, in the statement “%(now)s”.", was=was, now=now))
    return ""


def _amount(told: Mapping[str, Any], amount: str, currency: str) -> str:
    """An amount of the facts with its currency; nothing where the facts hold none."""
    if not isinstance(told.get(amount), str):
        return ""
    return money_words(Decimal(told[amount]), str(told.get(currency) or told.get("quotedCurrency") or ""))
