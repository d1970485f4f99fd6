"""The pages on jobs: which there are, how one is doing, cancel, retry."""

from uuid import UUID

from flask import Blueprint, Response, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.keyset import read_position
from portal.jobs import operations
from portal.jobs.models import Job
from portal.jobs.queries import NEWEST, count_jobs, creator_of, job_with, page_of_jobs
from portal.jobs.shown import came_from, in_words
from portal.jobs.tasks import title_of
from portal.web.access import authorise, current_ability, current_person, load, requires
from portal.web.deeds import note_deed
from portal.web.htmx import page, see_other, wants_fragment
from portal.web.lists import pager

bp = Blueprint("jobs", __name__, url_prefix="/jobs")
bp.add_app_template_global(in_words, "job_in_words")


@bp.get("")
@requires("read", "Job")
def list_jobs() -> Response:
    """The jobs that the reader may see, newest first."""
    ability = current_ability()
    jobs = page_of_jobs(db.session(), ability, read_position(request.args.get("at"), NEWEST))
    pages = pager(jobs, count_jobs(db.session(), ability), {})
    return page("jobs/list_jobs.html", "jobs", jobs=jobs, pager=pages, title_of=title_of)


@bp.get("/<uuid:uuid>")
@requires("read", "Job")
def show_job(uuid: UUID) -> Response:
    """One job; its fragment is what every page that watches the job asks for, again and again."""
    job = load(job_with(uuid), "read", Job)
    shown = in_words(job)
    response = page(
        "jobs/show_job.html", "progress", job=job, shown=shown, creator=creator_of(db.session(), job)
    )
    if shown.ended and wants_fragment():
        response.headers["HX-Trigger-After-Settle"] = "job-ended"
    return response


@bp.post("/<uuid:uuid>/cancel")
@requires("read", "Job")
def cancel_job(uuid: UUID) -> Response:
    """Stop a job."""
    job = _own_or_to_manage(uuid)
    operations.cancel(db.session(), job.uuid)
    note_deed("CANCEL", table_name="tbl_jobs", record_id=str(job.uuid), details={"kind": job.kind})
    db.session.commit()
    flash(_("The job stops."), "info")
    return see_other(came_from() or url_for("jobs.show_job", uuid=uuid))


@bp.post("/<uuid:uuid>/retry")
@requires("read", "Job")
def retry_job(uuid: UUID) -> Response:
    """Begin a failed job anew."""
    job = _own_or_to_manage(uuid)
    operations.retry(db.session(), job.uuid)
    note_deed("RETRY", table_name="tbl_jobs", record_id=str(job.uuid), details={"kind": job.kind})
    db.session.commit()
    flash(_("The job begins anew."), "info")
    return see_other(came_from() or url_for("jobs.show_job", uuid=uuid))


def _own_or_to_manage(uuid: UUID) -> Job:
    """The job, if the reader started it or may change those of others."""
    job = load(job_with(uuid), "read", Job)
    if job.created_by != current_person().id:
        authorise("update", job)
    return job
