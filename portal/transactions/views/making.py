"""Making a transaction: in which project, for whom, then how much and by which vendor. Each step is an address."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _

from portal.beneficiaries.queries.person import person
from portal.core.db import db
from portal.core.errors import Refusal
from portal.projects.models import Project
from portal.transactions.forms import FindForm, NewTransactionForm
from portal.transactions.models import Transaction
from portal.transactions.operations.making import Payout, make_transaction
from portal.transactions.queries.currencies import currencies_to_choose
from portal.transactions.queries.making import likely_currencies, people_to_pay, projects_to_pay_in
from portal.transactions.views import bp
from portal.vendors.queries.at_work import vendors_to_choose
from portal.web.access import authorise, current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "Transaction")
def new_transaction() -> Response:
    """Ask step by step; made, it waits for somebody else's decision. Sent twice, it is made once."""
    authorise("read", "Beneficiary")
    beneficiary, form = _person_named(), FindForm(request.args)
    projects = among(projects_to_pay_in(current_ability(), beneficiary))
    form.offer(projects, url_for("projects.suggest_names", field="project"))
    valid = form.validate()
    project = UUID(form.project.data) if form.project.data and not form.project.errors else None
    if project is None or beneficiary is None:
        return _find(form, project, beneficiary, valid=valid)
    return _make(project, form.project.shown, beneficiary)


def _person_named() -> UUID | None:
    """Whom the address names. What is no reference is nobody's."""
    try:
        return UUID(request.args["beneficiary"]) if request.args.get("beneficiary") else None
    except ValueError:
        abort(404)


def _find(form: FindForm, project: UUID | None, beneficiary: UUID | None, *, valid: bool) -> Response:
    """Ask for the project, and for the person by a search among its people."""
    known = person(db.session(), beneficiary, current_ability()) if beneficiary else None
    context: dict[str, Any] = {"form": form, "project": project, "person": known}
    if known is not None:
        own = projects_to_pay_in(current_ability(), beneficiary).order_by(Project.name)
        context["projects"] = db.session.execute(own).all()
    if not valid:
        return page("transactions/find_person.html", "found", status=422, found=(), more=False, **context)
    found, more = (), False
    if project is not None and (form.q.data or "").strip():
        # Begun as empty, of which no type follows.
        found, more = people_to_pay(db.session(), current_ability(), project, form.q.data or "")  # type: ignore[assignment]
    return page("transactions/find_person.html", "found", found=found, more=more, **context)


def _make(project: UUID, project_name: str, beneficiary: UUID) -> Response:
    session, ability, maker = db.session(), current_ability(), current_person()
    known = person(session, beneficiary, ability)
    form = NewTransactionForm()
    currencies = currencies_to_choose(session, *likely_currencies(session, project))
    names = url_for("vendors.suggest_names", field="vendor", project=project)
    form.offer(among(vendors_to_choose(ability, project)), names, currencies)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit() and form.amount.amount is not None:
        payout = Payout(
            project,
            beneficiary,
            UUID(form.vendor.data),
            form.amount.amount,
            form.currency.data,
            (form.note.data or "").strip(),
        )
        authorise("create", _as_asked(payout, maker.id))
        try:
            uuid = make_transaction(session, payout, by=maker.id, key=form.key())
        except Refusal as refusal:
            session.rollback()
            form.refuse(refusal)
            status = refusal.status
        else:
            session.commit()
            flash(_("The transaction is made. Somebody else has to approve it."), "success")
            return see_other(url_for("transactions.show_transaction", uuid=uuid))
    return page(
        "transactions/new_transaction.html",
        status=status,
        form=form,
        project=project,
        project_name=project_name,
        beneficiary=beneficiary,
        person=known,
    )


def _as_asked(payout: Payout, maker: int) -> Transaction:
    """The transaction as it would be, for the rules to look at."""
    return Transaction(
        project_id=payout.project,
        beneficiary_id=payout.beneficiary,
        vendor_id=payout.vendor,
        amount=payout.amount,
        currency=payout.currency,
        created_by=maker,
    )
