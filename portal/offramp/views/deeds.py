"""What is done with a request: check, retry, let go, note its transfer, withdraw, say that it failed, give up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.offramp.forms.request import DepositForm, ReasonForm
from portal.offramp.models import OfframpRequest
from portal.offramp.operations.asking import ask_now
from portal.offramp.operations.depositing import deposit
from portal.offramp.operations.ending import give_up, mark_failed, withdraw
from portal.offramp.operations.releasing import release
from portal.offramp.operations.retrying import retry
from portal.offramp.queries.request import request_of, request_with, troubles_of
from portal.offramp.views import bp
from portal.offramp.views.request import offers_on, show
from portal.web.access import current_ability, current_person, load, requires
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other


@bp.post("/<uuid:uuid>/check")
@requires("update", "OfframpRequest")
def check_request(uuid: UUID) -> Response:
    """Have a worker ask the provider at once."""
    return _at_once(uuid, "update", ask_now, _("It is looked after now."))


@bp.post("/<uuid:uuid>/retry")
@requires("update", "OfframpRequest")
def retry_request(uuid: UUID) -> Response:
    """Have a failed request sent again."""
    return _at_once(uuid, "update", retry, _("It is sent again."))


@bp.post("/<uuid:uuid>/release")
@requires("approve", "OfframpRequest")
def release_request(uuid: UUID) -> Response:
    """Let a large request go."""
    return _at_once(uuid, "approve", release, _("It is let go."))


@bp.route("/<uuid:uuid>/deposit", methods=["GET", "POST"])
@requires("update", "OfframpRequest")
def note_deposit(uuid: UUID) -> Response:
    """Say by which transfer the tokens were sent."""
    form = DepositForm()

    def deed() -> None:
        deposit(db.session(), uuid, form.tx_hash.data or "", by=current_person().id)

    return _asked(uuid, "note_deposit", form, deed, _("The transfer is noted."))


@bp.route("/<uuid:uuid>/withdraw", methods=["GET", "POST"])
@requires("update", "OfframpRequest")
def withdraw_request(uuid: UUID) -> Response:
    """Take back a request that was never sent."""
    form = ReasonForm()

    def deed() -> None:
        withdraw(db.session(), uuid, by=current_person().id, reason=form.reason.data or "")

    return _asked(uuid, "withdraw_request", form, deed, _("The request is withdrawn."))


@bp.route("/<uuid:uuid>/fail", methods=["GET", "POST"])
@requires("update", "OfframpRequest")
def fail_request(uuid: UUID) -> Response:
    """Say that a request failed of which nothing is heard."""
    form = ReasonForm()

    def deed() -> None:
        mark_failed(db.session(), uuid, by=current_person().id, reason=form.reason.data or "")

    return _asked(uuid, "fail_request", form, deed, _("The request is marked as failed."))


@bp.route("/<uuid:uuid>/give-up", methods=["GET", "POST"])
@requires("update", "OfframpRequest")
def give_up_request(uuid: UUID) -> Response:
    """Try a failed request no more."""

    def deed() -> None:
        give_up(db.session(), uuid, by=current_person().id)

    return _asked(uuid, "give_up_request", PortalForm(), deed, _("The request is given up."))


def _at_once(uuid: UUID, action: str, deed: Callable[..., None], said: str) -> Response:
    """Do something that asks for nothing, and go back to the request."""
    load(request_with(uuid), action, OfframpRequest)
    try:
        deed(db.session(), uuid, by=current_person().id)
    except Refusal as refusal:
        db.session.rollback()
        form = PortalForm()
        form.refuse(refusal)
        return show(uuid, refusal.status, refused=form)
    db.session.commit()
    flash(said, "success")
    return see_other(url_for("offramp.show_request", uuid=uuid))


def _asked(uuid: UUID, template: str, form: PortalForm, deed: Callable[[], None], said: str) -> Response:
    """Ask what a deed needs, do it, and go back to the request; refused, the form stands there as it was typed."""
    load(request_with(uuid), "update", OfframpRequest)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            deed()
        except Refusal as refusal:
            db.session.rollback()
            form.refuse(refusal)
            status = refusal.status
        else:
            db.session.commit()
            flash(said, "success")
            return see_other(url_for("offramp.show_request", uuid=uuid))
    found: Any = request_of(db.session(), uuid, current_ability())
    return page(
        f"offramp/{template}.html",
        status=status,
        form=form,
        request_=found,
        offers=offers_on(found, troubles_of(db.session(), uuid)),
    )
