"""What is said of people who look alike."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.beneficiaries.queries.comparing import LIKELY, NEARLY_CERTAIN, Reason

REASONS: dict[Reason, LazyString] = {
    Reason.SAME_PHONE: _l("the same phone"),
    Reason.SAME_ID: _l("the same government ID"),
    Reason.SAME_WALLET: _l("the same wallet"),
    Reason.SAME_NAME: _l("the same name"),
    Reason.NAME_SWAPPED: _l("the same names in another order"),
    Reason.NAME_SOUNDS: _l("names that sound alike"),
    Reason.NAME_SIMILAR: _l("names spelt alike"),
    Reason.SAME_BIRTH_DATE: _l("the same birth date"),
    Reason.NEAR_BIRTH_DATE: _l("nearly the same birth date"),
    Reason.SAME_YEAR: _l("born in the same year"),
    Reason.YEAR_APART: _l("born a year apart"),
    Reason.SAME_GENDER: _l("the same gender"),
    Reason.SAME_PLACE: _l("the same place"),
}
"""What two people have in common, in words."""


def likelihood(score: int) -> LazyString:
    """How likely two people are the same, of 100."""
    if score >= NEARLY_CERTAIN:
        return _l("Almost certainly the same person")
    if score >= LIKELY:
        return _l("Probably the same person")
    return _l("Perhaps the same person")
