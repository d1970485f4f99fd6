"""What the columns of a file are: guessed or remembered, shown with examples, changed by the reader."""

from pathlib import Path
from uuid import UUID

from flask import Response, current_app, request, url_for
from flask_login import current_user

from portal.core.db import db
from portal.core.errors import Refusal, sentence
from portal.imports.forms import DATE_ORDERS, TARGET_LABELS, MappingForm
from portal.imports.mapping import EXTRAS, TARGETS, Mapping
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import choose_sheet, move
from portal.imports.operations.columns import USUAL_REGION, fix_mapping, propose_mapping
from portal.imports.operations.reach import check_project
from portal.imports.parsing import Inspection, inspect
from portal.imports.queries.batches import batch
from portal.imports.tasks import CHECK
from portal.imports.views import bp
from portal.imports.views.steps import page_of_batch, steps
from portal.jobs.operations import start
from portal.projects.queries.choosing import open_projects
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among

CHANGEABLE = {"UPLOADED", "REVIEW", "FAILED"}
GONE = sentence(
    "The file of this import is not kept any more, since somebody who stood in it was erased. Upload it again."
)


@bp.get("/<uuid:uuid>/columns")
@requires("update", "ImportBatch")
def show_columns(uuid: UUID) -> Response:
    """Each column with its first values and what it will become."""
    found = batch(db.session(), uuid, current_ability(), "update")
    if found.state not in CHANGEABLE:
        return see_other(page_of_batch(found))
    mapping, region = _mapping_of(found)
    form = MappingForm(
        region=region,
        project=str(found.project_id or ""),
        group_name=found.group_name,
    )
    return _show(found, mapping, form)


@bp.post("/<uuid:uuid>/columns")
@requires("update", "ImportBatch")
def choose_columns(uuid: UUID) -> Response:
    """Fix the columns and let the file be checked."""
    found = batch(db.session(), uuid, current_ability(), "update")
    mapping, _region = _mapping_of(found)
    mapping = _changed(mapping)
    form = MappingForm()
    _offer(form)
    if not form.validate_on_submit():
        return _show(found, mapping, form, status=422)
    if found.file_path is None:
        form.refuse(Refusal(GONE))
        return _show(found, mapping, form, status=422)
    project = UUID(form.project.data) if form.project.data else None
    try:
        check_project(db.session(), project, current_ability())
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(found, mapping, form, status=422)
    fix_mapping(
        db.session(),
        uuid,
        mapping,
        form.region.data,
        group_name=form.group_name.data,
        project=project,
        chosen_by=current_user.id,
    )
    link = url_for("imports.show_batch", uuid=uuid)
    job = start(CHECK, {"batch": str(uuid)}, created_by=current_user.id, link=link)
    move(db.session(), uuid, "CHECKING", job_id=job.uuid)
    db.session.commit()
    return see_other(url_for("imports.show_check", uuid=uuid))


@bp.post("/<uuid:uuid>/sheet")
@requires("update", "ImportBatch")
def take_sheet(uuid: UUID) -> Response:
    """Look at another sheet of the workbook."""
    found = batch(db.session(), uuid, current_ability(), "update")
    if found.file_path is None:
        raise Refusal(GONE)
    inspection = inspect(Path(found.file_path), found.file_name, sheet=request.form.get("sheet"))
    choose_sheet(db.session(), uuid, inspection.to_json())
    db.session.commit()
    return see_other(url_for("imports.show_columns", uuid=uuid))


def _mapping_of(found: ImportBatch) -> tuple[Mapping, str]:
    """The batch's mapping and phone region: as chosen before, else guessed and completed from memory."""
    usual: str = current_app.config.get("PORTAL_REGION", USUAL_REGION)
    return propose_mapping(db.session(), found, usual)


def _changed(mapping: Mapping) -> Mapping:
    """The mapping with the targets and date orders of the submitted form; what it does not know stays."""
    targets, orders = {}, {}
    for column in mapping.columns:
        target = request.form.get(f"column-{column.position}", column.target)
        targets[column.position] = target if target in TARGETS else EXTRAS
        order = request.form.get(f"order-{column.position}")
        if order in DATE_ORDERS:
            orders[column.position] = order
    return mapping.with_targets(targets, orders)


def _offer(form: MappingForm) -> None:
    names = url_for("projects.suggest_names", field="project")
    form.offer(among(open_projects(current_ability())), names)


def _show(found: ImportBatch, mapping: Mapping, form: MappingForm, *, status: int = 200) -> Response:
    _offer(form)
    inspection = Inspection.from_json(found.inspection)
    taken: dict[str, int] = {}
    for column in mapping.columns:
        taken[column.target] = taken.get(column.target, 0) + 1
    return page(
        "imports/show_columns.html",
        status=status,
        batch=found,
        inspection=inspection,
        mapping=mapping,
        form=form,
        targets=TARGET_LABELS,
        orders=DATE_ORDERS,
        twice={
            target
            for target, times in taken.items()
            if times > 1 and target not in {"groups", "extras", "ignore"}
        },
        named=bool({"name", "first_name", "last_name", "uuid"} & set(taken)),
        steps=steps(found, 2),
    )
