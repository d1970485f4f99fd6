"""Sending an approved payout list through a provider, and how far its requests are."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.enums import OfframpStatus
from portal.core.errors import Refusal
from portal.core.values.money import currencies
from portal.jobs.models import Job
from portal.jobs.operations import start
from portal.jobs.queries import job_with
from portal.offramp.client.adapter import Wanted
from portal.offramp.forms.lists import ListForm
from portal.offramp.forms.making import MAKE, QUOTE
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.from_lists import check_list
from portal.offramp.operations.making import check_terms, the_provider_at_work
from portal.offramp.queries.filters import RequestFilter
from portal.offramp.queries.lists import list_with, standing_of
from portal.offramp.queries.making import usual
from portal.offramp.queries.provider import providers_at_work
from portal.offramp.queries.totals import totals_of
from portal.offramp.tasks.lists import SEND
from portal.offramp.views import bp
from portal.offramp.views.quoting import Quoted, ask_quote
from portal.payouts.models import PayoutList
from portal.payouts.moves import State
from portal.payouts.terms import Method
from portal.payouts.views.payout_list import offer_action
from portal.projects.queries.project import the_active
from portal.web.access import authorise, current_ability, current_person, load, requires
from portal.web.deeds import note_deed
from portal.web.htmx import page, see_other
from portal.web.picking import among

PENDING, PROCESSING, COMPLETED, FAILED = OfframpStatus


@offer_action
def send_by_offramp(found: PayoutList) -> dict[str, Any] | None:
    """From the page of an approved list in a token to sending it."""
    if found.state != State.APPROVED or found.method != Method.MOBILE_MONEY or found.currency in currencies():
        return None
    if not current_ability().can("create", "OfframpRequest"):
        return None
    url = url_for("offramp.send_payout_list", list_uuid=found.uuid)
    return {"label": _("Send by offramp"), "url": url, "picture": "arrow-left-right", "often": True}


@bp.route("/from-list/<uuid:list_uuid>", methods=["GET", "POST"])
@requires("create", "OfframpRequest")
def send_payout_list(list_uuid: UUID) -> Response:
    """Say how a list is sent, see what it would pay out, and have it sent; then see how far it is."""
    found = load(list_with(list_uuid), "read", PayoutList)
    form = ListForm()
    session, ability = db.session(), current_ability()
    form.offer(among(providers_at_work(ability)), usual(session, found.project_id, ability))
    if not form.is_submitted():
        return _show(found, form, 200)
    if not form.validate():
        return _show(found, form, 422)
    authorise("create", OfframpRequest(project_id=found.project_id, payout_list_id=list_uuid))
    try:
        return _send(found, form) if form.step.data == MAKE else _quote(found, form)
    except Refusal as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _show(load(list_with(list_uuid), "read", PayoutList), form, refusal.status)


def _terms(form: ListForm) -> dict[str, str]:
    return {
        "provider": form.provider.data,
        "chain": form.chain.data,
        "sender_address": form.sender_address.data or "",
        "currency": form.currency.data,
        "network": form.network.data or "",
    }


def _check(found: PayoutList, form: ListForm) -> Any:
    """Raises Refusal where the list cannot be sent so; else the provider."""
    session = db.session()
    check_list(session, found)
    the_active(session, found.project_id)
    provider = the_provider_at_work(session, UUID(form.provider.data))
    terms = _terms(form)
    check_terms(terms["chain"], terms["sender_address"], terms["currency"], terms["network"])
    return provider


def _quote(found: PayoutList, form: ListForm) -> Response:
    """What the provider would pay out for all of it, before anything is made."""
    provider = _check(found, form)
    total: Decimal = standing_of(db.session(), found.uuid).total
    uuid, wanted = found.uuid, None
    if total:
        wanted = Wanted(
            form.chain.data, found.currency, total, form.sender_address.data or "", form.currency.data
        )
    quoted = ask_quote(provider, wanted) if wanted else Quoted()
    return _show(load(list_with(uuid), "read", PayoutList), form, 200, quoted=quoted)


def _send(found: PayoutList, form: ListForm) -> Response:
    """Have a worker make the requests."""
    _check(found, form)
    by, here = current_person().id, url_for("offramp.send_payout_list", list_uuid=found.uuid)
    told: dict[str, Any] = {"payout_list": str(found.uuid), "terms": _terms(form), "by": by}
    job = start(SEND, told, created_by=by, link=here)
    note_deed("SEND", table_name="tbl_payout_lists", record_id=str(found.uuid), details={"kind": job.kind})
    db.session.commit()
    return see_other(url_for("offramp.send_payout_list", list_uuid=found.uuid, job=job.uuid))


def _show(found: PayoutList, form: ListForm, status: int, quoted: Quoted | None = None) -> Response:
    session, ability = db.session(), current_ability()
    chosen = RequestFilter(payout_list=found.uuid)
    totals = totals_of(session, chosen, ability, further=True)
    numbers = dict.fromkeys(OfframpStatus, 0)
    for line in totals.lines or ():
        numbers[OfframpStatus(line.status.value)] += line.number
    return page(
        "offramp/send_payout_list.html",
        "sent",
        status=status,
        found=found,
        form=form,
        standing=standing_of(session, found.uuid),
        why_not=_why_not(found),
        quoted=quoted,
        numbers=numbers,
        made=sum(numbers.values()),
        over=numbers[COMPLETED] + numbers[FAILED],
        job=_job(),
        quote_step=QUOTE,
        make_step=MAKE,
    )


def _why_not(found: PayoutList) -> str | None:
    """Why this list cannot be sent at all; None where it can."""
    try:
        check_list(db.session(), found)
    except Refusal as refusal:
        return str(_(refusal.message, **refusal.params) if refusal.params else _(refusal.message))
    return None


def _job() -> Job | None:
    """The job that the address names, of those that the reader may see."""
    try:
        uuid = UUID(request.args.get("job", ""))
    except ValueError:
        return None
    job = db.session.scalar(job_with(uuid))
    return job if job is not None and current_ability().can("read", job) and job.kind == SEND else None
