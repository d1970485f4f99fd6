"""Signing in by another service: the way there, and what the browser brings back."""

from typing import Any

import structlog
from flask import Response, request, url_for
from flask_login import current_user

from portal.auth.client.consent import Request, consent_url, identify, new_request
from portal.auth.client.conversation import ServiceFault
from portal.auth.client.providers import Provider
from portal.auth.identifiers import Identifier
from portal.auth.operations import services as operations
from portal.auth.views import bp
from portal.auth.views.entering import after_sign_in, enter, visit
from portal.auth.views.errands import begin_errand, end_errand
from portal.auth.views.linking import finish_link
from portal.auth.views.registered import SLUG, provider_named, return_url
from portal.core.db import db
from portal.web import rates
from portal.web.access import public
from portal.web.htmx import page, see_other
from portal.web.paths import own_path
from portal.web.sessions import needs_https

log = structlog.get_logger()

SERVICE_MOST, SERVICE_SECONDS = 30, 900
"""Answers of other services, from one address on the network."""
STATUS = {"stale": 400, "unknown": 403, "cancelled": 422, "refused": 422, "away": 503}


@bp.get(f"/sign-in/{SLUG}")
@public
def ask_service(service: str) -> Response:
    """Off to the service, which asks the person; with what it will have to bring back kept in this browser."""
    provider = provider_named(service)
    if current_user.is_authenticated:
        return see_other(after_sign_in())
    if needs_https():
        return see_other(url_for("auth.sign_in"))
    asked = new_request()
    try:
        url = consent_url(provider, asked, return_url(provider))
    except ServiceFault as fault:
        return _refused(provider, fault.reason)
    begin_errand("sign in", service=service, next=own_path(request.args.get("next")), **vars(asked))
    return see_other(url)


@bp.get(f"/sign-in/{SLUG}/answer")
@public
def receive_service(service: str) -> Response:
    """The browser is back: sign in the person whose account it is, or link it to who is signed in."""
    provider = provider_named(service)
    kind = "link" if current_user.is_authenticated else "sign in"
    begun = end_errand(kind)
    if begun is None or begun["service"] != service:
        return _refused(provider, "stale")
    rates.take("service", rates.address(), SERVICE_MOST, SERVICE_SECONDS)
    asked = Request(begun["state"], begun["nonce"], begun["verifier"])
    try:
        found = identify(provider, asked, return_url(provider), request.args.to_dict())
    except ServiceFault as fault:
        return _refused(provider, fault.reason)
    who = Identifier(provider.kind.service, found.subject)
    if kind == "link":
        return finish_link(who, found.shown_as, begun)
    if enter(operations.sign_in_with_service(db.session(), who, visit())):
        return see_other(own_path(begun["next"]) or url_for("home.show_home"))
    return _refused(provider, "unknown")


def _refused(provider: Provider, reason: str) -> Response:
    """A page in plain words. What the service wrote, and who it was, stays out of page and log."""
    log.info("service_refused", service=provider.kind.slug, reason=reason)
    facts: dict[str, Any] = {"service": provider.kind.name, "slug": provider.kind.slug, "reason": reason}
    response = page("auth/receive_service.html", **facts, status=STATUS[reason])
    if reason == "away":
        response.headers["Retry-After"] = "30"
    return response
