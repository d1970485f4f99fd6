"""One action: what it would do, what it needs to know, and what came of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _

from portal.beneficiaries.queries.joining import groups_to_join
from portal.bulk.forms import GroupForm, ProjectForm, TellForm, ValueForm, form_for
from portal.bulk.kinds import NEEDS, Kind
from portal.bulk.models import BulkAction
from portal.bulk.operations.doing import check_order
from portal.bulk.operations.drafts import CHANGES_DAYS, tell
from portal.bulk.orders import order_of
from portal.bulk.queries.actions import can_be_undone
from portal.bulk.queries.targets import projects_that_follow
from portal.bulk.queries.verdicts import try_order
from portal.bulk.views import bp
from portal.bulk.views.telling import action_of, tell_of
from portal.bulk.wording import reason_words
from portal.core.db import db
from portal.core.errors import Refusal
from portal.jobs.models import Job
from portal.jobs.queries import job_with
from portal.projects.queries.choosing import open_projects
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other, wants_fragment
from portal.web.picking import among

AT_WORK = ("RUNNING", "UNDOING")


@bp.get("/<uuid:uuid>")
@requires("read", "BulkAction")
def show_action(uuid: UUID) -> Response:
    """A draft with what it would do; else how far it is, or what came of it."""
    found = action_of(uuid)
    if found.state == "DRAFT":
        return show_draft(found)
    if wants_fragment():  # the job has ended, and the page is another one now
        return see_other(url_for("bulk.show_action", uuid=uuid))
    job = _job_of(found) if found.state in AT_WORK else None
    return page(
        "bulk/show_action.html",
        action=found,
        told=tell_of(found),
        job=job,
        at_work=found.state in AT_WORK,
        undoable=can_be_undone(db.session(), found),
        days=CHANGES_DAYS,
        reason_words=reason_words,
    )


@bp.post("/<uuid:uuid>/inputs")
@requires("create", "BulkAction")
def choose_inputs(uuid: UUID) -> Response:
    """Say which group, project or value, or why; then the page tries it anew."""
    found = action_of(uuid, "update")
    form = _form(found)
    if found.state != "DRAFT" or form is None:
        return see_other(url_for("bulk.show_action", uuid=uuid))
    if not form.validate_on_submit():
        return show_draft(found, form, status=422)
    told = NEEDS[Kind(found.kind)].told or ""
    try:
        check_order(db.session(), replace(order_of(found), **{told: form.told}), current_ability())
        tell(db.session(), found, seen=form.seen.data or 0, value=form.told)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return show_draft(action_of(uuid), form, status=refusal.status)
    db.session.commit()
    return see_other(url_for("bulk.show_action", uuid=uuid))


def show_draft(found: BulkAction, form: TellForm | None = None, *, status: int = 200) -> Response:
    """The dry run: how many it would change, how many not and why. Counted to its end where the address asks."""
    order, ability = order_of(found), current_ability()
    told = tell_of(found)
    exactly = request.args.get("count") == "exactly"
    refused = _refused(found)
    tried = try_order(db.session(), order, ability, exactly=exactly) if order.complete else None
    follow = projects_that_follow(db.session(), order.group, ability) if order.group else ()
    return page(
        "bulk/show_draft.html",
        "tried",
        status=status,
        action=found,
        order=order,
        told=told,
        tried=tried,
        follow=follow if found.kind == Kind.JOIN_GROUP else (),
        form=form or _form(found),
        refused=refused,
        reason_words=reason_words,
    )


def _refused(found: BulkAction) -> str | None:
    """Why the action cannot be done as it stands: its group is gone, its project closed meanwhile."""
    order = order_of(found)
    if not order.complete:
        return None
    try:
        check_order(db.session(), order, current_ability())
    except Refusal as refusal:
        return str(_(refusal.message))
    return None


def _form(found: BulkAction) -> TellForm | None:
    kind = Kind(found.kind)
    make = form_for(kind)
    if make is None:
        return None
    told = NEEDS[kind].told or ""
    kept: Any = {"group": found.group_id, "project": found.project_id}.get(told, getattr(found, told, None))
    form = make(**{told: str(kept or "")}, seen=found.version)
    if isinstance(form, GroupForm):
        form.offer(
            among(groups_to_join(current_ability())),
            url_for("groups.suggest_names", field="group", may="update"),
        )
    elif isinstance(form, ProjectForm):
        form.offer(
            among(open_projects(current_ability())), url_for("projects.suggest_names", field="project")
        )
    elif isinstance(form, ValueForm):
        form.offer(kind)
    return form


def _job_of(found: BulkAction) -> Job | None:
    """The action's job. One that ended since the action was read has moved it on: it is read anew."""
    job = db.session.scalar(job_with(found.job_id)) if found.job_id else None
    if job and job.state not in {"QUEUED", "RUNNING"} and found.state in AT_WORK:
        db.session.refresh(found)
    return job
