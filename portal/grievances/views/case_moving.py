"""Moving a case: acknowledge, resolve, close, open again; ask the person something, and note their answer."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from portal.core.db import db
from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, NotFound, Refusal, sentence
from portal.grievances.forms.case import CloseForm, WordsForm
from portal.grievances.models import Grievance
from portal.grievances.operations import moving, noting
from portal.grievances.queries.case import case_with_code
from portal.grievances.views import bp
from portal.grievances.views.frame import case_page, may_change, me
from portal.web.access import load, requires
from portal.web.htmx import see_other

NEW, UNDER_REVIEW, RESOLVED, CLOSED = GrievanceStatus
UNKNOWN = sentence("Reload the page: it does not say from which state you saw the case.")


@bp.route("/<uuid:uuid>/acknowledge", methods=["GET", "POST"])
@requires("update", "Grievance")
def acknowledge_case(uuid: UUID) -> Response:
    """Tell the person that their complaint was received; somebody works on it from now on."""
    form = WordsForm()
    return _ask_and(
        uuid,
        form,
        "grievances/acknowledge_case.html",
        lambda: moving.acknowledge(db.session(), uuid, me(), form.words.data or ""),
        _("The case is acknowledged."),
    )


@bp.route("/<uuid:uuid>/resolve", methods=["GET", "POST"])
@requires("update", "Grievance")
def resolve_case(uuid: UUID) -> Response:
    """Tell the person what was done; they can accept it or not."""
    form = WordsForm()
    return _ask_and(
        uuid,
        form,
        "grievances/resolve_case.html",
        lambda: moving.resolve(db.session(), uuid, me(), form.words.data or ""),
        _("The case is resolved."),
    )


@bp.route("/<uuid:uuid>/close", methods=["GET", "POST"])
@requires("update", "Grievance")
def close_case(uuid: UUID) -> Response:
    """Close it for a reason: its answer stands, there is nothing to do, or another case tells the same."""
    form = CloseForm()
    return _ask_and(
        uuid, form, "grievances/close_case.html", lambda: _close(uuid, form), _("The case is closed.")
    )


@bp.route("/<uuid:uuid>/reopen", methods=["GET", "POST"])
@requires("update", "Grievance")
def reopen_case(uuid: UUID) -> Response:
    """Take it up once more, for a reason."""
    form = WordsForm()
    return _ask_and(
        uuid,
        form,
        "grievances/reopen_case.html",
        lambda: moving.reopen(db.session(), uuid, _seen(form), me(), form.words.data or ""),
        _("The case is open again."),
    )


@bp.route("/<uuid:uuid>/question", methods=["GET", "POST"])
@requires("update", "Grievance")
def ask_reporter(uuid: UUID) -> Response:
    """Ask the person something; the clock stands still until they answer."""
    form = WordsForm()
    return _ask_and(
        uuid,
        form,
        "grievances/ask_reporter.html",
        lambda: noting.ask(db.session(), uuid, me(), form.words.data or ""),
        _("The question is there for the person to read. The clock waits for their answer."),
    )


@bp.route("/<uuid:uuid>/answer", methods=["GET", "POST"])
@requires("update", "Grievance")
def note_answer(uuid: UUID) -> Response:
    """Write down what the person answered, or why nobody waits any longer; the clock goes on."""
    form = WordsForm()
    return _ask_and(
        uuid,
        form,
        "grievances/note_answer.html",
        lambda: noting.answer(db.session(), uuid, me(), form.words.data or ""),
        _("The answer is noted, and the clock goes on."),
    )


def _ask_and(
    uuid: UUID, form: WordsForm, template: str, do: Callable[[], None], done: str | LazyString
) -> Response:
    """Ask for words and do it; or say at the form what stood in the way, with all that was typed."""
    case = may_change(uuid)
    if not form.is_submitted():
        form.seen.data = case.status.value
        return case_page(template, uuid, form=form)
    if not form.validate():
        return case_page(template, uuid, form=form, status=422)
    try:
        do()
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return case_page(template, uuid, form=form, status=refusal.status)
    db.session.commit()
    flash(done, "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


def _seen(form: WordsForm) -> GrievanceStatus:
    """The state in which the case was seen. Raises Conflict for a form that does not say."""
    if form.before is None:
        raise Conflict(UNKNOWN)
    return form.before


def _close(uuid: UUID, form: CloseForm) -> None:
    session, words = db.session(), form.words.data or ""
    if not form.original.data:
        moving.close(session, uuid, _seen(form), me(), words)
        return
    try:
        original = load(case_with_code(form.original.data), "read", Grievance)
    except NotFound as missing:
        raise Refusal("No case that you may see has this code.", field="original") from missing
    moving.close_as_duplicate(session, uuid, original.uuid, me(), words)
