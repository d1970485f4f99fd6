"""Statements of providers: taken, given up, and where the work on one goes on."""

from pathlib import Path
from uuid import UUID

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.core.keyset import read_position
from portal.imports.operations.batches import store_file
from portal.imports.parsing import inspect
from portal.offramp.forms.statements import StatementForm
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.statements import STATEMENTS, statements_in, take_statement
from portal.offramp.queries.provider import providers_to_state
from portal.offramp.queries.statements import (
    NEWEST_FILE,
    page_of_statements,
    same_statement,
    statement_with,
)
from portal.offramp.statements import OfframpStatement
from portal.offramp.views import bp
from portal.offramp.views.sections import sections
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among

PAGES = {
    "UPLOADED": "offramp.show_statement_columns",
    "CHECKING": "offramp.show_statement_work",
    "REVIEW": "offramp.review_statement",
    "APPLYING": "offramp.show_statement_work",
    "DONE": "offramp.review_statement",
}
"""State → the page on which the work goes on."""


def the_statement(uuid: UUID) -> OfframpStatement:
    """The statement, for who looks after all requests: it tells of every project. Raises NotFound for others."""
    check_reach()
    found = db.session.scalars(statement_with(uuid)).one_or_none()
    if found is None:
        raise NotFound
    return found


def check_reach() -> None:
    """Raises NotFound for who looks after the requests of some projects only."""
    if not current_ability().everywhere("update", OfframpRequest):
        raise NotFound


def where_it_stands(found: OfframpStatement) -> Response:
    """On to the page on which the work goes on."""
    return see_other(url_for(PAGES[found.state], statement_uuid=found.uuid))


@bp.get("/statements")
@requires("update", "OfframpRequest")
def list_statements() -> Response:
    """The statements that were taken, and a form to take another."""
    check_reach()
    return _ask(StatementForm(formdata=None))


@bp.post("/statements")
@requires("update", "OfframpRequest")
def take_statement_file() -> Response:
    """Keep the file and look what it holds, or say why it cannot be read."""
    check_reach()
    form = StatementForm()
    form.offer(among(providers_to_state()))
    if not form.validate_on_submit():
        return _ask(form, status=422)
    upload, provider = form.file.data, UUID(form.provider.data)
    folder = statements_in(current_app.config["PORTAL_INSTANCE"])
    stored = store_file(upload.stream, folder, Path(upload.filename).suffix.lower())
    try:
        inspection = inspect(stored.path, upload.filename)
    except Refusal as refusal:
        stored.path.unlink(missing_ok=True)
        form.refuse(refusal)
        return _ask(form, status=422)
    before = same_statement(db.session(), provider, stored.digest)
    name = "".join(letter for letter in Path(upload.filename).name if letter.isprintable())[:200]
    made = take_statement(db.session(), provider, stored, name, inspection.to_json(), by=current_person().id)
    db.session.commit()
    if before:
        flash(_("This very file was taken before. What followed from it does not follow again."), "warning")
    return see_other(url_for("offramp.show_statement_columns", statement_uuid=made))


@bp.get("/statements/<uuid:statement_uuid>")
@requires("update", "OfframpRequest")
def show_statement(statement_uuid: UUID) -> Response:
    """Leads to where the work on this statement goes on."""
    return where_it_stands(the_statement(statement_uuid))


@bp.post("/statements/<uuid:statement_uuid>/discard")
@requires("update", "OfframpRequest")
def discard_statement(statement_uuid: UUID) -> Response:
    """Forget a file by which nothing was changed."""
    the_statement(statement_uuid)
    path = STATEMENTS.give_up(db.session(), statement_uuid)
    db.session.commit()
    if path:
        path.unlink(missing_ok=True)
    flash(_("The statement is forgotten. No request was changed."), "success")
    return see_other(url_for("offramp.list_statements"))


def _ask(form: StatementForm, *, status: int = 200) -> Response:
    form.offer(among(providers_to_state()))
    found = page_of_statements(db.session(), read_position(request.args.get("at"), NEWEST_FILE))
    return page(
        "offramp/list_statements.html",
        status=status,
        form=form,
        found=found,
        sections=sections("statements"),
    )
