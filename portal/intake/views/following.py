"""A case by code and PIN: what was said to the person, and what they say to it."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from flask import Response, current_app
from flask_babel import gettext as _

from portal.audit.deeds import SIGN_IN_FAILED
from portal.audit.operations.deeds import record
from portal.core.db import db
from portal.core.enums import GrievanceStatus
from portal.core.errors import Conflict, Refusal
from portal.grievances.models import Grievance
from portal.grievances.operations import moving, noting, story
from portal.intake.forms.own_case import CaseForm, OwnFileForm, PinForm, ShownForm, shown_for
from portal.intake.pins import is_pin
from portal.intake.queries.own_case import case_called, case_with, plain_code, story_for_reporter
from portal.intake.views import bp
from portal.intake.views.speaking import here_in_language, speak_as_asked, switch_of
from portal.intake.wording import standing, told
from portal.web import rates
from portal.web.access import public
from portal.web.htmx import page
from portal.web.sessions import needs_https

CASE_MOST, CASE_SECONDS = 10, 3_600
"""Wrong PINs for one case in an hour, from wherever: of a million PINs, guessing would take years."""
PLACE_MOST, PLACE_SECONDS = 30, 900
"""Wrong ones from one place on the network, whatever the case."""
APPEAL = dt.timedelta(days=90)
"""For so long after it was closed, a person can say that a case is not settled."""


@bp.route("/complain/status", methods=["GET", "POST"])
@public
def follow_case() -> Response:
    """Ask for code and PIN; with the right ones, show the case."""
    speak_as_asked()
    form = PinForm()
    if not form.is_submitted():
        return _ask(form)
    if needs_https():
        return _ask(form, status=403)
    if not form.proved():
        return _ask(form, status=400)
    if not form.validate():
        return _ask(form, status=422)
    case = _found(form)
    if case is None:
        form.pin.data = ""
        form.form_errors.append(
            _("Code and PIN do not belong together. Look at what you wrote down, and try again.")
        )
        return _ask(form, status=422)
    return _show(case, ShownForm(formdata=None, words=form.words.data))


@bp.post("/complain/status/words")
@public
def add_words() -> Response:
    """Answer what one was asked, or add something."""

    def do(case: Grievance, form: ShownForm) -> str:
        uuid = form.uuid_for(f"words {case.uuid}")
        noting.add_words_of_reporter(db.session(), case.uuid, form.words.data or "", uuid=uuid)
        return str(_("Thank you. What you wrote was passed on."))

    return _change(do)


@bp.post("/complain/status/accept")
@public
def accept_answer() -> Response:
    """Say that it is settled; the case is closed."""

    def do(case: Grievance, _form: ShownForm) -> str:
        moving.accept_answer(db.session(), case.uuid)
        return str(_("Thank you. Your complaint is closed."))

    return _change(do, with_words=False)


@bp.post("/complain/status/decline")
@public
def decline_answer() -> Response:
    """Say that it is not settled, and why; the case is opened again."""

    def do(case: Grievance, form: ShownForm) -> str:
        if not may_appeal(case, dt.datetime.now(dt.UTC)):
            raise Conflict("There is nothing to accept or not at present.")
        moving.decline_answer(db.session(), case.uuid, case.status, form.words.data or "")
        return str(_("Thank you. Your complaint is looked at again."))

    return _change(do)


def may_appeal(case: Grievance, now: dt.datetime) -> bool:
    """Whether the person can still say that it is not settled."""
    if case.status == GrievanceStatus.CLOSED:
        return case.closed_at is not None and now - case.closed_at < APPEAL
    return case.status == GrievanceStatus.RESOLVED


def _found(form: PinForm) -> Grievance | None:
    """The case whose code and PIN these are. Wrong ones are counted, for the case and for where they come from."""
    code, place = plain_code(form.code.data or ""), rates.address()
    rates.take("case-pin-from", place, PLACE_MOST, PLACE_SECONDS)
    rates.take("case-pin", code, CASE_MOST, CASE_SECONDS)
    case = db.session.scalars(case_called(code)).one_or_none()
    uuid, kept = (case.uuid, case.pin_hash) if case else (None, None)
    if not is_pin(current_app.config["PORTAL_INSTANCE"], uuid, kept, plain_code(form.pin.data or "")):
        record(
            db.session(),
            SIGN_IN_FAILED,
            table_name="tbl_grievances",
            record_id=str(uuid) if uuid else None,
        )
        db.session.commit()
        return None
    db.session.commit()  # what counts has a connection of its own: a request holds one at a time
    rates.give_back("case-pin-from", place)
    rates.give_back("case-pin", code)
    return case


def case_of(form: CaseForm) -> Grievance | None:
    """The case of the page that a form was sent from; None where that lay open for too long, or is not ours."""
    return db.session.scalars(case_with(UUID(form.case))).one_or_none() if form.case else None


def ask_again(words: str | None = None) -> Response:
    """Ask for code and PIN once more, and keep what was typed meanwhile."""
    asking = PinForm(formdata=None, words=words)
    asking.form_errors.append(
        _("This page was open for too long. Show code and PIN again: your words are kept.")
    )
    return _ask(asking, status=400)


def _change(do: Callable[[Grievance, ShownForm], str], *, with_words: bool = True) -> Response:
    """Do what was asked to the case of the form, and show it as it is then.

    Answered with the page itself: without a cookie nothing else knows whose it is. Sent once more it changes nothing.
    """
    speak_as_asked()
    form = ShownForm()
    case = case_of(form)
    if case is None:
        return ask_again(form.words.data)
    if not form.proved():
        return _show(case, form, status=400)
    if not form.validate() and with_words:
        return _show(case, form, status=422)
    uuid = case.uuid
    try:
        said = do(case, form)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        case = db.session.scalars(case_with(uuid)).one()
        return _show(case, form, status=409 if isinstance(refusal, Conflict) else 422)
    db.session.commit()
    return _show(db.session.scalars(case_with(uuid)).one(), ShownForm(formdata=None), said=said)


def _story(case: Grievance) -> list[dict[str, object]]:
    """What happened, as the person reads it; first what they told."""
    lines: list[dict[str, object]] = []
    for row in story_for_reporter(db.session(), case.uuid):
        words = told(row.kind, row.by_reporter)
        if words is not None:
            body = case.description if row.kind == story.OPENED else row.body
            file = (
                {"uuid": row.file_uuid, "name": row.file_name, "size": row.file_size}
                if row.file_uuid
                else None
            )
            lines.append(
                {"words": words, "mine": row.by_reporter, "body": body, "at": row.created_at, "file": file}
            )
    return lines


def _ask(form: PinForm, *, status: int = 200) -> Response:
    return page(
        "intake/follow_case.html",
        status=status,
        form=form,
        needs_https=needs_https(),
        action=here_in_language("intake.follow_case"),
        languages_here=switch_of("intake.follow_case"),
    )


def show_own_case(
    case: Grievance, form: OwnFileForm | None = None, *, said: str | None = None, status: int = 200
) -> Response:
    """The page of a case, with a form for a file that was sent and not taken."""
    return _show(case, ShownForm(formdata=None), sending=form, said=said, status=status)


def _show(
    case: Grievance,
    form: ShownForm,
    *,
    sending: OwnFileForm | None = None,
    said: str | None = None,
    status: int = 200,
) -> Response:
    sending = sending or OwnFileForm(formdata=None)
    form.shown.data = sending.shown.data = shown_for(case.uuid)
    return page(
        "intake/show_own_case.html",
        status=status,
        case=case,
        standing=standing(case.status, waits=case.waiting_since is not None),
        story=_story(case),
        form=form,
        sending=sending if case.status != GrievanceStatus.CLOSED or sending.form_errors else None,
        said=said,
        answers=case.status in (GrievanceStatus.NEW, GrievanceStatus.UNDER_REVIEW),
        appeals=may_appeal(case, dt.datetime.now(dt.UTC)),
        files_url=here_in_language("intake.send_own_file"),
        words_url=here_in_language("intake.add_words"),
        accept_url=here_in_language("intake.accept_answer"),
        decline_url=here_in_language("intake.decline_answer"),
        languages_here=[],
    )
