"""One's ways to sign in: which there are, linking another service, and unlinking."""

from typing import Any

from flask import Response, flash, url_for
from flask_babel import gettext as _

from portal.auth.client.consent import Request, consent_url, new_request
from portal.auth.client.conversation import ServiceFault
from portal.auth.forms import ConfirmForm
from portal.auth.identifiers import Identifier
from portal.auth.operations import methods as operations
from portal.auth.operations.confirming import confirm_person
from portal.auth.queries.methods import method_of, methods_of
from portal.auth.views import bp
from portal.auth.views.entering import has_password, passwords
from portal.auth.views.errands import begin_errand, errand
from portal.auth.views.notices import tell_of_method
from portal.auth.views.registered import SLUG, provider_named, providers, return_url, usable_services
from portal.core.db import db
from portal.core.enums import Service
from portal.core.errors import NotFound, Refusal
from portal.web.access import current_person, signed_in
from portal.web.errors import error_page
from portal.web.htmx import page, see_other
from portal.web.labels import label

METHODS = "/account/sign-in-methods"


@bp.get(METHODS)
@signed_in
def list_methods() -> Response:
    """The ways in which one signs in, and those that could be added."""
    methods = methods_of(db.session(), current_person().id)
    had = {method.service for method in methods}
    return page(
        "auth/list_methods.html",
        methods=methods,
        last=sum(method.service in usable_services() for method in methods) < 2,
        usable=usable_services(),
        addable=[one.kind for service, one in providers().items() if service not in had],
        has_wallet=Service.WALLET in had,
    )


@bp.route(f"{METHODS}/{SLUG}", methods=["GET", "POST"])
@signed_in
def link_service(service: str) -> Response:
    """Link an account with another service: the password first, then off to the service."""
    provider, person = provider_named(service), current_person()
    form = ConfirmForm().ask(has_password(person))
    if form.validate_on_submit():
        try:
            confirm_person(db.session(), passwords(), person, form.password)
        except Refusal as refusal:
            db.session.commit()  # a wrong password was counted
            form.refuse(refusal)
        else:
            begin_errand("link", service=service, user=person.id, **vars(new_request()))
            return see_other(url_for("auth.show_way", service=service))
    status = 422 if form.is_submitted() else 200
    return page("auth/link_service.html", form=form, kind=provider.kind, status=status)


@bp.get(f"{METHODS}/{SLUG}/way")
@signed_in
def show_way(service: str) -> Response:
    """A link to the service. A form may not lead to another site (`form-action`), so the way there is a link."""
    provider, begun = provider_named(service), errand("link")
    if begun is None or begun["service"] != service:
        return see_other(url_for("auth.link_service", service=service))
    asked = Request(begun["state"], begun["nonce"], begun["verifier"])
    try:
        url = consent_url(provider, asked, return_url(provider))
    except ServiceFault:
        return error_page(503, _("%(service)s does not answer. Try again later.", service=provider.kind.name))
    return page("auth/show_way.html", kind=provider.kind, url=url)


def finish_link(who: Identifier, shown_as: str | None, begun: dict[str, Any]) -> Response:
    """Link the account that a service has named to the person who asked for it."""
    person = current_person()
    if begun["user"] != person.id:
        raise NotFound
    try:
        operations.link_service(db.session(), person, who, shown_as)
    except Refusal as refusal:
        db.session.rollback()
        flash(_(refusal.message), "danger")
        return see_other(url_for("auth.list_methods"))
    tell_of_method(db.session(), person, "linked", who.service)
    db.session.commit()
    flash(_("You can sign in by %(service)s now.", service=label(who.service)), "success")
    return see_other(url_for("auth.list_methods"))


@bp.route(f"{METHODS}/<int(max=2147483647):method_id>/unlink", methods=["GET", "POST"])
@signed_in
def unlink_method(method_id: int) -> Response:
    """Take away a way to sign in, with one's password."""
    person = current_person()
    method = method_of(db.session(), person.id, method_id)
    if method is None:
        raise NotFound
    form = ConfirmForm().ask(has_password(person))
    if form.validate_on_submit():
        try:
            confirm_person(db.session(), passwords(), person, form.password)
            operations.unlink_method(db.session(), person, method_id, usable_services())
        except Refusal as refusal:
            db.session.commit()  # a wrong password was counted
            form.refuse(refusal)
        else:
            tell_of_method(db.session(), person, "unlinked", method.service)
            db.session.commit()
            flash(_("You cannot sign in by %(service)s any more.", service=label(method.service)), "success")
            return see_other(url_for("auth.list_methods"))
    status = 422 if form.is_submitted() else 200
    return page("auth/unlink_method.html", form=form, method=method, status=status)
