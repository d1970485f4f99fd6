"""Who looks after a case, who watches it, and who may know of it."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.grievances.forms.case import AssignForm, WatchForm
from portal.grievances.models import Grievance
from portal.grievances.operations import looking_after
from portal.grievances.queries.case import the_case
from portal.grievances.queries.hands import who_may_have, who_may_read
from portal.grievances.views import bp
from portal.grievances.views.case import show
from portal.grievances.views.frame import case_page, may_change, me
from portal.users.models import User
from portal.web.access import current_person, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import see_other


@bp.route("/<uuid:uuid>/assignee", methods=["GET", "POST"])
@requires("update", "Grievance")
def assign_case(uuid: UUID) -> Response:
    """Give the case to somebody who may look after it, or to nobody."""
    case, form = may_change(uuid), AssignForm()
    if not form.is_submitted():
        form.assignee.data = form.seen.data = str(case.assignee_id or "")
    form.offer((user.id, _name(user)) for user in who_may_have(db.session(), case))
    if not form.is_submitted():
        return case_page("grievances/assign_case.html", uuid, form=form)
    if not form.validate():
        return case_page("grievances/assign_case.html", uuid, form=form, status=422)
    try:
        looking_after.assign(
            db.session(), uuid, _number(form.assignee.data), me(), seen=_number(form.seen.data)
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        if isinstance(refusal, Conflict):  # who sends it once more has seen who it is by now
            form.seen.data = str(may_change(uuid).assignee_id or "")
        return case_page("grievances/assign_case.html", uuid, form=form, status=refusal.status)
    db.session.commit()
    flash(_("It is noted who looks after the case."), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


@bp.post("/<uuid:uuid>/take")
@requires("update", "Grievance")
def take_case(uuid: UUID) -> Response:
    """Look after the case oneself, where nobody does."""
    may_change(uuid)
    return _do(
        uuid,
        lambda: looking_after.assign(db.session(), uuid, current_person().id, me(), seen=None),
        _("You look after this case from now on."),
    )


@bp.post("/<uuid:uuid>/sensitivity")
@requires("update", "Grievance")
def make_case_sensitive(uuid: UUID) -> Response:
    """Let only those know of the case who may read sensitive ones. Whoever may not is led back to the list."""
    may_change(uuid)
    try:
        looking_after.make_sensitive(db.session(), uuid, me())
    except Refusal as refusal:
        return _refused(uuid, refusal)
    db.session.commit()
    flash(_("The case is sensitive now: only few may see it."), "success")
    try:
        load(the_case(uuid), "read", Grievance)
    except NotFound:
        return see_other(url_for("grievances.list_grievances"))
    return see_other(url_for("grievances.show_case", uuid=uuid))


@bp.post("/<uuid:uuid>/openness")
@requires("update", "Grievance")
def make_case_open(uuid: UUID) -> Response:
    """Let everybody see the case again who may see cases. Who may not know of it does not get this far."""
    may_change(uuid)
    return _do(
        uuid,
        lambda: looking_after.make_open(db.session(), uuid, me()),
        _("Everybody may see this case who may see cases."),
    )


@bp.route("/<uuid:uuid>/watchers", methods=["GET", "POST"])
@requires("update", "Grievance")
def add_watcher(uuid: UUID) -> Response:
    """Have somebody told what happens in the case."""
    case, form = may_change(uuid), WatchForm()
    form.offer((user.id, _name(user)) for user in who_may_read(db.session(), case))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return case_page("grievances/add_watcher.html", uuid, form=form, status=status)
    try:
        looking_after.watch(db.session(), uuid, int(form.watcher.data))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return case_page("grievances/add_watcher.html", uuid, form=form, status=refusal.status)
    db.session.commit()
    flash(_("They are told what happens in the case."), "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


@bp.post("/<uuid:uuid>/watch")
@requires("update", "Grievance")
def watch_case(uuid: UUID) -> Response:
    """Be told oneself what happens in the case."""
    may_change(uuid)
    return _do(
        uuid,
        lambda: looking_after.watch(db.session(), uuid, current_person().id),
        _("You are told what happens in this case."),
    )


@bp.post("/<uuid:uuid>/unwatch")
@requires("update", "Grievance")
def unwatch_case(uuid: UUID) -> Response:
    """Be told no longer."""
    may_change(uuid)
    return _do(
        uuid,
        lambda: looking_after.unwatch(db.session(), uuid, current_person().id),
        _("You are not told any longer what happens in this case."),
    )


def _do(uuid: UUID, deed: Callable[[], bool], done: str) -> Response:
    """Do it and go back to the case; or show it as it is by now, with what stood in the way."""
    try:
        deed()
    except Refusal as refusal:
        return _refused(uuid, refusal)
    db.session.commit()
    flash(done, "success")
    return see_other(url_for("grievances.show_case", uuid=uuid))


def _refused(uuid: UUID, refusal: Refusal) -> Response:
    db.session.rollback()
    form = PortalForm()
    form.refuse(refusal)
    return show(uuid, status=refusal.status, refused=form)


def _number(typed: str | None) -> int | None:
    """A user's id; None for nobody. A form that does not say whom it saw saw nobody."""
    return int(typed) if typed and typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _name(user: User) -> str:
    return user.name or user.email or "—"
