"""Having an action done, or undone, in the background."""

from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.bulk.forms import ConfirmForm
from portal.bulk.operations import drafts
from portal.bulk.operations.doing import check_order
from portal.bulk.orders import order_of
from portal.bulk.tasks import DO, UNDO
from portal.bulk.views import bp
from portal.bulk.views.action import show_draft
from portal.bulk.views.telling import action_of
from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs.operations import start
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import see_other


@bp.post("/<uuid:uuid>/confirm")
@requires("create", "BulkAction")
def confirm_action(uuid: UUID) -> Response:
    """Have it done. Asked twice, it is done once, and both are led to what comes of it."""
    found = action_of(uuid, "update")
    form = ConfirmForm()
    if not form.validate_on_submit():
        return show_draft(found, status=422) if found.state == "DRAFT" else _there(uuid)
    if found.state == "DRAFT":
        try:
            check_order(db.session(), order_of(found), current_ability())
        except Refusal:
            return show_draft(found, status=422)
    job, seen = _start(DO, uuid), form.seen.data or 0
    if drafts.begin(db.session(), uuid, seen=seen, expected=form.expected.data, job=job):
        db.session.commit()
    else:
        db.session.rollback()
    return _there(uuid)


@bp.post("/<uuid:uuid>/undo")
@requires("update", "BulkAction")
def undo_action(uuid: UUID) -> Response:
    """Have it undone; asked twice, once."""
    action_of(uuid, "update")
    job = _start(UNDO, uuid)
    if drafts.begin_undoing(db.session(), uuid, job=job):
        db.session.commit()
    else:
        db.session.rollback()
    return _there(uuid)


@bp.post("/<uuid:uuid>/reopen")
@requires("update", "BulkAction")
def reopen_action(uuid: UUID) -> Response:
    """After a cancelled or failed job: back to where one can go on."""
    action_of(uuid, "update")
    drafts.reopen(db.session(), uuid)
    db.session.commit()
    flash(_("Nothing was changed."), "info")
    return _there(uuid)


def _start(kind: str, uuid: UUID) -> UUID:
    by = current_person().id
    link = url_for("bulk.show_action", uuid=uuid)
    return start(kind, {"action": str(uuid), "by": by}, created_by=by, link=link).uuid


def _there(uuid: UUID) -> Response:
    return see_other(url_for("bulk.show_action", uuid=uuid))
