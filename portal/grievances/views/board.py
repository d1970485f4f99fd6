"""The board: the list's filter as a column for each status, and moving a case from one to another."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, NotFound, Refusal, sentence
from portal.grievances.clocks import running_clock
from portal.grievances.forms.board import MoveForm
from portal.grievances.models import Grievance
from portal.grievances.operations.moving import move, next_of
from portal.grievances.queries.board import board_of, card_of, count_column, last_move_of
from portal.grievances.views import bp
from portal.grievances.views.frame import STAND_IN, case_page, may_change, me
from portal.grievances.views.reading import Reading, read_list
from portal.grievances.views.standing import segments_of
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other, wants_fragment
from portal.web.lists import here, show_list_of
from portal.web.paths import own_path

BOARD = "grievances.show_board"
UNKNOWN = sentence("Reload the page: it does not say from which state you saw the case.")


@bp.get("/board")
@requires("read", "Grievance")
def show_board() -> Response:
    """A column for each status, with the first cases of it that the filter finds."""
    reading = read_list(request.args)
    context: dict[str, Any] = {"reading": reading, "columns": (), "segments": (), "back": here(reading.query)}
    if reading.valid:
        context["columns"] = board_of(db.session(), reading.chosen, current_ability())
        context["segments"] = segments_of(reading, narrow=False)
    return page(
        "grievances/show_board.html", "board", status=200 if reading.valid else 422, **context, **_drawing()
    )


@bp.get("/<uuid:uuid>/card")
@requires("read", "Grievance")
def show_card(uuid: UUID) -> Response:
    """A case as it stands on the board, in the place of its form; as a page the board itself."""
    card = card_of(db.session(), uuid, current_ability())
    if card is None:
        raise NotFound
    back = own_path(request.args.get("back")) or url_for(BOARD)
    if not wants_fragment():
        return see_other(back)
    return page("grievances/_card.html", "card", card=card, back=back, **_drawing())


@bp.route("/<uuid:uuid>/move", methods=["GET", "POST"])
@requires("update", "Grievance")
def move_case(uuid: UUID) -> Response:
    """Ask whereto, and what the person is told; then move it. Who comes second is told what happened first."""
    case = may_change(uuid)
    form = MoveForm()
    form.offer(case.status)
    if not form.is_submitted():
        form.seen.data, form.back.data = case.status.value, own_path(request.args.get("back"))
        form.to.data = request.args.get("to") or form.to.data
        return _ask(case, form)
    before, after = form.before, GrievanceStatus.__members__.get(str(form.to.data or ""))
    if before not in (None, case.status):
        form.to.validate_choice = False
    if not form.validate():
        return _ask(case, form, status=422)
    try:
        if before is None or after is None:
            raise Conflict(UNKNOWN)
        move(db.session(), uuid, before, after, me(), form.words.data or "")
    except Refusal as refusal:
        db.session.rollback()
        return _refused(uuid, form, refusal)
    db.session.commit()
    flash(_("The case was moved."), "success")
    back = own_path(form.back.data) or url_for(BOARD)
    return _moved(uuid, before, back) if wants_fragment() else see_other(back)


def _ask(case: Grievance, form: MoveForm, *, status: int = 200, first: Any = None) -> Response:
    context: dict[str, Any] = {
        "form": form,
        "first": first,
        "back": own_path(form.back.data) or url_for(BOARD),
    }
    if wants_fragment():
        card = card_of(db.session(), case.uuid, current_ability())
        answer = page("grievances/move_case.html", "move", status=status, case=card, **context, **_drawing())
        if status == Conflict.status:
            answer.headers["HX-Reswap"] = "outerHTML"
        return answer
    return case_page("grievances/move_case.html", case.uuid, status=status, **context)


def _refused(uuid: UUID, form: MoveForm, refusal: Refusal) -> Response:
    """The form once more, with the state in which the case is now, who moved it there, and all that was typed."""
    case = may_change(uuid)
    form.refuse(refusal)
    first = None
    if isinstance(refusal, Conflict):
        first = last_move_of(db.session(), uuid)
        form.offer(case.status)
        form.seen.data = case.status.value
    return _ask(case, form, status=refusal.status, first=first)


def _moved(uuid: UUID, before: GrievanceStatus, back: str) -> Response:
    """Nothing in the place of the card; out of band, the card in its new column, and every counter."""
    args: MultiDict[str, str] = MultiDict(parse_qsl(urlsplit(back).query))
    reading, ability, session = read_list(args), current_ability(), db.session()
    show_list_of(BOARD)
    if not reading.valid:
        reading = Reading(reading.sort, {})
    card = card_of(session, uuid, ability, reading.chosen)
    statuses = [before] if card is None else [before, card.status]
    context: dict[str, Any] = {
        "card": card,
        "counts": {status: count_column(session, reading.chosen, ability, status) for status in statuses},
        "segments": segments_of(reading, narrow=False),
        "back": back,
        **_drawing(),
    }
    return page("grievances/_moved.html", "moved", **context)


def _drawing() -> dict[str, Any]:
    """What the templates of the board ask."""
    return {"running_clock": running_clock, "next_of": next_of, "stand_in": STAND_IN}
