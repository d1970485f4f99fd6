"""What somebody said before that data were wanted for, kept with the person and offered again."""

from collections.abc import Sequence

from flask_login import current_user

from portal.audit.forms import PurposeForm
from portal.core.db import db
from portal.users.operations.preferences import remember_preference

PREFERENCE = "purposes."


def offer(form: PurposeForm, about: str) -> None:
    """Offer in the form what this person said before `about` the same kind of thing ("export", "reveal")."""
    form.offer_purposes(_before(about))


def remember(form: PurposeForm, about: str) -> None:
    """Keep what a valid form says, for the next time."""
    before = list(_before(about))
    now = form.remembered(before)
    if now != before:
        remember_preference(db.session(), current_user.id, PREFERENCE + about, now)


def _before(about: str) -> Sequence[str]:
    found = current_user.preferences.get(PREFERENCE + about)
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []
