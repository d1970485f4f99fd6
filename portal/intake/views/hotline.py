"""A hotline's spreadsheet, from the upload to the cases that came of it."""

from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, current_app, flash, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import NotFound, Refusal
from portal.core.keyset import read_position
from portal.core.values.text import fold
from portal.grievances.wording import term
from portal.imports.operations.batches import store_file
from portal.imports.parsing import Inspection, RowStream, inspect, rows_in
from portal.imports.values import Plan
from portal.intake.forms.hotline import TARGETS, VERDICTS, HotlineColumnsForm, HotlineFileForm
from portal.intake.hotline import MOST_ROWS, Reading, Said, Target, Verdict, guess
from portal.intake.models import HotlineFile
from portal.intake.operations.filing import calls_in, give_up, go_back, keep_rows, move, take_file
from portal.intake.queries.callers import people_by_phone
from portal.intake.queries.files import (
    IN_ORDER,
    file_with,
    may_see,
    page_of_rows,
    projects_to_take_for,
    recent_files,
    same_file,
)
from portal.intake.queries.places import categories_to_choose
from portal.intake.tasks import TAKE
from portal.intake.views import bp
from portal.jobs.operations import start
from portal.jobs.queries import job_with
from portal.projects.models import Project
from portal.projects.queries.project import project_with
from portal.users.phones import USUAL_REGION
from portal.web.access import current_ability, current_person, requires
from portal.web.htmx import page, see_other, wants_fragment
from portal.web.language import LANGUAGES
from portal.web.lists import query_of


@bp.get("/hotline")
@requires("import", "Grievance")
def list_files() -> Response:
    """The files that were brought, and a form to bring another."""
    return _ask(_form())


@bp.post("/hotline")
@requires("import", "Grievance")
def take_hotline_file() -> Response:
    """Keep the file and look what it holds, or say why it cannot be read. The very same file leads to what was made
    of it."""
    form = _form()
    if not form.validate_on_submit():
        return _ask(form, status=422)
    project, upload = UUID(form.project.data), form.file.data
    folder = calls_in(current_app.config["PORTAL_INSTANCE"])
    stored = store_file(upload.stream, folder, Path(upload.filename).suffix.lower())
    before = same_file(db.session(), project, stored.digest)
    if before and _visible(before):
        stored.path.unlink(missing_ok=True)
        flash(_("This very file was brought before. This is what was made of it."), "info")
        return see_other(url_for("intake.show_file", uuid=before))
    try:
        inspection = inspect(stored.path, upload.filename)
        if inspection.rows > MOST_ROWS:
            raise Refusal("This file has more than %(most)s rows. Split it.", field="file", most=MOST_ROWS)
    except Refusal as refusal:
        stored.path.unlink(missing_ok=True)
        form.refuse(refusal)
        return _ask(form, status=422)
    name = "".join(letter for letter in Path(upload.filename).name if letter.isprintable())[:200]
    made = take_file(db.session(), project, stored, name, inspection.to_json(), by=current_person().id)
    db.session.commit()
    return see_other(url_for("intake.show_columns", uuid=made))


@bp.get("/hotline/<uuid:uuid>")
@requires("import", "Grievance")
def show_file(uuid: UUID) -> Response:
    """Where the work on a file stands: its rows, how far the job is, or what came of it."""
    file = _file(uuid)
    if file.state == "UPLOADED":
        return see_other(url_for("intake.show_columns", uuid=uuid))
    job = db.session.scalar(job_with(file.job_id)) if file.state == "TAKING" and file.job_id else None
    if job and job.state not in {"QUEUED", "RUNNING"}:
        db.session.refresh(file)
    if file.state != "REVIEW" and wants_fragment():  # the job has ended: on to what came of it
        return see_other(url_for("intake.show_file", uuid=uuid))
    asked = request.args.get("verdict", "")
    verdict = Verdict(asked) if asked in set(Verdict) else None
    position = read_position(request.args.get("at"), IN_ORDER)
    query: dict[str, Any] = dict(query_of(request.args))
    rows = page_of_rows(db.session(), uuid, verdict, position) if file.state == "REVIEW" else None
    phones = [row.contact for row in rows.rows if row.verdict == Verdict.NEW] if rows else ()
    return page(
        "intake/show_file.html",
        "rows" if file.state == "REVIEW" else None,
        file=file,
        job=job,
        rows=rows,
        zone=_zone(file.project_id) if rows else None,
        people=people_by_phone(db.session(), current_ability(), phones),
        query=query,
        verdict=verdict,
        verdicts=VERDICTS,
        total=sum((file.counts or {}).get(name, 0) for name in Verdict),
    )


@bp.get("/hotline/<uuid:uuid>/columns")
@requires("import", "Grievance")
def show_columns(uuid: UUID) -> Response:
    """Each column with its first values and what it is."""
    file = _file(uuid)
    if file.state not in {"UPLOADED", "REVIEW"}:
        return see_other(url_for("intake.show_file", uuid=uuid))
    return _columns(file, _targets(file), HotlineColumnsForm(formdata=None))


@bp.post("/hotline/<uuid:uuid>/columns")
@requires("import", "Grievance")
def choose_columns(uuid: UUID) -> Response:
    """Fix what the columns are, and read the rows by it."""
    file, form = _file(uuid), HotlineColumnsForm()
    if file.state not in {"UPLOADED", "REVIEW"}:
        return see_other(url_for("intake.show_file", uuid=uuid))
    targets = [
        Target(chosen) if (chosen := request.form.get(f"column-{place}", "")) in set(Target) else target
        for place, target in enumerate(_targets(file))
    ]
    if not form.validate_on_submit() or not form.check(targets):
        return _columns(file, targets, form, status=422)
    try:
        keep_rows(db.session(), uuid, targets, _rows(file, targets))
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _columns(_file(uuid), targets, form, status=refusal.status)
    db.session.commit()
    return see_other(url_for("intake.show_file", uuid=uuid))


@bp.post("/hotline/<uuid:uuid>/take")
@requires("import", "Grievance")
def take_calls(uuid: UUID) -> Response:
    """Have the rows that are new taken as cases. Asked twice, it is begun once."""
    _file(uuid)
    told = {"file": str(uuid), "by": current_person().id}
    link = url_for("intake.show_file", uuid=uuid)
    job = start(TAKE, told, created_by=current_person().id, link=link)
    move(db.session(), uuid, "TAKING", job_id=job.uuid)
    db.session.commit()
    return see_other(link)


@bp.post("/hotline/<uuid:uuid>/reopen")
@requires("import", "Grievance")
def reopen_file(uuid: UUID) -> Response:
    """After a cancelled or failed job: back to the rows."""
    _file(uuid)
    go_back(db.session(), uuid)
    db.session.commit()
    flash(_("Nothing was changed."), "info")
    return see_other(url_for("intake.show_file", uuid=uuid))


@bp.post("/hotline/<uuid:uuid>/discard")
@requires("import", "Grievance")
def discard_file(uuid: UUID) -> Response:
    """Forget a file from which nothing was taken."""
    _file(uuid)
    path = give_up(db.session(), uuid)
    db.session.commit()
    if path:
        path.unlink(missing_ok=True)
    flash(_("The file is forgotten. No grievance was opened."), "success")
    return see_other(url_for("intake.list_files"))


def _file(uuid: UUID) -> HotlineFile:
    """The file, if it is the person's to see. Raises NotFound for any other."""
    found = _visible(uuid)
    if found is None:
        raise NotFound
    return found


def _visible(uuid: UUID) -> HotlineFile | None:
    found = db.session.scalars(file_with(uuid)).one_or_none()
    return found if found and may_see(found, current_ability(), current_person().id) else None


def _form() -> HotlineFileForm:
    form = HotlineFileForm()
    form.offer(projects_to_take_for(db.session(), current_ability()))
    return form


def _rows(file: HotlineFile, targets: list[Target]) -> list[Said]:
    """The rows of the file as they are understood; read in the fenced process that opens strangers' files."""
    region: str = current_app.config.get("PORTAL_REGION", USUAL_REGION)
    inspection, found = Inspection.from_json(file.inspection), []
    day = targets.index(Target.DAY) if Target.DAY in targets else -1
    day_order, _sure = inspection.date_orders.get(day, ("DMY", False))
    reading = Reading(targets, _categories(), region, file.project_id, _zone(file.project_id), day_order)
    plan = Plan.of([])
    with RowStream(Path(file.file_path or ""), inspection, plan, columns=("row_number", "raw")) as stream:
        for block in stream:
            found += [reading.said(number, cells) for number, cells in rows_in(block.data)]
            if len(found) > MOST_ROWS:
                raise Refusal("This file has more than %(most)s rows. Split it.", most=MOST_ROWS)
    return found


def _zone(project: UUID) -> ZoneInfo:
    """Where the project's days begin."""
    named = db.session.scalars(project_with(project).with_only_columns(Project.time_zone)).one_or_none()
    return ZoneInfo(named or current_app.config.get("PORTAL_TIMEZONE", "UTC"))


def _categories() -> dict[str, UUID]:
    """Our categories by their names in every language of ours, folded."""
    categories, found = categories_to_choose(db.session()), {}
    for language in LANGUAGES:
        with force_locale(language):
            found.update({fold(term(name)): uuid for uuid, name in categories})
    return found | {fold(name): uuid for uuid, name in categories}


def _targets(file: HotlineFile) -> list[Target]:
    """As chosen before, else guessed."""
    if file.columns:
        return [Target(name) for name in file.columns]
    return guess(Inspection.from_json(file.inspection).headers)


def _ask(form: HotlineFileForm, *, status: int = 200) -> Response:
    files = recent_files(db.session(), current_ability(), current_person().id)
    return page("intake/list_files.html", status=status, form=form, files=files)


def _columns(
    file: HotlineFile, targets: list[Target], form: HotlineColumnsForm, *, status: int = 200
) -> Response:
    inspection = Inspection.from_json(file.inspection)
    columns = [
        {
            "place": place,
            "header": header,
            "target": target,
            "examples": [row[place] for row in inspection.sample if place < len(row) and row[place]][:3],
        }
        for place, (header, target) in enumerate(zip(inspection.headers, targets, strict=True))
    ]
    return page(
        "intake/show_columns.html",
        status=status,
        file=file,
        inspection=inspection,
        columns=columns,
        form=form,
        targets=TARGETS,
    )
