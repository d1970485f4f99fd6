"""One deed for all cases that a filter finds: what it would do, having it done, and what came of it."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.grievances.forms.many import ASKS, ActionForm, ConfirmForm
from portal.grievances.many import GrievanceAction, Kind
from portal.grievances.operations import many
from portal.grievances.queries.hands import who_may_work
from portal.grievances.queries.listing import count_exactly
from portal.grievances.queries.many import action_with, categories_in_use
from portal.grievances.queries.options import user_numbered
from portal.grievances.queries.verdicts import Order, Verdict, counts_of, try_order
from portal.grievances.tasks.many import DO
from portal.grievances.views import bp
from portal.grievances.views.reading import Reading, read_list
from portal.grievances.wording import KIND_LABELS, VERDICT_LABELS, priority_words, term
from portal.jobs.operations import start
from portal.jobs.queries import job_with
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other, wants_fragment


@bp.route("/actions/new", methods=["GET", "POST"])
@requires("update", "Grievance")
def new_action() -> Response:
    """Choose what is to be done with all that the list's filter finds; the address may name the kind."""
    reading, form, session = read_list(request.args), ActionForm(), db.session()
    form.offer(
        [(str(user.uuid), user.name or user.email or "—") for user in who_may_work(session)],
        categories_in_use(session),
    )
    if not form.is_submitted():
        form.kind.data = request.args.get("kind")
        return _ask(form, reading, status=200)
    if not form.validate() or not reading.valid:
        return _ask(form, reading, status=422)
    kind, uuid = Kind(form.kind.data), form.uuid_for(current_person().uuid)
    told = form[ASKS[kind]].data if kind in ASKS else None
    value = None if kind is Kind.NOTE else told
    if kind is Kind.ASSIGN:
        number = user_numbered(session, form.colleague) if form.colleague else None
        value = None if number is None else str(number)
    try:
        many.draft(
            session,
            uuid,
            kind,
            reading.chosen,
            value=value,
            body=told if kind is Kind.NOTE else None,
            created_by=current_person().id,
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, reading, status=refusal.status)
    db.session.commit()
    return see_other(url_for("grievances.show_action", action_uuid=uuid))


@bp.get("/actions/<uuid:action_uuid>")
@requires("update", "Grievance")
def show_action(action_uuid: UUID) -> Response:
    """What it would do; else how far it is, or what came of it."""
    found = _own(action_uuid)
    if found.state == "DRAFT":
        return _show_draft(found)
    job = db.session.scalar(job_with(found.job_id)) if found.state == "RUNNING" and found.job_id else None
    if job and job.state not in {"QUEUED", "RUNNING"}:
        db.session.refresh(found)
    at_work = job is not None and job.state in {"QUEUED", "RUNNING"}
    if wants_fragment() and not at_work:  # the page is another one now
        return see_other(url_for("grievances.show_action", action_uuid=action_uuid))
    return page(
        "grievances/show_action.html",
        "work",
        at_work=at_work,
        action=found,
        title=KIND_LABELS[Kind(found.kind)],
        job=job,
        counts=found.counts,
        reasons=VERDICT_LABELS,
    )


@bp.post("/actions/<uuid:action_uuid>/confirm")
@requires("update", "Grievance")
def confirm_action(action_uuid: UUID) -> Response:
    """Have it done. Asked twice, it is done once, and both are led to what comes of it."""
    found, form = _own(action_uuid), ConfirmForm()
    if found.state == "DRAFT":
        if not form.validate():
            return _show_draft(found, status=422)
        try:
            many.order_of(db.session(), found)
        except Refusal:
            return _show_draft(found, status=422)
        by, link = current_person().id, url_for("grievances.show_action", action_uuid=action_uuid)
        job = start(DO, {"action": str(action_uuid), "by": by}, created_by=by, link=link).uuid
        if many.begin(db.session(), action_uuid, expected=form.expected.data, job=job):
            db.session.commit()
        else:
            db.session.rollback()
    return see_other(url_for("grievances.show_action", action_uuid=action_uuid))


@bp.post("/actions/<uuid:action_uuid>/reopen")
@requires("update", "Grievance")
def reopen_action(action_uuid: UUID) -> Response:
    """After a cancelled or failed job: back to where one can go on."""
    _own(action_uuid)
    many.reopen(db.session(), action_uuid)
    db.session.commit()
    flash(_("Nothing was changed."), "info")
    return see_other(url_for("grievances.show_action", action_uuid=action_uuid))


def _own(uuid: UUID) -> GrievanceAction:
    """The action, if it is the reader's: its counts tell of what its maker may see. Raises NotFound."""
    found: GrievanceAction | None = db.session.scalar(action_with(uuid, current_person().id))
    if found is None:
        raise NotFound
    return found


def _ask(form: ActionForm, reading: Reading, *, status: int) -> Response:
    ability, query = current_ability(), dict(reading.query)
    return page(
        "grievances/new_action.html",
        status=status if reading.valid else 422,
        form=form,
        reading=reading,
        found=count_exactly(db.session(), reading.chosen, ability) if reading.valid else 0,
        # A query of any names, beside those that url_for keeps for itself.
        back=url_for("grievances.list_grievances", **query),  # type: ignore[arg-type]
    )


def _show_draft(found: GrievanceAction, *, status: int = 200) -> Response:
    context: dict[str, Any] = {"refused": None, "counts": None, "deed": KIND_LABELS[Kind(found.kind)]}
    try:
        order = many.order_of(db.session(), found)
    except Refusal as refusal:
        context["refused"] = _(refusal.message)
    else:
        context["counts"] = counts_of(try_order(db.session(), order, current_ability()))
        context["deed"] = _deed(order)
    return page(
        "grievances/show_draft.html",
        status=status,
        action=found,
        applies=(context["counts"] or {}).get(Verdict.APPLIES.value, 0),
        reasons=VERDICT_LABELS,
        **context,
    )


def _deed(order: Order) -> str:
    """What exactly is done, in words."""
    match order.kind:
        case Kind.ASSIGN if order.assignee is None:
            return str(_("Give them to nobody"))
        case Kind.ASSIGN if order.assignee:
            return str(_("Give them to %(name)s", name=order.assignee.name or order.assignee.email or "—"))
        case Kind.PRIORITY:
            return str(_("Set their priority to “%(value)s”", value=priority_words(order.value or "")))
        case Kind.CATEGORY if order.category:
            return str(_("Set their category to “%(value)s”", value=term(order.category.name)))
        case Kind.SENSITIVE:
            return str(_("Let only those see them who may see sensitive cases"))
        case _:
            return str(_("Add a note to each"))
