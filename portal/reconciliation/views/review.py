"""What follows from each row, marking what failed, and what came of it."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.keyset import read_position
from portal.jobs.operations import start
from portal.jobs.queries import job_with
from portal.reconciliation.forms import MEANINGS, VERDICTS
from portal.reconciliation.meanings import Verdict
from portal.reconciliation.operations.filing import RESULTS
from portal.reconciliation.queries import IN_ORDER, page_of_rows, words_of
from portal.reconciliation.tasks import MARK
from portal.reconciliation.views import bp
from portal.reconciliation.views.loading import file_and_list, where_it_stands
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other, wants_fragment
from portal.web.lists import query_of

AT_WORK = {"CHECKING", "MARKING"}


@bp.get("/<uuid:uuid>/work")
@requires("update", "Transaction")
def show_work(uuid: UUID) -> Response:
    """How far the job at work on the file is; leads on when it has ended."""
    found, payout_list = file_and_list(uuid)
    job = db.session.scalar(job_with(found.job_id)) if found.job_id else None
    if job and job.state not in {"QUEUED", "RUNNING"}:
        db.session.refresh(found)
    if found.state not in AT_WORK or wants_fragment():
        return where_it_stands(found)
    return page("reconciliation/show_work.html", found=payout_list, file=found, job=job)


@bp.get("/<uuid:uuid>/rows")
@requires("update", "Transaction")
def review_rows(uuid: UUID) -> Response:
    """The rows by what follows from them; after the marking, what came of it."""
    found, payout_list = file_and_list(uuid)
    if found.state not in {"REVIEW", "DONE"}:
        return where_it_stands(found)
    asked = request.args.get("verdict", "")
    verdict = Verdict(asked) if asked in set(Verdict) else None
    position = read_position(request.args.get("at"), IN_ORDER)
    rows = page_of_rows(db.session(), uuid, verdict, current_ability(), position)
    query: dict[str, Any] = dict(query_of(request.args))
    return page(
        "reconciliation/review_rows.html",
        "rows",
        found=payout_list,
        file=found,
        rows=rows,
        query=query,
        total=sum((found.counts or {}).get(name, 0) for name in Verdict),
        verdict=verdict,
        verdicts=VERDICTS,
        words=words_of(db.session(), uuid) if found.state == "REVIEW" else [],
        meanings=MEANINGS,
    )


@bp.post("/<uuid:uuid>/mark")
@requires("update", "Transaction")
def mark_rows(uuid: UUID) -> Response:
    """Mark as failed what the file says failed. Asked twice, it is begun once."""
    file_and_list(uuid)
    told = {"reconciliation": str(uuid), "by": current_person().id}
    link = url_for("reconciliation.show_file", uuid=uuid)
    job = start(MARK, told, created_by=current_person().id, link=link)
    RESULTS.move(db.session(), uuid, "MARKING", job_id=job.uuid)
    db.session.commit()
    return see_other(url_for("reconciliation.show_work", uuid=uuid))


@bp.post("/<uuid:uuid>/reopen")
@requires("update", "Transaction")
def reopen_file(uuid: UUID) -> Response:
    """After a cancelled or failed job: back to where one can go on."""
    found, _list = file_and_list(uuid)
    RESULTS.go_back(db.session(), uuid)
    db.session.commit()
    db.session.refresh(found)
    flash(_("Nothing was changed."), "info")
    return where_it_stands(found)
