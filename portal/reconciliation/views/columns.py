"""What the columns of a provider's file are, and what its words mean."""

from uuid import UUID

from flask import Response, current_app, request, url_for

from portal.core.db import db
from portal.core.errors import Refusal
from portal.imports.operations.columns import USUAL_REGION
from portal.imports.parsing import Inspection
from portal.jobs.operations import start
from portal.payouts.models import PayoutList
from portal.reconciliation.forms import MEANINGS, TARGETS, ColumnsForm
from portal.reconciliation.meanings import Meaning, Target, guess
from portal.reconciliation.models import Reconciliation
from portal.reconciliation.operations.filing import choose, tell_words
from portal.reconciliation.queries import words_of
from portal.reconciliation.tasks import CHECK
from portal.reconciliation.views import bp
from portal.reconciliation.views.loading import file_and_list, where_it_stands
from portal.web.access import current_person, requires
from portal.web.errors import error_page
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other

CHANGEABLE = {"UPLOADED", "REVIEW"}


@bp.get("/<uuid:uuid>/columns")
@requires("update", "Transaction")
def show_columns(uuid: UUID) -> Response:
    """Each column with its first values and what it is."""
    found, payout_list = file_and_list(uuid)
    if found.state not in CHANGEABLE:
        return where_it_stands(found)
    form = ColumnsForm(formdata=None, everything=(found.columns or {}).get("everything"))
    return _show(found, payout_list, _targets(found), form)


@bp.post("/<uuid:uuid>/columns")
@requires("update", "Transaction")
def choose_columns(uuid: UUID) -> Response:
    """Fix the columns and let the file be checked."""
    found, payout_list = file_and_list(uuid)
    form, targets = ColumnsForm(), _chosen(_targets(found))
    if not form.validate_on_submit() or not form.check(targets):
        return _show(found, payout_list, targets, form, status=422)
    everything = Meaning(form.everything.data) if form.everything.data else None
    try:
        choose(db.session(), uuid, targets, everything, job=_check_by_job(uuid))
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(found, payout_list, targets, form, status=refusal.status)
    db.session.commit()
    return see_other(url_for("reconciliation.show_work", uuid=uuid))


@bp.post("/<uuid:uuid>/words")
@requires("update", "Transaction")
def tell_meanings(uuid: UUID) -> Response:
    """Say what the provider's words mean that nobody could read, and have the file checked again."""
    file_and_list(uuid)
    if not PortalForm().validate_on_submit():
        return error_page(400)
    told = {}
    for place, word in enumerate(words_of(db.session(), uuid)):
        meaning = request.form.get(f"word-{place}", "")
        if meaning in Meaning.__members__ and request.form.get(f"said-{place}") == word.said:
            told[word.said] = Meaning(meaning)
    if not told:
        return see_other(url_for("reconciliation.review_rows", uuid=uuid))
    tell_words(db.session(), uuid, told, job=_check_by_job(uuid))
    db.session.commit()
    return see_other(url_for("reconciliation.show_work", uuid=uuid))


def _check_by_job(uuid: UUID) -> UUID:
    region: str = current_app.config.get("PORTAL_REGION", USUAL_REGION)
    link = url_for("reconciliation.show_file", uuid=uuid)
    told = {"reconciliation": str(uuid), "region": region}
    return start(CHECK, told, created_by=current_person().id, link=link).uuid


def _targets(found: Reconciliation) -> list[Target]:
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


def _show(
    found: Reconciliation,
    payout_list: PayoutList,
    targets: list[Target],
    form: ColumnsForm,
    *,
    status: int = 200,
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
        "reconciliation/show_columns.html",
        status=status,
        found=payout_list,
        file=found,
        inspection=inspection,
        columns=columns,
        form=form,
        targets=TARGETS,
        meanings=MEANINGS,
    )
