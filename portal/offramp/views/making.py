"""Making a request: in which project, whom it pays, then the terms, then what it would pay out. Each step is a page."""

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.offramp.client.adapter import Wanted
from portal.offramp.forms.making import CHANGE, MAKE, RequestForm
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.making import (
    Asked,
    check_amount,
    check_receiver,
    make_request,
    the_provider_at_work,
)
from portal.offramp.queries.limits import release_limits
from portal.offramp.queries.making import receiver_of, usual
from portal.offramp.queries.provider import providers_at_work
from portal.offramp.views import bp
from portal.offramp.views.quoting import ask_quote, opened_quote, sealed_quote
from portal.projects.models import Project
from portal.projects.queries.project import the_active
from portal.tokens.queries import decimals_by_symbol
from portal.transactions.forms import FindForm
from portal.transactions.queries.making import people_to_pay, projects_to_pay_in
from portal.web.access import authorise, current_ability, current_person, requires
from portal.web.htmx import page, see_other
from portal.web.picking import among

TYPED = "typed"
"""The receiver whose phone and name are typed."""


@bp.route("/new", methods=["GET", "POST"])
@requires("create", "OfframpRequest")
def new_request() -> Response:
    """Ask step by step, show what it would pay out, and make it. Sent twice, it is made once."""
    beneficiary, form = _person_named(), FindForm(request.args)
    projects = among(projects_to_pay_in(current_ability(), beneficiary))
    form.offer(projects, url_for("projects.suggest_names", field="project"))
    valid = form.validate()
    project = UUID(form.project.data) if form.project.data and not form.project.errors else None
    if project is None or (beneficiary is None and request.args.get("receiver") != TYPED):
        return _find(form, project, beneficiary, valid=valid)
    return _Making(project, form.project.shown, beneficiary).answer()


def _person_named() -> UUID | None:
    """Whom the address names. What is no reference is nobody's."""
    try:
        return UUID(request.args["beneficiary"]) if request.args.get("beneficiary") else None
    except ValueError:
        abort(404)


def _find(form: FindForm, project: UUID | None, beneficiary: UUID | None, *, valid: bool) -> Response:
    """Ask for the project, and for the person by a search among its people."""
    session, ability = db.session(), current_ability()
    searches = ability.can("read", "Beneficiary")
    context: dict[str, Any] = {
        "form": form,
        "project": project,
        "person": receiver_of(session, beneficiary, ability) if beneficiary else None,
        "beneficiary": beneficiary,
        "searches": searches,
    }
    if beneficiary is not None:
        own = projects_to_pay_in(ability, beneficiary).order_by(Project.name)
        context["projects"] = session.execute(own).all()
    if not valid:
        return page("offramp/find_receiver.html", "found", status=422, found=(), more=False, **context)
    found: Any = ()
    more = False
    if project is not None and searches and (form.q.data or "").strip():
        found, more = people_to_pay(session, ability, project, form.q.data or "")
    return page("offramp/find_receiver.html", "found", found=found, more=more, **context)


class _Making:
    """One form on its way: filled in, shown with its quote, made."""

    def __init__(self, project: UUID, project_name: str, beneficiary: UUID | None) -> None:
        session, ability = db.session(), current_ability()
        self.project, self.project_name, self.beneficiary = project, project_name, beneficiary
        self.person = receiver_of(session, beneficiary, ability) if beneficiary else None
        self.form = RequestForm()
        if self.person is not None:
            self.form.pay_person()
        before = usual(session, project, ability)
        self.form.offer(among(providers_at_work(ability)), before)
        self.form.offer_tokens(decimals_by_symbol(session), before)

    def answer(self) -> Response:
        """The page that comes next."""
        form = self.form
        if not form.is_submitted():
            return self._ask(200)
        if not form.validate() or (self.person is not None and self.person.phone is None):
            return self._ask(422)
        if form.step.data == CHANGE:
            return self._ask(200)
        asked = self._asked()
        authorise("create", _as_asked(asked, current_person().id))
        try:
            return self._make(asked) if form.step.data == MAKE else self._show_quote(asked)
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            return self._ask(refusal.status)

    def _asked(self) -> Asked:
        form, person = self.form, self.person
        return Asked(
            provider=UUID(form.provider.data),
            project=self.project,
            chain=form.chain.data,
            token=form.token.data,
            amount=form.amount.amount or Decimal(0),
            sender_address=form.sender_address.data or "",
            currency=form.currency.data,
            network=form.network.data or "",
            phone=str(person.phone) if person is not None else form.phone.value,
            name=(person.name if person is not None else form.name.data) or "",
            beneficiary=self.beneficiary,
        )

    def _make(self, asked: Asked) -> Response:
        """Make it with the quote that was shown. One that does not hold any more is shown anew instead."""
        quote = opened_quote(self.form.quote.data, asked.hash(), dt.datetime.now(dt.UTC))
        if quote is None and self.form.quote.data:
            return self._show_quote(asked, _("The quote does not hold any more. This is a new one."))
        uuid = make_request(db.session(), asked, by=current_person().id, key=self.form.key(), quote=quote)
        db.session.commit()
        flash(_("The request is made."), "success")
        return see_other(url_for("offramp.show_request", uuid=uuid))

    def _show_quote(self, asked: Asked, stale: str | None = None) -> Response:
        """Check all that was typed, ask the provider what it would pay out, and show both."""
        session = db.session()
        the_active(session, asked.project)
        provider = the_provider_at_work(session, asked.provider)
        name = provider.name
        check_amount(session, asked.amount, asked.token)
        check_receiver(session, asked)
        large = release_limits(session).needed(asked.token, asked.amount)
        wanted = Wanted(asked.chain, asked.token, asked.amount, asked.sender_address, asked.currency)
        quoted = ask_quote(provider, wanted)
        self.form.quote.data = sealed_quote(quoted.quote, asked.hash()) if quoted.quote else ""
        return self._page(
            "offramp/confirm_request.html",
            409 if stale else 200,
            asked=asked,
            provider=name,
            quoted=quoted,
            large=large,
            stale=stale,
        )

    def _ask(self, status: int) -> Response:
        return self._page("offramp/new_request.html", status)

    def _page(self, template: str, status: int, **context: Any) -> Response:
        return page(
            template,
            status=status,
            form=self.form,
            project=self.project,
            project_name=self.project_name,
            beneficiary=self.beneficiary,
            person=self.person,
            action=url_for(
                "offramp.new_request",
                project=self.project,
                beneficiary=self.beneficiary,
                receiver=None if self.beneficiary else TYPED,
            ),
            **context,
        )


def _as_asked(asked: Asked, maker: int) -> OfframpRequest:
    """The request as it would be, for the rules to look at."""
    return OfframpRequest(
        project_id=asked.project,
        provider_id=asked.provider,
        beneficiary_id=asked.beneficiary,
        chain=asked.chain,
        token=asked.token,
        amount=asked.amount,
        currency=asked.currency,
        created_by=maker,
    )
