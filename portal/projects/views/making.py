"""Making a project, and changing what is known of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Conflict, Refusal
from portal.projects.forms.project import EditForm, FactsForm, NewForm
from portal.projects.models import Project
from portal.projects.offered import currencies_to_choose, time_zones
from portal.projects.operations import facts as operations
from portal.projects.queries.listing import types_in_use
from portal.projects.queries.project import project_with
from portal.projects.views import bp
from portal.web.access import current_ability, current_person, load, requires
from portal.web.extras import has_row, row_of
from portal.web.htmx import page, see_other


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "Project")
def new_project() -> Response:
    """A new project, not ready yet. Sent twice, it is made once."""
    form = NewForm()
    _offer(form)
    if form.asks_for_a_row:
        form.extras.offer_row()
        return _ask_new(form, 200)
    if not form.validate_on_submit():
        return _ask_new(form, 422 if form.is_submitted() else 200)
    person = current_person()
    uuid = form.uuid_for(person.uuid)
    session = db.session()
    if session.scalar(project_with(uuid, also_deleted=True)) is not None:
        return see_other(url_for("projects.show_project", uuid=uuid))
    try:
        operations.make_project(session, form.facts(), current_ability(), by=person.id, uuid=uuid)
    except Refusal as refusal:
        session.rollback()
        if session.scalar(project_with(uuid)) is not None:  # the same form, sent at the same time, was first
            return see_other(url_for("projects.show_project", uuid=uuid))
        form.refuse(refusal)
        return _ask_new(form, refusal.status)
    session.commit()
    flash(_("The project is made. Open it when everything is ready."), "success")
    return see_other(url_for("projects.show_project", uuid=uuid))


@bp.route("/<uuid:uuid>/edit", methods=["GET", "POST"])
@requires("update", "Project")
def edit_project(uuid: UUID) -> Response:
    """Change a project. Who filled in the form from an older state sees both, and nothing typed is lost."""
    project = _project_to_edit(uuid)
    form = _filled(project)
    if form.asks_for_a_row:
        form.extras.offer_row()
        return _ask_edit(project, form, 200)
    if not form.validate_on_submit():
        return _ask_edit(project, form, 422 if form.is_submitted() else 200)
    facts = form.facts()
    facts.extras.update(_without_row(project.extras))
    try:
        changed = operations.edit_project(
            db.session(), project, facts, version=form.version_seen, by=current_person().id
        )
    except Refusal as refusal:
        db.session.rollback()
        project = load(project_with(uuid), "update", Project)
        form.refuse(refusal)
        if not isinstance(refusal, Conflict):
            return _ask_edit(project, form, refusal.status)
        form.version.data = str(project.version)  # who sends it once more has seen the other values
        return _ask_edit(project, form, refusal.status, _differing(project, form))
    db.session.commit()
    flash(
        _("The changes are saved.") if changed else _("Nothing was different, so nothing is changed."),
        "success",
    )
    return see_other(url_for("projects.show_project", uuid=uuid))


def _project_to_edit(uuid: UUID) -> Project:
    """The project; locked against others who change it while this request does."""
    statement = project_with(uuid)
    if request.method == "POST":
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    return load(statement, "update", Project)


def _filled(project: Project) -> EditForm:
    known = project.extras or {}
    form = EditForm(
        data={
            **{name: getattr(project, name) for name in _OWN},
            "extras": [row_of(key, value) for key, value in known.items() if has_row(key, value)],
            "version": str(project.version),
        }
    )
    _offer(form)
    form.extras.kept = frozenset(_without_row(known))
    if request.method == "GET":
        form.extras.offer_row()
    return form


_OWN = ("name", "type", "description", "currency", "time_zone", "contract_address")


def _without_row(extras: Mapping[str, Any] | None) -> dict[str, Any]:
    """What no row of the form can hold: it stays as it is."""
    return {key: value for key, value in (extras or {}).items() if not has_row(key, value)}


def _offer(form: FactsForm) -> None:
    form.offer(currencies_to_choose(db.session()), time_zones())


def _differing(project: Project, form: EditForm) -> dict[str, Any]:
    """What others saved where something else was typed."""
    typed = form.facts()
    now = {name: getattr(project, name) for name in _OWN if getattr(project, name) != getattr(typed, name)}
    rows = {key: value for key, value in (project.extras or {}).items() if has_row(key, value)}
    return {**now, "extras": rows} if rows != typed.extras else now


def _ask_new(form: NewForm, status: int) -> Response:
    if not form.is_submitted():
        form.extras.offer_row()
    return page(
        "projects/new_project.html",
        "extras",
        status=status,
        form=form,
        types=types_in_use(db.session(), current_ability()),
        here_url=url_for("projects.new_project"),
        untouched={},
    )


def _ask_edit(
    project: Project, form: EditForm, status: int, now: Mapping[str, Any] | None = None
) -> Response:
    return page(
        "projects/edit_project.html",
        "extras",
        status=status,
        project=project,
        form=form,
        types=types_in_use(db.session(), current_ability()),
        here_url=url_for("projects.edit_project", uuid=project.uuid),
        untouched=_without_row(project.extras),
        now=now or {},
    )
