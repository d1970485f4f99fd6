"""What runs in the background, watched: the check, the taking, the undoing; and what came of it."""

from uuid import UUID

from flask import Response, url_for
from flask_login import current_user

from portal.core.db import db
from portal.imports.models import ImportBatch
from portal.imports.operations.batches import REOPENED, move, reopen
from portal.imports.operations.reach import keep_places, keep_within_reach
from portal.imports.queries.batches import batch
from portal.imports.tasks import TAKE, UNDO
from portal.imports.views import bp
from portal.imports.views.steps import page_of_batch, steps
from portal.jobs.models import Job
from portal.jobs.operations import start
from portal.jobs.queries import job_with
from portal.web.access import current_ability, requires
from portal.web.htmx import page, see_other


@bp.get("/<uuid:uuid>/check")
@requires("read", "ImportBatch")
def show_check(uuid: UUID) -> Response:
    """How far the check is; leads on to the review when it is done."""
    found = batch(db.session(), uuid, current_ability())
    job = _job_of(found)
    if found.state != "CHECKING":
        return see_other(page_of_batch(found))
    return page("imports/show_check.html", batch=found, job=job, steps=steps(found, 3))


@bp.post("/<uuid:uuid>/take")
@requires("update", "ImportBatch")
def take_batch(uuid: UUID) -> Response:
    """Begin to take the chosen rows in. Asked twice, it is begun once."""
    return _begin(uuid, "TAKING", TAKE)


@bp.post("/<uuid:uuid>/undo")
@requires("update", "ImportBatch")
def undo_batch(uuid: UUID) -> Response:
    """Begin to take the batch back."""
    return _begin(uuid, "UNDOING", UNDO)


@bp.post("/<uuid:uuid>/reopen")
@requires("update", "ImportBatch")
def reopen_batch(uuid: UUID) -> Response:
    """After a cancelled or failed job: back to where one can go on."""
    found = batch(db.session(), uuid, current_ability(), "update")
    reopen(db.session(), uuid)
    db.session.commit()
    db.session.refresh(found)
    return see_other(page_of_batch(found))


@bp.get("/<uuid:uuid>/result")
@requires("read", "ImportBatch")
def show_result(uuid: UUID) -> Response:
    """How far the taking or undoing is, and then what came of it."""
    found = batch(db.session(), uuid, current_ability())
    job = _job_of(found)
    if found.state not in {"TAKING", "TAKEN", "UNDOING", "UNDONE"}:
        return see_other(page_of_batch(found))
    return page("imports/show_result.html", batch=found, job=job, steps=steps(found, 5))


def _begin(uuid: UUID, state: str, kind: str) -> Response:
    found = batch(db.session(), uuid, current_ability(), "update")
    if kind == TAKE:
        keep_within_reach(db.session(), found, current_ability())
        keep_places(db.session(), found, current_ability())
    link = url_for("imports.show_batch", uuid=uuid)
    job = start(kind, {"batch": str(uuid)}, created_by=current_user.id, link=link)
    move(db.session(), uuid, state, job_id=job.uuid)
    db.session.commit()
    return see_other(url_for("imports.show_result", uuid=uuid))


def _job_of(found: ImportBatch) -> Job | None:
    """The batch's job. One that ended since the batch was read has moved the batch on: it is read anew.

    Else the page would show an ended job over a batch at work, and wait for an end that was before it.
    """
    job = db.session.scalar(job_with(found.job_id)) if found.job_id else None
    if job and job.state not in {"QUEUED", "RUNNING"} and found.state in REOPENED:
        db.session.refresh(found)
    return job
