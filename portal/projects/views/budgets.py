"""What may be spent in a project: shown, set, changed for a reason, taken away."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.projects.forms.budgets import EditBudgetForm, NewBudgetForm
from portal.projects.models import Project, ProjectBudget
from portal.projects.offered import currencies_to_choose
from portal.projects.operations import budgets as operations
from portal.projects.queries.budgets import budget_with, budgets_of
from portal.projects.queries.project import hold_writable, project_with
from portal.projects.views import bp
from portal.projects.views.frame import framed
from portal.web.access import current_person, load, requires
from portal.web.htmx import page, see_other


@bp.get("/<uuid:uuid>/budgets")
@requires("read", "Project")
def list_budgets(uuid: UUID) -> Response:
    """What may be spent in each currency, what is, and what is left."""
    _project, frame = framed(uuid)
    return page("projects/list_budgets.html", **frame, budgets=budgets_of(db.session(), uuid))


@bp.route("/<uuid:uuid>/budgets/new", methods=["GET", "POST"])
@requires("update", "Project")
def new_budget(uuid: UUID) -> Response:
    """Set how much may be spent in one more currency."""
    project = load(project_with(uuid), "update", Project)
    form = _new_form(project)
    if not form.validate_on_submit() or form.amount.amount is None:
        return _ask_new(project, form, 422 if form.is_submitted() else 200)
    try:
        hold_writable(db.session(), uuid)
        operations.set_budget(
            db.session(), uuid, form.currency.data, form.amount.amount, by=current_person().id
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _ask_new(project, form, refusal.status)
    db.session.commit()
    flash(_("The budget is set."), "success")
    return see_other(url_for("projects.list_budgets", uuid=uuid))


@bp.route("/<uuid:uuid>/budgets/<uuid:budget_uuid>/edit", methods=["GET", "POST"])
@requires("update", "Project")
def edit_budget(uuid: UUID, budget_uuid: UUID) -> Response:
    """Change how much may be spent, and say why."""
    project = load(project_with(uuid), "update", Project)
    budget = _budget(uuid, budget_uuid)
    form = EditBudgetForm(
        data={"amount": budget.amount, "no_limit": budget.amount is None, "version": str(budget.version)}
    )
    if not form.validate_on_submit():
        return _ask_edit(project, budget, form, 422 if form.is_submitted() else 200)
    amount = None if form.no_limit.data else form.amount.amount
    try:
        hold_writable(db.session(), uuid)
        operations.change_budget(
            db.session(),
            budget,
            amount,
            form.reason.data or "",
            version=form.version_seen,
            by=current_person().id,
        )
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        budget = _budget(uuid, budget_uuid)
        stale = isinstance(refusal, Conflict) and budget.version != form.version_seen
        form.version.data = str(budget.version)
        return _ask_edit(project, budget, form, refusal.status, stale=stale)
    db.session.commit()
    flash(_("The budget is changed."), "success")
    return see_other(url_for("projects.list_budgets", uuid=uuid))


@bp.post("/<uuid:uuid>/budgets/<uuid:budget_uuid>/remove")
@requires("update", "Project")
def remove_budget(uuid: UUID, budget_uuid: UUID) -> Response:
    """Take away a budget out of which nothing is spent."""
    load(project_with(uuid), "update", Project)
    hold_writable(db.session(), uuid)
    operations.remove_budget(db.session(), _budget(uuid, budget_uuid))
    db.session.commit()
    flash(_("The budget is taken away."), "success")
    return see_other(url_for("projects.list_budgets", uuid=uuid))


def _budget(project: UUID, uuid: UUID) -> ProjectBudget:
    """A budget of the project; locked while this request changes it."""
    statement = budget_with(project, uuid)
    if request.method == "POST":
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def _new_form(project: Project) -> NewBudgetForm:
    taken = {one.currency for one in budgets_of(db.session(), project.uuid) if one.amount is not None}
    form = NewBudgetForm(currency=project.currency if project.currency not in taken else "")
    form.offer([pair for pair in currencies_to_choose(db.session()) if pair[0] not in taken])
    return form


def _ask_new(project: Project, form: NewBudgetForm, status: int) -> Response:
    return page("projects/new_budget.html", project=project, form=form, status=status)


def _ask_edit(
    project: Project, budget: ProjectBudget, form: EditBudgetForm, status: int, *, stale: bool = False
) -> Response:
    context: dict[str, Any] = {"project": project, "budget": budget, "form": form, "stale": stale}
    return page("projects/edit_budget.html", status=status, **context)
