"""What the columns of a statement are, what follows from its rows, and doing it."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.core.keyset import read_position
from portal.imports.parsing import Inspection
from portal.jobs.operations import start
from portal.jobs.queries import job_with
from portal.offramp.forms.statements import MEANINGS, TARGETS, VERDICTS, ColumnsForm
from portal.offramp.operations.statements import STATEMENTS, choose, tell_words
from portal.offramp.queries.statements import (
    IN_ORDER,
    OLDEST_REQUEST,
    page_of_missing,
    page_of_statement_rows,
    provider_name,
    words_of,
)
from portal.offramp.statements import OfframpStatement
from portal.offramp.stating import MISSING, Target, Verdict, guess
from portal.offramp.tasks.statements import APPLY, COMPARE
from portal.offramp.views import bp
from portal.offramp.views.statements import the_statement, where_it_stands
from portal.reconciliation.meanings import Meaning
from portal.web.access import current_person, requires
from portal.web.errors import error_page
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other, wants_fragment

CHANGEABLE, AT_WORK = {"UPLOADED", "REVIEW"}, {"CHECKING", "APPLYING"}


@bp.get("/statements/<uuid:statement_uuid>/columns")
@requires("update", "OfframpRequest")
def show_statement_columns(statement_uuid: UUID) -> Response:
    """Each column with its first values and what it is."""
    found = the_statement(statement_uuid)
    if found.state not in CHANGEABLE:
        return where_it_stands(found)
    today = dt.datetime.now(dt.UTC).date()
    form = ColumnsForm(
        formdata=None,
        everything=(found.columns or {}).get("everything"),
        since=found.since or today.replace(day=1),
        until=found.until or today,
    )
    return _show_columns(found, _targets(found), form)


@bp.post("/statements/<uuid:statement_uuid>/columns")
@requires("update", "OfframpRequest")
def choose_statement_columns(statement_uuid: UUID) -> Response:
    """Fix the columns and the days, and let the file be compared."""
    found = the_statement(statement_uuid)
    form, targets = ColumnsForm(), _chosen(_targets(found))
    if not form.validate_on_submit() or not form.check(targets):
        return _show_columns(found, targets, form, status=422)
    everything = Meaning(form.everything.data) if form.everything.data else None
    try:
        choose(
            db.session(), statement_uuid, targets, everything, form.days, job=_by_job(COMPARE, statement_uuid)
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _show_columns(the_statement(statement_uuid), targets, form, status=refusal.status)
    db.session.commit()
    return see_other(url_for("offramp.show_statement_work", statement_uuid=statement_uuid))


@bp.post("/statements/<uuid:statement_uuid>/words")
@requires("update", "OfframpRequest")
def tell_statement_words(statement_uuid: UUID) -> Response:
    """Say what the provider's words mean that nobody could read, and have the file compared again."""
    the_statement(statement_uuid)
    if not PortalForm().validate_on_submit():
        return error_page(400)
    told = {}
    for place, word in enumerate(words_of(db.session(), statement_uuid)):
        meaning = request.form.get(f"word-{place}", "")
        if meaning in Meaning.__members__ and request.form.get(f"said-{place}") == word.said:
            told[word.said] = Meaning(meaning)
    if not told:
        return see_other(url_for("offramp.review_statement", statement_uuid=statement_uuid))
    tell_words(db.session(), statement_uuid, told, job=_by_job(COMPARE, statement_uuid))
    db.session.commit()
    return see_other(url_for("offramp.show_statement_work", statement_uuid=statement_uuid))


@bp.get("/statements/<uuid:statement_uuid>/work")
@requires("update", "OfframpRequest")
def show_statement_work(statement_uuid: UUID) -> Response:
    """How far the job at work on the statement is; leads on when it has ended."""
    found = the_statement(statement_uuid)
    job = db.session.scalar(job_with(found.job_id)) if found.job_id else None
    if job and job.state not in {"QUEUED", "RUNNING"}:
        db.session.refresh(found)
    if found.state not in AT_WORK or wants_fragment():
        return where_it_stands(found)
    provider = provider_name(db.session(), found.provider_id)
    return page("offramp/show_statement_work.html", file=found, provider=provider, job=job)


@bp.get("/statements/<uuid:statement_uuid>/rows")
@requires("update", "OfframpRequest")
def review_statement(statement_uuid: UUID) -> Response:
    """The rows by what follows from them, and what the statement leaves out."""
    found, session = the_statement(statement_uuid), db.session()
    if found.state not in {"REVIEW", "DONE"}:
        return where_it_stands(found)
    asked, at = request.args.get("verdict", ""), request.args.get("at")
    verdict = Verdict(asked) if asked in set(Verdict) else None
    if asked == MISSING:
        rows = page_of_missing(session, found, read_position(at, OLDEST_REQUEST))
    else:
        rows = page_of_statement_rows(session, statement_uuid, verdict, read_position(at, IN_ORDER))
    return page(
        "offramp/review_statement.html",
        "rows",
        file=found,
        provider=provider_name(session, found.provider_id),
        rows=rows,
        missing=asked == MISSING,
        total=sum((found.counts or {}).get(name, 0) for name in Verdict),
        verdict=verdict,
        verdicts=VERDICTS,
        words=words_of(session, statement_uuid) if found.state == "REVIEW" else [],
        meanings=MEANINGS,
    )


@bp.post("/statements/<uuid:statement_uuid>/apply")
@requires("update", "OfframpRequest")
def apply_statement(statement_uuid: UUID) -> Response:
    """Do what follows from the rows. Asked twice, it is begun once."""
    the_statement(statement_uuid)
    job = _by_job(APPLY, statement_uuid, by=current_person().id)
    STATEMENTS.move(db.session(), statement_uuid, "APPLYING", job_id=job)
    db.session.commit()
    return see_other(url_for("offramp.show_statement_work", statement_uuid=statement_uuid))


@bp.post("/statements/<uuid:statement_uuid>/reopen")
@requires("update", "OfframpRequest")
def reopen_statement(statement_uuid: UUID) -> Response:
    """After a cancelled or failed job: back to where one can go on."""
    found = the_statement(statement_uuid)
    STATEMENTS.go_back(db.session(), statement_uuid)
    db.session.commit()
    db.session.refresh(found)
    flash(_("What was done stays done; the rest can be done again."), "info")
    return where_it_stands(found)


def _by_job(kind: str, statement: UUID, **told: Any) -> UUID:
    link = url_for("offramp.show_statement", statement_uuid=statement)
    job = start(kind, {"statement": str(statement), **told}, created_by=current_person().id, link=link)
    return job.uuid


def _targets(found: OfframpStatement) -> list[Target]:
    """As chosen before, else guessed."""
    if found.columns:
        return [Target(name) for name in found.columns["targets"]]
    return guess(Inspection.from_json(found.inspection).headers)


def _chosen(targets: list[Target]) -> list[Target]:
    """With what was chosen in the form; what it does not know stays."""
    given = [request.form.get(f"column-{place}", "") for place in range(len(targets))]
    return [
        Target(name) if name in set(Target) else target for name, target in zip(given, targets, strict=True)
    ]


def _show_columns(
    found: OfframpStatement, targets: list[Target], form: ColumnsForm, *, status: int = 200
) -> Response:
    inspection = Inspection.from_json(found.inspection)
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
        "offramp/show_statement_columns.html",
        status=status,
        file=found,
        provider=provider_name(db.session(), found.provider_id),
        inspection=inspection,
        columns=columns,
        form=form,
        targets=TARGETS,
    )
