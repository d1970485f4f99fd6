"""The registry of providers: the list, one of them, trying out its connection, putting it to work and aside."""

from uuid import UUID

from flask import Response, current_app, flash, request, url_for
from flask_babel import gettext as _

from portal.core.db import db
from portal.core.errors import Refusal
from portal.offramp.client.adapter import ProviderFault
from portal.offramp.client.registry import KINDS, open_adapter
from portal.offramp.client.signing import EVENT, SIGNATURE, TIMESTAMP
from portal.offramp.models import OfframpProvider
from portal.offramp.operations import providers as operations
from portal.offramp.operations.health import note_health
from portal.offramp.queries import providers as queries
from portal.offramp.queries.provider import provider_with
from portal.offramp.signs import TROUBLES
from portal.offramp.views import bp
from portal.offramp.views.sections import sections
from portal.web.access import current_ability, current_person, load, requires
from portal.web.deeds import note_deed
from portal.web.forms import PortalForm
from portal.web.htmx import page, see_other
from portal.web.links import outside
from portal.web.rates import take

CHECKS, CHECKS_SECONDS = 10, 600
"""How often one person may try out connections in a while."""


@bp.get("/providers")
@requires("read", "OfframpProvider")
def list_providers() -> Response:
    """The providers; the deleted ones for who may bring them back."""
    ability = current_ability()
    restores = ability.can("delete", "OfframpProvider")
    deleted = restores and request.args.get("state") == "deleted"
    found = queries.list_providers(db.session(), ability, deleted=deleted)
    return page(
        "offramp/list_providers.html",
        found=found,
        deleted=deleted,
        kinds=KINDS,
        sections=sections("providers"),
    )


@bp.get("/providers/<uuid:provider_uuid>")
@requires("read", "OfframpProvider")
def show_provider(provider_uuid: UUID) -> Response:
    """What is known of a provider, of its secrets only whether they are there."""
    found = load(provider_with(provider_uuid), "read", OfframpProvider)
    return page(
        "offramp/show_provider.html",
        found=found,
        kind=KINDS[found.adapter],
        health=queries.health_of(db.session(), provider_uuid),
        troubles=TROUBLES,
        open=queries.open_requests(db.session(), provider_uuid),
        headers=[
            (TIMESTAMP, _("seconds since 1970")),
            (EVENT, _("a name for the event, the same however often it is sent")),
            (SIGNATURE, _("sha256= and the signature in hexadecimal digits")),
        ],
        address=outside("offramp.receive_callback", provider_uuid=provider_uuid),
    )


@bp.post("/providers/<uuid:provider_uuid>/check")
@requires("update", "OfframpProvider")
def check_provider(provider_uuid: UUID) -> Response:
    """Ask a provider whether it is there and takes our key."""
    found = load(provider_with(provider_uuid), "update", OfframpProvider)
    take("offramp-check", str(current_person().uuid), CHECKS, CHECKS_SECONDS)
    note_deed("CHECK", table_name="tbl_offramp_providers", record_id=str(provider_uuid))
    db.session.commit()
    said, trouble = "", None
    try:
        adapter = open_adapter(found, current_app.config)
        db.session.rollback()  # nothing of the database is held while the provider takes its time
        said = adapter.check()
    except ProviderFault as fault:
        trouble = fault
    note_health(db.session(), provider_uuid, trouble)
    db.session.commit()
    flash(_(trouble.words if trouble else said), "danger" if trouble else "success")
    return see_other(url_for("offramp.show_provider", provider_uuid=provider_uuid))


@bp.post("/providers/<uuid:provider_uuid>/activate")
@requires("update", "OfframpProvider")
def activate_provider(provider_uuid: UUID) -> Response:
    """Put a provider to work."""
    found = locked(provider_uuid, "update")
    try:
        operations.activate(db.session(), found, current_app.config, by=current_person().id)
    except Refusal as refusal:
        db.session.rollback()
        flash(_(refusal.message), "danger")
        return see_other(url_for("offramp.show_provider", provider_uuid=provider_uuid))
    db.session.commit()
    flash(_("The provider is at work: requests can be made to it."), "success")
    return see_other(url_for("offramp.show_provider", provider_uuid=provider_uuid))


@bp.post("/providers/<uuid:provider_uuid>/deactivate")
@requires("update", "OfframpProvider")
def deactivate_provider(provider_uuid: UUID) -> Response:
    """Put a provider aside."""
    operations.deactivate(db.session(), locked(provider_uuid, "update"), by=current_person().id)
    db.session.commit()
    flash(_("The provider gets nothing new. What is under way with it is followed to its end."), "success")
    return see_other(url_for("offramp.show_provider", provider_uuid=provider_uuid))


@bp.route("/providers/<uuid:provider_uuid>/delete", methods=["GET", "POST"])
@requires("delete", "OfframpProvider")
def delete_provider(provider_uuid: UUID) -> Response:
    """Ask whether a provider is to go, and take it out of use."""
    found = locked(provider_uuid, "delete")
    form, status = PortalForm(), 200
    if form.validate_on_submit():
        try:
            operations.delete_provider(db.session(), found, by=current_person().id)
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            db.session.commit()
            flash(_("The provider is deleted. Who may do so can restore it."), "success")
            return see_other(url_for("offramp.list_providers"))
    open_ = queries.open_requests(db.session(), provider_uuid)
    return page("offramp/delete_provider.html", found=found, form=form, open=open_, status=status)


@bp.post("/providers/<uuid:provider_uuid>/restore")
@requires("delete", "OfframpProvider")
def restore_provider(provider_uuid: UUID) -> Response:
    """Bring a deleted provider back."""
    statement = queries.any_provider(provider_uuid).with_for_update()
    found = load(statement, "delete", OfframpProvider)
    if found.deleted_at is not None:  # else restored already, perhaps by pressing twice
        operations.restore_provider(db.session(), found, by=current_person().id)
        db.session.commit()
        flash(_("The provider is back, at rest until somebody puts it to work."), "success")
    return see_other(url_for("offramp.show_provider", provider_uuid=provider_uuid))


def locked(provider_uuid: UUID, action: str) -> OfframpProvider:
    """The provider, if the reader may do `action` to it; where something is to change, nobody else changes it now."""
    statement = provider_with(provider_uuid)
    if request.method == "POST":
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return load(statement, action, OfframpProvider)
