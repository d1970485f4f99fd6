"""Targets, calendars and the ladder: changed, and every open case follows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.grievances.forms.settings import CalendarForm, LadderForm, TargetsForm
from portal.grievances.hours import hours_words
from portal.grievances.models import PRIORITIES, GrievanceStep
from portal.grievances.operations import timing as operations
from portal.grievances.queries import settings as queries
from portal.grievances.queries.ladder import ladder
from portal.grievances.views import bp
from portal.grievances.wording import priority_words, term
from portal.projects.offered import time_zones, zone_words
from portal.web.access import requires
from portal.web.htmx import page, see_other


@bp.route("/settings/targets", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_targets() -> Response:
    """How long cases may take, of all categories that have no targets of their own."""
    return _edit_targets(None, url_for("grievances.edit_targets"))


@bp.route("/settings/categories/<uuid:category_uuid>/targets", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_category_targets(category_uuid: UUID) -> Response:
    """How long cases of one category may take; an empty line means what holds for all others."""
    return _edit_targets(
        category_uuid, url_for("grievances.edit_category_targets", category_uuid=category_uuid)
    )


def _edit_targets(category: UUID | None, action: str) -> Response:
    session = db.session()
    name = None
    if category is not None:
        found = session.scalars(queries.category_with(category)).one_or_none()
        if found is None:
            raise NotFound
        name = term(found.name)
    now = queries.targets(session)
    own = now.get(category, {})
    form = TargetsForm.of(own, queries.state_of_targets(own))
    if category is None:
        form.need_all()
    stale, status = False, 422 if form.is_submitted() else 200
    if form.validate_on_submit() and not form.half_filled():
        try:
            operations.set_targets(session, category, form.targets(), form.version.data or "")
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal)
            status = refusal.status
            if isinstance(refusal, Conflict):
                now = queries.targets(session)
                own, stale = now.get(category, {}), True
                form.version.data = queries.state_of_targets(own)
        else:
            session.commit()
            flash(_("The targets are saved. Open cases follow them from now on."), "success")
            return see_other(url_for("grievances.show_settings"))
    return page(
        "grievances/edit_targets.html",
        form=form,
        action=action,
        name=name,
        usual=now.get(None, {}),
        own=own,
        stale=stale,
        priorities=tuple(reversed(PRIORITIES)),
        priority_words=priority_words,
        status=status,
    )


@bp.route("/settings/calendars/new", methods=["GET", "POST"])
@requires("update", "Setting")
def add_calendar() -> Response:
    """Give a project a calendar of its own; it begins as everybody's."""
    session = db.session()
    usual = queries.calendars(session)[0].calendar
    form = CalendarForm(data=CalendarForm.filled(usual, queries.holidays_of(session, usual.uuid)))
    form.offer(time_zones(), queries.projects_without_calendar(session))
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            project = form.chosen_project()
            if project is None:
                raise Refusal("Choose a project.", field="project")
            operations.add_calendar(session, project, form.hours())
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal)
            status = refusal.status
        else:
            return _calendar_saved()
    return page("grievances/add_calendar.html", form=form, status=status)


@bp.route("/settings/calendars/<uuid:calendar_uuid>", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_calendar(calendar_uuid: UUID) -> Response:
    """When people work, and on which days nobody does."""
    session = db.session()
    row = queries.the_calendar(session, calendar_uuid)
    holidays = queries.holidays_of(session, calendar_uuid)
    form = CalendarForm(data=CalendarForm.filled(row.calendar, holidays))
    form.offer(time_zones())
    if not form.is_submitted():
        form.version.data = queries.state_of_calendar(row.calendar, holidays)
    context: dict[str, Any] = {"stale": False, "status": 422 if form.is_submitted() else 200}
    if form.validate_on_submit():
        try:
            operations.change_calendar(session, calendar_uuid, form.hours(), form.version.data or "")
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal)
            context["status"] = refusal.status
            if isinstance(refusal, Conflict):
                row, holidays = (
                    queries.the_calendar(session, calendar_uuid),
                    queries.holidays_of(session, calendar_uuid),
                )
                form.version.data = queries.state_of_calendar(row.calendar, holidays)
                context["stale"] = True
        else:
            return _calendar_saved()
    return page(
        "grievances/edit_calendar.html",
        form=form,
        row=row,
        holidays=holidays,
        zone_words=zone_words,
        hours_words=hours_words,
        **context,
    )


@bp.post("/settings/calendars/<uuid:calendar_uuid>/delete")
@requires("update", "Setting")
def delete_calendar(calendar_uuid: UUID) -> Response:
    """Let a project have everybody's calendar again."""
    operations.remove_calendar(db.session(), calendar_uuid)
    db.session.commit()
    flash(_("The project has everybody’s calendar again. Its open cases follow it."), "success")
    return see_other(url_for("grievances.show_settings"))


@bp.route("/settings/ladder", methods=["GET", "POST"])
@requires("update", "Setting")
def edit_ladder() -> Response:
    """Who is told when a clock has run out, step by step."""
    session = db.session()
    steps = ladder(session)
    form = LadderForm.of(steps, queries.state_of_ladder(steps))
    saved: Sequence[GrievanceStep] = ()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit() and not form.unsaid():
        try:
            operations.change_ladder(session, form.steps(), form.version.data or "")
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal)
            status = refusal.status
            if isinstance(refusal, Conflict):
                saved = ladder(session)
                form.version.data = queries.state_of_ladder(saved)
        else:
            session.commit()
            flash(_("The steps are saved."), "success")
            return see_other(url_for("grievances.show_settings"))
    return page("grievances/edit_ladder.html", form=form, saved=saved, status=status)


def _calendar_saved() -> Response:
    db.session.commit()
    flash(_("The calendar is saved. Open cases follow it from now on."), "success")
    return see_other(url_for("grievances.show_settings"))
