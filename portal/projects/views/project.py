"""One project: what it is and how it stands; its history."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from portal.audit.queries.entries import NEWEST, history_of
from portal.audit.queries.records import records_of
from portal.audit.shown import in_words
from portal.core.db import db
from portal.core.enums import ProjectStatus
from portal.core.keyset import read_position
from portal.projects.offered import zone_words
from portal.projects.queries.parts import figures_of, seen_parts
from portal.projects.queries.project import name_of_user
from portal.projects.views import bp
from portal.projects.views.frame import framed
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/<uuid:uuid>")
@requires("read", "Project")
def show_project(uuid: UUID) -> Response:
    """How a project stands: its state and what that means, what takes part in it, what is spent."""
    project, frame = framed(uuid)
    ability = current_ability()
    return page(
        "projects/show_project.html",
        **frame,
        figures=figures_of(db.session(), [uuid], ability)[uuid],
        parts=seen_parts(ability),
        meaning=_meaning(project.status),
        moved_by=name_of_user(db.session(), project.status_by),
        zone=zone_words(project.time_zone) if project.time_zone else None,
    )


@bp.get("/<uuid:uuid>/history")
@requires("read", "AuditEntry")
def show_history(uuid: UUID) -> Response:
    """Who changed a project and its budgets."""
    _project, frame = framed(uuid)
    ability = current_ability()
    records = records_of(db.session(), "tbl_projects", str(uuid), ability)
    found = history_of(db.session(), records, ability, read_position(request.args.get("at"), NEWEST))
    return page(
        "projects/show_history.html", **frame, found=found, entries=in_words(db.session(), found.rows)
    )


def _meaning(status: ProjectStatus) -> str:
    """What a state means for who works in the project."""
    said: dict[ProjectStatus, str] = {
        ProjectStatus.NOT_READY: _("People and groups can join. Nobody is paid before it is opened."),
        ProjectStatus.ACTIVE: _("People can join, and they can be paid."),
        ProjectStatus.CLOSED: _("Nothing in it can be changed any more, until it is opened again."),
    }
    return said[status]
