"""Deciding about two records: one person, different people, and taking either back."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Conflict
from portal.duplicates.fields import CHOSEN
from portal.duplicates.models import Duplicate
from portal.duplicates.operations import merging
from portal.duplicates.operations.merging import Choice
from portal.duplicates.queries.pairs import pair_with, standing_merge
from portal.duplicates.queries.rows import rows, seen
from portal.duplicates.queries.sides import sides
from portal.duplicates.views import bp
from portal.duplicates.views.pair import draw, form_for
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import see_other


@bp.post("/<uuid:uuid>/merge")
@requires("update", "Duplicate")
def merge_pair(uuid: UUID) -> Response:
    """Make the two one. Where either changed meanwhile, the page comes again with both as they are now (409)."""
    pair = _to_change(uuid)
    people = (pair.first_id, pair.second_id)
    form = form_for(sides(db.session(), people, current_ability()))
    if pair.state == "OPEN" and form.seen.data != seen(rows(db.session(), people)):
        return draw(pair, form, Conflict(merging.CHANGED), status=Conflict.status)
    if not form.validate_on_submit():
        return draw(pair, form, status=422)
    winner = pair.first_id if form.winner.data == "first" else pair.second_id
    choices: dict[str, Choice] = {
        name: "winner" if form[name].data == form.winner.data else "loser" for name in CHOSEN if name in form
    }
    me = current_person()
    try:
        merging.merge(
            db.session(), pair, winner, choices, as_seen=form.seen.data or "", by=me.uuid, by_id=me.id
        )
    except Conflict as conflict:
        return _refused(uuid, conflict)
    db.session.commit()
    flash(_("The two records are one now."), "success")
    return see_other(url_for("duplicates.show_pair", uuid=uuid))


@bp.post("/<uuid:uuid>/keep-apart")
@requires("update", "Duplicate")
def keep_apart(uuid: UUID) -> Response:
    """Remember that they are different people."""
    merging.keep_apart(db.session(), _to_change(uuid), by_id=current_person().id)
    db.session.commit()
    flash(_("Remembered: these are different people."), "success")
    return see_other(url_for("duplicates.list_pairs"))


@bp.post("/<uuid:uuid>/reopen")
@requires("update", "Duplicate")
def reopen_pair(uuid: UUID) -> Response:
    """Take back that they are different people."""
    merging.reopen(db.session(), _to_change(uuid))
    db.session.commit()
    return see_other(url_for("duplicates.show_pair", uuid=uuid))


@bp.post("/<uuid:uuid>/undo")
@requires("update", "Duplicate")
def undo_merge(uuid: UUID) -> Response:
    """Make the two again what they were before they were merged."""
    pair = _to_change(uuid)
    merged = standing_merge(db.session(), pair)
    try:
        if merged is None:
            raise Conflict(merging.UNDONE)
        merging.undo(db.session(), merged, by_id=current_person().id)
    except Conflict as conflict:
        return _refused(uuid, conflict)
    db.session.commit()
    flash(_("The two records are as they were before."), "success")
    return see_other(url_for("duplicates.show_pair", uuid=uuid))


def _to_change(uuid: UUID) -> Duplicate:
    """The pair, of whose people the person may change both."""
    return pair_with(db.session(), uuid, current_ability(), "update")


def _refused(uuid: UUID, conflict: Conflict) -> Response:
    """The page with both as they are now, what was chosen, and why it came to nothing."""
    db.session.rollback()
    pair = _to_change(uuid)
    form = form_for(sides(db.session(), (pair.first_id, pair.second_id), current_ability()))
    return draw(pair, form, conflict, status=conflict.status)
