"""Two records side by side."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from portal.audit.looks import note_look
from portal.beneficiaries.wording import reason_words, score_words
from portal.core.db import db
from portal.core.errors import Conflict, NotFound
from portal.duplicates.fields import CHOSEN, differing, says_nothing, usual
from portal.duplicates.forms import FIELD_LABELS, SIDES, MergeForm, merge_form
from portal.duplicates.models import Duplicate
from portal.duplicates.operations.merging import standing_in_the_way
from portal.duplicates.queries.pairs import pair_with, standing_merge
from portal.duplicates.queries.rows import rows, seen
from portal.duplicates.queries.sides import Shown, sides
from portal.duplicates.views import bp
from portal.duplicates.wording import value_words
from portal.web.access import current_ability, requires
from portal.web.htmx import page

LOOKED_AT = ("name", "email", "extras")


@bp.get("/<uuid:uuid>")
@requires("read", "Duplicate")
def show_pair(uuid: UUID) -> Response:
    """Both records, where they differ, and what can be decided. That somebody looked at both is on record."""
    return draw(pair_with(db.session(), uuid, current_ability()))


def form_for(both: tuple[Shown, Shown]) -> MergeForm:
    """The form of a merge: who was registered first stays, with what they say; what they do not, the other says."""
    one, other = both
    facts = (one.facts, other.facts)
    winner = 0 if one.person.created_at <= other.person.created_at else 1
    choices = {
        name: SIDES[winner if usual(facts[winner], facts[1 - winner], name) else 1 - winner]
        for name in CHOSEN
    }
    return merge_form(differing(*facts), {"winner": SIDES[winner], **choices})


def draw(
    pair: Duplicate, form: MergeForm | None = None, refusal: Conflict | None = None, *, status: int = 200
) -> Response:
    """The page of a pair, with the form as it was sent where there is one, and why it was refused."""
    session, ability = db.session(), current_ability()
    people = (pair.first_id, pair.second_id)
    both = sides(session, people, ability)
    may_change = _may_change(pair)
    mergeable = may_change and pair.state == "OPEN" and not any(side.person.deleted_at for side in both)
    if mergeable:
        form = form or form_for(both)
        form.seen.data = seen(rows(session, people))
        if refusal is not None:
            form.refuse(refusal)
    merged = standing_merge(session, pair) if pair.state == "MERGED" else None
    for side in both:
        note_look("tbl_beneficiaries", str(side.uuid), LOOKED_AT)
    response = page(
        "duplicates/show_pair.html",
        status=status,
        pair=pair,
        both=both,
        facts=[_fact(name, both) for name in CHOSEN],
        form=form if mergeable else None,
        may_decide=may_change,
        merged=merged,
        in_the_way=[_(what) for what in standing_in_the_way(session, merged)] if merged else [],
        refused=_(refusal.message, **refusal.params) if refusal and not mergeable else None,
        score_words=score_words,
        reason_words=reason_words,
    )
    db.session.commit()
    return response


def _fact(name: str, both: tuple[Shown, Shown]) -> dict[str, Any]:
    """One line of the comparison."""
    one, other = both
    return {
        "name": name,
        "label": FIELD_LABELS[name],
        "values": [value_words(name, side.facts, side.masked) for side in both],
        "differs": name in differing(one.facts, other.facts),
        "known": not (says_nothing(one.facts, name) and says_nothing(other.facts, name)),
    }


def _may_change(pair: Duplicate) -> bool:
    """Whether the reader may change both people and decide about them."""
    try:
        return pair_with(db.session(), pair.uuid, current_ability(), "update") is not None
    except NotFound:
        return False
