"""The filtered list of projects as a file."""

from functools import partial
from typing import Any

from flask import Response, url_for

from portal.audit import purposes
from portal.audit.exporting import Leaving, hand_over
from portal.audit.forms import FileForm
from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.queries import listing
from portal.projects.views import bp
from portal.projects.views.listing import Reading, read_list
from portal.web.access import current_ability, requires
from portal.web.htmx import page


@bp.get("/export")
@requires("export", "Project")
def export_projects() -> Response:
    """Which projects the file will hold, and the question what it is for."""
    return _ask(_form(), read_list(current_ability()), status=200)


@bp.post("/export")
@requires("export", "Project")
def download_projects() -> Response:
    """The file itself, sent while it is read."""
    form, ability = _form(), current_ability()
    reading = read_list(ability)
    if not form.validate_on_submit() or not reading.valid:
        return _ask(form, reading, status=422)
    chosen = reading.form.chosen()
    leaving = Leaving(
        "tbl_projects",
        "Project",
        listing.count_exactly(db.session(), chosen, ability),
        "projects",
        narrowed_by=[name for name in reading.query if name != "sort"],
    )
    write = partial(listing.export_projects, db.session(), chosen, ability, reading.sort)
    try:
        return hand_over(form, leaving, write)
    except Refusal as refusal:
        form.refuse(refusal)
        return _ask(form, reading, status=refusal.status)


def _form() -> FileForm:
    form = FileForm()
    purposes.offer(form, "export")
    return form


def _ask(form: FileForm, reading: Reading, *, status: int) -> Response:
    ability, valid = current_ability(), reading.valid
    query: dict[str, Any] = dict(reading.query)
    rows = listing.count_exactly(db.session(), reading.form.chosen(), ability) if valid else 0
    return page(
        "projects/export_projects.html",
        status=status if valid else 422,
        form=form,
        rows=rows,
        chips=list(reading.chips()),
        query=query,
        back=url_for("projects.list_projects", **query),
    )
