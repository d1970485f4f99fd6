"""What is said of people who look alike."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.beneficiaries.queries.comparing import LIKELY, NEARLY_CERTAIN, Reason

REASON_WORDS: Mapping[Reason, LazyString] = {
    Reason.SAME_PHONE: _l("Same phone"),
    Reason.SAME_ID: _l("Same government ID"),
    Reason.SAME_WALLET: _l("Same wallet"),
    Reason.SAME_NAME: _l("Same name"),
    Reason.NAME_SWAPPED: _l("Same name in another order"),
    Reason.NAME_SOUNDS: _l("Name sounds alike"),
    Reason.NAME_SIMILAR: _l("Name is spelt alike"),
    Reason.SAME_BIRTH_DATE: _l("Born on the same day"),
    Reason.NEAR_BIRTH_DATE: _l("Nearly the same birth date"),
    Reason.SAME_YEAR: _l("Born in the same year"),
    Reason.YEAR_APART: _l("Born about a year apart"),
    Reason.SAME_GENDER: _l("Same gender"),
    Reason.SAME_PLACE: _l("Same place"),
}
"""What two people have in common, in words."""


def score_words(score: int) -> str:
    """How likely it is that two records are of one person."""
    if score >= NEARLY_CERTAIN:
        return str(_("Almost certainly one person"))
    return str(_("Very likely one person") if score >= LIKELY else _("Possibly one person"))


def reason_words(codes: Iterable[str]) -> list[str]:
    """What two records have in common, the strongest kinds first. Codes of other versions are left out."""
    known = set(codes)
    return [str(words) for code, words in REASON_WORDS.items() if code in known]
