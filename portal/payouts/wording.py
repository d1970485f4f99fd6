"""What the parts of payout lists are called."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.queries.rows import Show
from portal.payouts.terms import AmountRule, Method, Reason, Voided
from portal.web.amounts import money_words

STATES: dict[str, LazyString] = {
    State.FILLING: _l("Being filled"),
    State.DRAFT: _l("Draft"),
    State.CHECKING: _l("Being submitted"),
    State.SUBMITTED: _l("Waits for approval"),
    State.RETURNED: _l("Returned"),
    State.PAYING: _l("Being paid"),
    State.APPROVED: _l("Approved"),
    State.CANCELLED: _l("Given up"),
}
METHODS: dict[str, LazyString] = {
    Method.HANDED_OUT: _l("Handed out by the vendor"),
    Method.MOBILE_MONEY: _l("Mobile money"),
    Method.BANK_TRANSFER: _l("Bank transfer"),
}
RULES: dict[str, LazyString] = {
    AmountRule.FIXED: _l("The same for everybody"),
    AmountRule.PER_MEMBER: _l("So much for each member of the household"),
    AmountRule.COLUMN: _l("What a further detail of each person says"),
    AmountRule.AS_BEFORE: _l("What failed before"),
}
REASONS: dict[str, LazyString] = {
    Reason.DELETED: _l("Is deleted"),
    Reason.NOT_IN_PROJECT: _l("Is not in the project"),
    Reason.AMOUNT_MISSING: _l("Has no amount"),
    Reason.AMOUNT_UNREADABLE: _l("The amount cannot be read"),
    Reason.NO_PHONE: _l("Has no phone that money can be sent to"),
    Reason.NO_ACCOUNT: _l("Has no bank account"),
    Reason.IN_OPEN_LIST: _l("Is in another open list of this project"),
}
VOIDED: dict[str, LazyString] = {
    Voided.EDITED: _l("a row was changed"),
    Voided.HELD: _l("people were held out or let in"),
    Voided.RETURNED: _l("the list was returned"),
    Voided.TAKEN_BACK: _l("the list was taken back"),
    Voided.CANCELLED: _l("the list was given up"),
    Voided.REFUSED: _l("the list could not be paid"),
}
"""Why an approval is void."""
SHOWN: dict[str, LazyString] = {
    Show.ALL: _l("All"),
    Show.PAYABLE: _l("To be paid"),
    Show.BAD: _l("Cannot be paid"),
    Show.HELD: _l("Held out"),
    Show.SHARED_PHONE: _l("Share a phone with somebody else in the list"),
    Show.SHARED_WALLET: _l("Share a wallet with somebody else in the list"),
    Show.SHARED_ACCOUNT: _l("Share a bank account with somebody else in the list"),
    Show.FAR: _l("Receive at least twice or at most half as much as last time"),
    Show.NEW: _l("Were not paid by the last list"),
    Show.DOUBTED: _l("May be registered twice"),
    Show.GRIEVANCE: _l("Have an open grievance"),
    Show.FAILED: _l("Payment failed"),
}


def amount_words(found: PayoutList) -> str:
    """What everybody receives, in a sentence."""
    each = money_words(found.amount, found.currency)
    match found.amount_rule:
        case AmountRule.FIXED:
            return str(_("%(amount)s for everybody", amount=each))
        case AmountRule.PER_MEMBER:
            return str(_("%(amount)s times “%(key)s”", amount=each, key=found.amount_key))
        case AmountRule.COLUMN:
            return str(_("What “%(key)s” says", key=found.amount_key))
        case _:
            return str(RULES[AmountRule.AS_BEFORE])
